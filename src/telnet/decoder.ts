/** Telnet commands (RFC 854, "TELNET COMMAND STRUCTURE"). */
export const IAC = 255;
export const DONT = 254;
export const DO = 253;
export const WONT = 252;
export const WILL = 251;
const SB = 250;
export const AYT = 246;
export const AO = 245;
export const IP = 244;
export const BREAK = 243;
export const SUSP = 237;
const SE = 240;

export type Verb = typeof DO | typeof DONT | typeof WILL | typeof WONT;

export interface TelnetSink {
  /** Bytes that are no telnet command: `chunk[start, end)`, valid during the call. */
  data(chunk: Buffer, start: number, end: number): void;
  /** The peer asks for, offers, agrees to or refuses an option (RFC 855). */
  negotiation(verb: Verb, option: number): void;
  /** A command of one byte, such as IP (interrupt) or AYT (are you there). */
  command(code: number): void;
  /** A sub-negotiation came (RFC 855): its option, and of what followed the first `KEPT_BYTES`. */
  subnegotiation(option: number, content: readonly number[]): void;
  /** A sub-negotiation was longer than `maxSubnegotiationBytes`. What follows is ignored. */
  subnegotiationTooLong(): void;
}

/** What NAWS has (RFC 1073): two numbers of two bytes each. */
const KEPT_BYTES = 4;

type State = "data" | "iac" | "negotiation" | "subnegotiation" | "subnegotiation-iac" | "dead";

/**
 * Takes telnet commands out of a byte stream, however it is split over packets, and keeps the begin of sub-negotiations. An
 * IAC before a byte that is no command is dropped, and the byte kept: it is a letter of an 8-bit character set.
 */
export class TelnetDecoder {
  #state: State = "data";
  #verb: Verb = DO;
  #subnegotiationBytes = 0;
  /** The option of the sub-negotiation, and the first bytes that follow. */
  #kept: number[] = [];
  readonly #maxSubnegotiationBytes: number;

  constructor(maxSubnegotiationBytes: number) {
    this.#maxSubnegotiationBytes = maxSubnegotiationBytes;
  }

  /** Everything that comes from now on is passed over. */
  stop(): void {
    this.#state = "dead";
  }

  push(chunk: Buffer, sink: TelnetSink): void {
    let i = 0;
    while (i < chunk.length && this.#state !== "dead") {
      if (this.#state === "data") {
        const iac = chunk.indexOf(IAC, i);
        const end = iac === -1 ? chunk.length : iac;
        if (end > i) sink.data(chunk, i, end);
        // The sink may have called `stop`.
        if (iac === -1 || this.#state !== "data") return;
        this.#state = "iac";
        i = iac + 1;
      } else {
        this.#step(chunk, i, sink);
        i += 1;
      }
    }
  }

  #step(chunk: Buffer, at: number, sink: TelnetSink): void {
    const byte = chunk.readUInt8(at);
    switch (this.#state) {
      case "iac":
        this.#command(byte, chunk, at, sink);
        return;
      case "negotiation":
        this.#state = "data";
        sink.negotiation(this.#verb, byte);
        return;
      case "subnegotiation":
        if (byte === IAC) this.#state = "subnegotiation-iac";
        else this.#keep(byte, sink);
        return;
      case "subnegotiation-iac":
        // IAC IAC is the byte 255; anything else than SE here is a broken peer, and passing over it is safe.
        this.#state = byte === SE ? "data" : "subnegotiation";
        if (byte !== SE) this.#keep(byte, sink);
        else this.#endSubnegotiation(sink);
        return;
      case "data":
      case "dead":
        return;
    }
  }

  #command(byte: number, chunk: Buffer, at: number, sink: TelnetSink): void {
    this.#state = "data";
    if (byte === DO || byte === DONT || byte === WILL || byte === WONT) {
      this.#verb = byte;
      this.#state = "negotiation";
    } else if (byte === SB) {
      this.#subnegotiationBytes = 0;
      this.#kept = [];
      this.#state = "subnegotiation";
    } else if (byte === IAC || byte < SUSP) {
      sink.data(chunk, at, at + 1);
    } else {
      sink.command(byte);
    }
  }

  #endSubnegotiation(sink: TelnetSink): void {
    const [option, ...content] = this.#kept;
    if (option !== undefined) sink.subnegotiation(option, content);
  }

  #keep(byte: number, sink: TelnetSink): void {
    if (this.#kept.length <= KEPT_BYTES) this.#kept.push(byte);
    this.#subnegotiationBytes += 1;
    if (this.#subnegotiationBytes <= this.#maxSubnegotiationBytes) return;
    this.#state = "dead";
    sink.subnegotiationTooLong();
  }
}
