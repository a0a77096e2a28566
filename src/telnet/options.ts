import { DO, DONT, IAC, type Verb, WILL, WONT } from "./decoder.ts";

/** RFC 857. */
export const ECHO = 1;
/** Suppress go-ahead, RFC 858. With ECHO it means: character at a time. */
export const SGA = 3;
/** Timing mark, RFC 860. */
export const TIMING_MARK = 6;
/** Binary transmission, RFC 856. */
export const BINARY = 0;
/** Negotiate about window size, RFC 1073. */
export const NAWS = 31;

/** Options of one side: `on`, and those for which a request of ours is not answered yet. */
interface Side {
  on: number;
  asked: number;
  /** Asked for, and not wanted any more: agreement comes too late (RFC 1143, WANTYES/OPPOSITE). */
  unwanted: number;
}

/** What chatd does where the peer asks for it, and what it lets the peer do. */
const OURS = [ECHO, SGA];
const THEIRS = [SGA, NAWS, BINARY];

/**
 * Which options are on, and the answer to each request (RFC 855, RFC 1143). A change is answered, a repeat of what
 * already holds is not, nor is the answer to a request of ours: that is what ends loops.
 */
export class TelnetOptions {
  readonly #ours: Side = { on: 0, asked: 0, unwanted: 0 };
  readonly #theirs: Side = { on: 0, asked: 0, unwanted: 0 };
  /** Timing marks that were asked for and did not come yet. */
  #marks = 0;

  /** Whether this end echoes: the peer sends each key as it is pressed and shows nothing by itself. */
  get isEchoing(): boolean {
    return has(this.#ours.on, ECHO);
  }

  /** Asks for a timing mark: every telnet client answers, and shows nothing (RFC 860). The bytes, as a latin1 string. */
  askMark(): string {
    this.#marks += 1;
    return command(DO, TIMING_MARK);
  }

  /** Asks the peer to send each key as it is pressed, and to show nothing by itself. The bytes, as a latin1 string. */
  askForKeys(): string {
    return ask(this.#ours, WILL, ECHO) + ask(this.#ours, WILL, SGA) + this.askForTerminal();
  }

  /**
   * Asks the peer to tell the width of its window, and to send bytes as they are: GNU telnet looks at seven bits of each
   * otherwise, and takes letters such as "Н" for its escape character.
   */
  askForTerminal(): string {
    return ask(this.#theirs, DO, NAWS) + ask(this.#theirs, DO, BINARY);
  }

  /** From now on the peer edits its lines and shows them. */
  endKeys(): string {
    return this.#end(ECHO) + this.#end(SGA);
  }

  /** The bytes to answer with, as a latin1 string; empty when the request changes nothing. */
  answer(verb: Verb, option: number): string {
    switch (verb) {
      case DO:
        // Never a state: every DO TM asks for one mark. GNU telnet drops all output after ^C until it comes.
        if (option === TIMING_MARK) return command(WILL, option);
        return OURS.includes(option) ? agree(this.#ours, WILL, option) : command(WONT, option);
      case DONT:
        return OURS.includes(option) ? refuse(this.#ours, WONT, option) : "";
      case WILL:
        if (option === TIMING_MARK && this.#isMarkDue()) return "";
        return THEIRS.includes(option) ? agree(this.#theirs, DO, option) : command(DONT, option);
      case WONT:
        if (option === TIMING_MARK && this.#isMarkDue()) return "";
        return THEIRS.includes(option) ? refuse(this.#theirs, DONT, option) : "";
    }
  }

  #end(option: number): string {
    const ours = this.#ours;
    ours.unwanted |= ours.asked & bit(option);
    if (!has(ours.on, option)) return "";
    ours.on &= ~bit(option);
    return command(WONT, option);
  }

  /** WILL and WONT both answer a request. */
  #isMarkDue(): boolean {
    if (this.#marks === 0) return false;
    this.#marks -= 1;
    return true;
  }
}

function ask(side: Side, verb: Verb, option: number): string {
  side.unwanted &= ~bit(option);
  if (has(side.on | side.asked, option)) return "";
  side.asked |= bit(option);
  return command(verb, option);
}

function agree(side: Side, verb: Verb, option: number): string {
  const isAnswer = has(side.asked, option);
  const wasOn = has(side.on, option);
  side.asked &= ~bit(option);
  if (has(side.unwanted, option)) {
    side.unwanted &= ~bit(option);
    return command(WONT, option);
  }
  side.on |= bit(option);
  return isAnswer || wasOn ? "" : command(verb, option);
}

function refuse(side: Side, verb: Verb, option: number): string {
  const isAnswer = has(side.asked, option);
  const wasOn = has(side.on, option);
  side.asked &= ~bit(option);
  side.unwanted &= ~bit(option);
  side.on &= ~bit(option);
  return isAnswer || !wasOn ? "" : command(verb, option);
}

function bit(option: number): number {
  return 1 << option;
}

function has(options: number, option: number): boolean {
  return (options & bit(option)) !== 0;
}

function command(verb: Verb, option: number): string {
  return String.fromCharCode(IAC, verb, option);
}
