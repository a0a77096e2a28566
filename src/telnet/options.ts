import { DO, DONT, IAC, type Verb, WILL, WONT } from "./decoder.ts";

/** RFC 857. */
export const ECHO = 1;
/** Suppress go-ahead, RFC 858. With ECHO it means: character at a time. */
export const SGA = 3;
/** Timing mark, RFC 860. */
export const TIMING_MARK = 6;

/**
 * Which options are on, and the answer to each request (RFC 855, RFC 1143). chatd starts no negotiation, so of the
 * states of RFC 1143 only NO and YES can come up: a change is answered, a repeat of what already holds is not, and that
 * is what ends loops. On our side ECHO and SGA are agreed to when asked for; on the peer's only SGA.
 */
export class TelnetOptions {
  #ours = 0;
  #theirs = 0;
  /** Timing marks that were asked for and did not come yet. */
  #marks = 0;

  /** Whether this end echoes: the peer sends each key as it is pressed and shows nothing by itself. */
  get isEchoing(): boolean {
    return (this.#ours & (1 << ECHO)) !== 0;
  }

  /** Asks for a timing mark: every telnet client answers, and shows nothing (RFC 860). The bytes, as a latin1 string. */
  askMark(): string {
    this.#marks += 1;
    return command(DO, TIMING_MARK);
  }

  /** The bytes to answer with, as a latin1 string; empty when the request changes nothing. */
  answer(verb: Verb, option: number): string {
    switch (verb) {
      case DO:
        // Never a state: every DO TM asks for one mark. GNU telnet drops all output after ^C until it comes.
        if (option === TIMING_MARK) return command(WILL, option);
        if (option !== ECHO && option !== SGA) return command(WONT, option);
        if (this.#ours & (1 << option)) return "";
        this.#ours |= 1 << option;
        return command(WILL, option);
      case DONT:
        if (option > SGA || !(this.#ours & (1 << option))) return "";
        this.#ours &= ~(1 << option);
        return command(WONT, option);
      case WILL:
        if (option === TIMING_MARK && this.#isMarkDue()) return "";
        if (option !== SGA) return command(DONT, option);
        if (this.#theirs & (1 << option)) return "";
        this.#theirs |= 1 << option;
        return command(DO, option);
      case WONT:
        if (option === TIMING_MARK && this.#isMarkDue()) return "";
        if (option !== SGA || !(this.#theirs & (1 << option))) return "";
        this.#theirs &= ~(1 << option);
        return command(DONT, option);
    }
  }

  /** WILL and WONT both answer a request. */
  #isMarkDue(): boolean {
    if (this.#marks === 0) return false;
    this.#marks -= 1;
    return true;
  }
}

function command(verb: Verb, option: number): string {
  return String.fromCharCode(IAC, verb, option);
}
