import type { Kind } from "./entry.ts";
import type { Rights } from "./rights.ts";

/** An entry on its way to the store. */
export interface Draft {
  readonly stream: number;
  /** The version of the stream's rights by which the draft was judged. */
  readonly rightsVersion: number;
  readonly kind: Kind;
  /** The principal that the entry comes from; null: the server itself; `OPERATOR_ID`: its operator. */
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
  /** The rights after a draft that moves rights, which are stored with it; null for other drafts. */
  readonly rights: Rights | null;
  /** Number of the message that the draft changes; null: none. */
  readonly ref: number | null;
  /** Position of the last change of that message, or its own, by which the draft was made; null: any. */
  readonly expects: number | null;
  /** By this a repeat of the draft is found, in its stream and for a day or two: 32 hexadecimal digits; null: it is not. */
  readonly nonce: string | null;
}
