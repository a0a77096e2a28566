import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { texts } from "../../../src/formats/text/sentences.ts";
import type { Line } from "../player.ts";

/** Longest that a login may take to reach the kernel of the node. */
const CONNECT_PATIENCE_MS = 5000;

/** A connection to a node, as `nc` has it. */
export class TcpLine implements Line {
  onLine: (text: string) => void = () => {};
  onEnd: () => void = () => {};
  /** As `onEnd`, for whoever keeps the line. */
  onClose: () => void = () => {};
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder("utf8");
  #unread = "";

  constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setTimeout(CONNECT_PATIENCE_MS, () => this.#socket.destroy());
    this.#socket.once("connect", () => this.#socket.setTimeout(0));
    this.#socket.on("data", (chunk: Buffer) => this.#take(this.#decoder.write(chunk)));
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      this.onClose();
      this.onEnd();
    });
  }

  send(text: string): void {
    if (this.#socket.writable) this.#socket.write(`${text}\r\n`);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** Nothing is heard any more. */
  mute(): void {
    this.onLine = () => {};
    this.onEnd = () => {};
  }

  #take(text: string): void {
    const lines = (this.#unread + text).split("\r\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines) this.onLine(withoutPrompt(line));
  }
}

function withoutPrompt(line: string): string {
  return line.startsWith(texts.loginPrompt) ? line.slice(texts.loginPrompt.length).trim() : line;
}
