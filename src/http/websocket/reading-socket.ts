import { type Server, WebSocket, WebSocketServer } from "ws";

/** Maximum bytes of one message of a peer. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** A WebSocket that reads alone: what `ws` would write goes through the outbox of its connection, in order. */
export class ReadingSocket extends WebSocket {
  /**
   * Called when the peer has sent a close frame, or something that is no WebSocket: nothing more is read.
   * @param code what the answer has (RFC 6455, 7.4); null: none
   */
  onEnd: (code: number | null) => void = () => {};

  override close(code?: number): void {
    this.onEnd(code ?? null);
  }
}

/** Does handshakes (RFC 6455, 4.2) on sockets that it is given, and keeps no list of them. */
export function handshakes(): Server<typeof ReadingSocket> {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Answers to pings wait in the outbox, so pings cannot fill the memory.
    autoPong: false,
    maxPayload: MAX_MESSAGE_BYTES,
    WebSocket: ReadingSocket,
  });
}
