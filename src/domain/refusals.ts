import { refusals, type RefusalCode } from "../formats/text/sentences.ts";

/** Something that a person asked for and does not get: becomes one line to them. No bug, and not logged as one. */
export class Refusal extends Error {
  override readonly name = "ChatError";
  readonly code: RefusalCode;

  /** @param detail replaces the code's usual sentence */
  constructor(code: RefusalCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? refusals[code], options);
    this.code = code;
  }
}
