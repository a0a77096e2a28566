import { hash } from "node:crypto";
import { HttpError } from "../errors.ts";

const KEY = /^[!-~]{1,64}$/;
/** A nonce has 16 bytes. */
const NONCE_DIGITS = 32;

/** Returns the nonce of a request with an `Idempotency-Key`; null: it has none. Throws an `HttpError`. */
export function nonceOf(principal: number, key: string | readonly string[] | undefined): string | null {
  if (key === undefined) return null;
  if (typeof key !== "string" || !KEY.test(key)) {
    throw new HttpError(400, "bad-key", "Idempotency-Key must have 1 to 64 visible ASCII characters.");
  }
  return hash("sha256", `${principal} ${key}`).slice(0, NONCE_DIGITS);
}
