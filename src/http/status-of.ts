import { MAX_BODY_BYTES, MAX_BODY_LINES } from "../domain/body.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import type { StoreErrorCode } from "../ports/store-error.ts";

/** How a program is told: the status (RFC 9110, 15), one sentence for people, one code for programs. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly error: string;
}

/** Status of each refusal. Those of 400 and 409 at the end belong to typed commands, and reach no program today. */
const STATUS_OF: Readonly<Record<RefusalCode, number>> = {
  "no-such-room": 404,
  "no-such-application": 404,
  "no-such-message": 404,
  "no-such-user": 404,
  "message-too-long": 413,
  "too-many-tokens": 429,
  "application-inactive": 403,
  "not-author": 403,
  "not-author-or-operator": 403,
  "not-in-room": 403,
  "not-in-named-room": 403,
  "lobby-is-nobodys": 403,
  "not-owner": 403,
  "not-operator": 403,
  "not-destroyable": 403,
  "not-maker": 403,
  banned: 403,
  "address-banned": 403,
  "room-name-taken": 409,
  "application-handle-taken": 409,
  "changed-meanwhile": 412,
  "nonce-reused": 422,
  "name-invalid": 422,
  "name-reserved": 422,
  "name-banned": 422,
  "name-taken": 422,
  "name-kept": 422,
  "room-name-invalid": 422,
  "room-name-of-digits": 422,
  "room-name-of-words": 422,
  "reason-too-long": 422,
  "not-a-duration": 422,
  "ban-too-long": 422,
  "not-a-number": 422,
  "not-a-range": 422,
  "own-code": 422,
  "not-a-message-number": 422,
  "line-not-storable": 422,
  "too-much-waiting": 503,
  "store-full": 503,
  "store-unavailable": 503,
  "room-not-stored": 503,
  "read-failed": 503,
  "names-unavailable": 503,
  "name-in-doubt": 503,
  "cut-off": 503,
  "store-unknown": 504,
  "whisper-unanswered": 504,
  internal: 500,
  "unknown-command": 400,
  "command-of-other-chats": 400,
  "missing-argument": 400,
  "extra-argument": 400,
  "unknown-setting": 400,
  "not-on-or-off": 400,
  "wrong-code": 403,
  "no-room-joined": 409,
  "no-current-room": 409,
  "made-too-many-rooms": 409,
  "address-made-too-many-rooms": 409,
  "server-has-too-many-rooms": 409,
  "already-in-room": 409,
  "no-named-room": 409,
  "blank-before-command": 400,
  "too-many-rooms": 409,
  "owner-stays": 409,
  "not-there": 409,
  "already-operator": 409,
  "no-operator": 409,
  "too-many-operators": 409,
  "not-banned": 409,
  "too-many-bans": 409,
  "invite-not-private": 409,
  "already-invited": 409,
  "invitee-banned": 409,
  "nobody-to-reply": 409,
  "self-ignored": 409,
  "too-many-ignored": 409,
  "not-ignored": 409,
  "nothing-to-undo": 409,
  "lost-name": 409,
};

export const NOT_FOUND: ErrorAnswer = { status: 404, code: "not-found", error: "Resource Not Found" };

const UNKNOWN_OUTCOME: ErrorAnswer = {
  status: 504,
  code: "outcome-unknown",
  error: "It is unknown whether this was stored. Send it again, with the same Idempotency-Key if it had one.",
};

/** What a refusal has other than its status and its own code. */
const TOLD: Partial<Record<RefusalCode, Partial<ErrorAnswer>>> = {
  "no-such-room": NOT_FOUND,
  "no-such-application": NOT_FOUND,
  "no-such-message": NOT_FOUND,
  "application-inactive": { error: "The application is inactive: what it has can be read, and nothing is changed." },
  "room-name-taken": { error: "name is taken by another chat of this application." },
  "room-name-invalid": { error: "name must have 1 to 64 letters, digits, hyphens or underscores." },
  "room-name-of-digits": { error: "name must not be a number: chats without a name have these." },
  "application-handle-taken": { error: "No handle is free for this name. Choose another name." },
  "changed-meanwhile": { error: "The message was changed since it had the ETag of If-Match. Read it again." },
  "nonce-reused": { code: "key-reused", error: "This Idempotency-Key came with another body before." },
  "name-invalid": { error: "author must be a name that somebody could log in under." },
  "name-reserved": { error: "author is a name that nobody may have here." },
  "name-banned": { error: "author is a name that is banned here." },
  "not-author": { error: "Only its author changes this message; the application may remove it." },
  "message-too-long": {
    error: `body is too long: up to ${MAX_BODY_BYTES} bytes of UTF-8 and ${MAX_BODY_LINES} lines.`,
  },
  "name-taken": { error: "author is the name of somebody who is here." },
  "line-not-storable": { error: "body has text that cannot be stored." },
  "too-much-waiting": { error: "Too much waits to be stored now. Try again soon." },
  "store-full": { error: "The disk of the database is full: nothing was stored." },
  "store-unavailable": { error: "The database takes nothing now: nothing was stored. Try again soon." },
  "store-unknown": UNKNOWN_OUTCOME,
};

const OTHERWISE: Readonly<Record<number, string>> = {
  500: "Something went wrong here.",
  503: "This cannot be done now. Try again soon.",
};

/** Returns how a program is told of a refusal. */
export function answerOfRefusal(code: RefusalCode): ErrorAnswer {
  const status = STATUS_OF[code];
  return { status, code, error: OTHERWISE[status] ?? "This cannot be done.", ...TOLD[code] };
}

/** Returns how a program is told that the store failed. @param isWrite whether the request was to change something */
export function answerOfStoreError(code: StoreErrorCode, isWrite: boolean): ErrorAnswer {
  if (code === "bad-input") return answerOfRefusal("line-not-storable");
  if (!isWrite) return { status: 503, code: "read-failed", error: "The database cannot be read now. Try again soon." };
  if (code === "unavailable") return UNKNOWN_OUTCOME;
  return answerOfRefusal(code === "full" ? "store-full" : "store-unavailable");
}
