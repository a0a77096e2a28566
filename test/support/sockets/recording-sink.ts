import type { InputSink } from "../../../src/telnet/input.ts";

/** What the input said, in order: the method's name and its argument. */
export type Heard = readonly [name: keyof InputSink, argument?: string | number];

/** Stands where a connection would: writes down what comes out of a decoder, an editor or the whole telnet input. */
export class RecordingSink implements InputSink {
  readonly heard: Heard[] = [];
  telnetCommands = 0;
  controlKeys = 0;
  /** The one of this number is too many. */
  mostControlKeys = Number.POSITIVE_INFINITY;

  get lines(): string[] {
    return this.#arguments("line");
  }

  /** Everything that was to be shown on the peer's terminal while it typed. */
  get echoed(): string {
    return this.#arguments("echo").join("");
  }

  /** Every byte that answers telnet negotiation, as hex. */
  get answered(): string {
    return Buffer.from(this.#arguments("answer").join(""), "latin1").toString("hex");
  }

  count(name: keyof InputSink): number {
    return this.heard.filter(([method]) => method === name).length;
  }

  line(text: string): void {
    this.heard.push(["line", text]);
  }

  lineTooLong(bytes: number): void {
    this.heard.push(["lineTooLong", bytes]);
  }

  lineEndless(): void {
    this.heard.push(["lineEndless"]);
  }

  echo(text: string): void {
    this.heard.push(["echo", text]);
  }

  interrupt(): void {
    this.heard.push(["interrupt"]);
  }

  answer(bytes: string): void {
    this.heard.push(["answer", bytes]);
  }

  areYouThere(): void {
    this.heard.push(["areYouThere"]);
  }

  telnetCommand(): boolean {
    this.telnetCommands += 1;
    return true;
  }

  controlKey(): boolean {
    this.controlKeys += 1;
    return this.controlKeys < this.mostControlKeys;
  }

  subnegotiationTooLong(): void {
    this.heard.push(["subnegotiationTooLong"]);
  }

  #arguments(name: keyof InputSink): string[] {
    return this.heard.filter(([method]) => method === name).map(([, argument]) => String(argument));
  }
}
