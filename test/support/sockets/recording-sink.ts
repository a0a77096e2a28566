import type { Completion } from "../../../src/commands/completions.ts";
import type { EditLine } from "../../../src/telnet/edit-line.ts";
import type { InputDisplay, InputSink } from "../../../src/telnet/input.ts";

type Method = keyof InputSink | keyof InputDisplay;

/** What the input said, in order: the method's name and its argument. */
export type Heard = readonly [name: Method, argument?: string | number];

/** Stands where a connection would: writes down what comes out of a decoder, an editor or the whole telnet input. */
export class RecordingSink implements InputSink, InputDisplay {
  readonly heard: Heard[] = [];
  telnetCommands = 0;
  controlKeys = 0;
  /** The one of this number is too many. */
  mostControlKeys = Number.POSITIVE_INFINITY;
  /** What Tab may make of a line. */
  known: readonly string[] = [];
  /** The line that is edited; null: keys do not come one by one. */
  edit: EditLine | null = null;
  isMuted = false;
  isLoggedIn = true;

  get display(): this {
    return this;
  }

  get lines(): string[] {
    return this.#arguments("line");
  }

  /** The lines that were ended on the terminal, as it shows them. */
  get entries(): string[] {
    return this.#arguments("entered");
  }

  /** Every byte that answers telnet negotiation, as hex. */
  get answered(): string {
    return Buffer.from(this.#arguments("answer").join(""), "latin1").toString("hex");
  }

  count(name: Method): number {
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

  begin(line: EditLine): void {
    this.edit = line;
  }

  end(): void {
    this.edit = null;
  }

  edited(): void {}

  entered(text: string): void {
    this.heard.push(["entered", text]);
  }

  redraw(): void {
    this.heard.push(["redraw"]);
  }

  resize(columns: number, rows: number): void {
    this.heard.push(["resize", `${columns} x ${rows}`]);
  }

  completions(before: string): readonly Completion[] {
    return this.known.filter((word) => word.startsWith(before)).map((word) => ({ before: word, shown: word }));
  }

  list(completions: readonly Completion[]): void {
    this.heard.push(["list", completions.map(({ shown }) => shown).join(" ")]);
  }

  interrupt(): void {
    this.heard.push(["interrupt"]);
  }

  answer(bytes: string): void {
    if (bytes !== "") this.heard.push(["answer", bytes]);
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

  mayComplete(): boolean {
    return true;
  }

  subnegotiationTooLong(): void {
    this.heard.push(["subnegotiationTooLong"]);
  }

  #arguments(name: Method): string[] {
    return this.heard.filter(([method]) => method === name).map(([, argument]) => String(argument));
  }
}
