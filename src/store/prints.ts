import { createHash } from "node:crypto";
import type { Draft } from "../domain/draft.ts";

const PRINT_BYTES = 6;

/** A number that tells a repeat of a draft from another one with the same nonce. */
export function printOf({ kind, author, ref, body }: Pick<Draft, "kind" | "author" | "ref" | "body">): number {
  return createHash("sha256")
    .update(`${kind} ${ref ?? ""} ${author} ${body}`)
    .digest()
    .readUIntBE(0, PRINT_BYTES);
}

/** Whether a draft has something that few have: a message that it changes, or a nonce. */
export function hasExtras({ ref, nonce }: Pick<Draft, "ref" | "nonce">): boolean {
  return ref !== null || nonce !== null;
}
