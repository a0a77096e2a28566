import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import type { ReturnCodes } from "../ports/return-codes.ts";

/** Letters and digits that are not taken for one another (Crockford's base 32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/**
 * 40 bits: an address that may connect 60 times a minute and guess three times each has one chance in 76 million to find
 * one of up to eight codes of a session in the ten minutes for which a name is kept.
 */
const LENGTH = 8;
/** Numbers are random: after a crash, or in a restored database, nobody knows which ones were told. */
const MAX_NUMBER = 2 ** 31;

/** Codes such as `7Q4K-M2XD`, made of the session's id, their number and a secret. */
export class SecretReturnCodes implements ReturnCodes {
  readonly #key: string;
  readonly next: () => number;

  /** @param key the store's own, so that codes hold after a restart */
  constructor(key: string, next = (): number => randomInt(1, MAX_NUMBER)) {
    this.#key = key;
    this.next = next;
  }

  of(session: number, number: number): string {
    const letters = this.#lettersOf(session, number);
    return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
  }

  /** Case, hyphens and letters that look like digits do not matter. */
  fits(session: number, number: number, code: string): boolean {
    const letters = code.toUpperCase().replaceAll("-", "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
    const [given, due] = [Buffer.from(letters), Buffer.from(this.#lettersOf(session, number))];
    return given.length === due.length && timingSafeEqual(given, due);
  }

  #lettersOf(session: number, number: number): string {
    const bytes = createHmac("sha256", this.#key).update(`${session} ${number}`).digest();
    return Array.from({ length: LENGTH }, (_, i) => LETTERS[(bytes[i] ?? 0) % LETTERS.length]).join("");
  }
}
