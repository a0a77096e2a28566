/** Every refusal code. A code never gets another meaning, because logs, metrics and programs know it. */
export const refusalCodes = [
  "unknown-command",
  "command-of-other-chats",
  "missing-argument",
  "extra-argument",
  "blank-before-command",
  "no-room-joined",
  "no-current-room",
  "no-such-room",
  "no-such-application",
  "too-many-tokens",
  "application-inactive",
  "application-handle-taken",
  "room-name-taken",
  "room-not-stored",
  "made-too-many-rooms",
  "address-made-too-many-rooms",
  "server-has-too-many-rooms",
  "name-invalid",
  "name-reserved",
  "name-banned",
  "name-taken",
  "name-kept",
  "wrong-code",
  "names-unavailable",
  "room-name-invalid",
  "room-name-of-words",
  "room-name-of-digits",
  "already-in-room",
  "not-in-room",
  "not-in-named-room",
  "no-named-room",
  "too-many-rooms",
  "not-owner",
  "not-operator",
  "lobby-is-nobodys",
  "owner-stays",
  "not-there",
  "already-operator",
  "no-operator",
  "too-many-operators",
  "banned",
  "address-banned",
  "not-banned",
  "too-many-bans",
  "not-a-duration",
  "ban-too-long",
  "reason-too-long",
  "not-destroyable",
  "not-maker",
  "invite-not-private",
  "already-invited",
  "invitee-banned",
  "no-such-user",
  "nobody-to-reply",
  "self-ignored",
  "too-many-ignored",
  "not-ignored",
  "unknown-setting",
  "not-on-or-off",
  "not-a-number",
  "not-a-range",
  "too-much-waiting",
  "store-full",
  "store-unavailable",
  "store-unknown",
  "message-too-long",
  "no-such-message",
  "not-author",
  "not-author-or-operator",
  "nothing-to-undo",
  "not-a-message-number",
  "changed-meanwhile",
  "nonce-reused",
  "lost-name",
  "line-not-storable",
  "own-code",
  "name-in-doubt",
  "cut-off",
  "whisper-unanswered",
  "read-failed",
  "internal",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

interface Limit {
  /** Maximum number of rooms, of users who are ignored, of tokens, or of characters. */
  readonly limit: number;
}

/** When a ban ends (null: when it is lifted), and the time of the refusal, both in microseconds since 1970. */
interface BanArguments {
  readonly untilMicros: number | null;
  /** An end on another day is shown with its date. */
  readonly nowMicros: number;
}

/** The arguments of the codes that have some. */
interface NamedArguments {
  readonly "made-too-many-rooms": Limit;
  readonly "address-made-too-many-rooms": Limit;
  readonly "too-many-rooms": Limit;
  readonly "too-many-ignored": Limit;
  readonly "too-many-tokens": Limit;
  readonly "reason-too-long": Limit;
  /** A command with a similar name, without its slash; null: there is none. */
  readonly "unknown-command": { readonly closest: string | null };
  /** `command`: one that people know from other chats, in lower case and without its slash. */
  readonly "command-of-other-chats": { readonly command: string };
  readonly "missing-argument": { readonly usage: string };
  readonly "extra-argument": { readonly usage: string };
  /** `sign`: what follows the blank and begins a command, or text for a room. */
  readonly "blank-before-command": { readonly sign: "/" | "#" };
  /** `name`: the words with hyphens between. */
  readonly "room-name-of-words": { readonly command: string; readonly name: string };
  /** The reason of the ban; empty: none was given. */
  readonly "name-banned": { readonly reason: string };
  /** `reason` empty: none was given. Who is kept out for somebody else's ban is not told its reason. */
  readonly banned: BanArguments & { readonly reason: string };
  readonly "address-banned": BanArguments;
  /** Whether the holder is at the same address: then they are asked, and lose the name if they give no sign. */
  readonly "name-taken": { readonly mayBeFreeSoon: boolean };
  /** Until when it is kept, and the time now, both in microseconds since 1970. */
  readonly "name-kept": { readonly name: string; readonly untilMicros: number; readonly nowMicros: number };
  readonly "wrong-code": { readonly name: string };
  /** The settings that there are, with commas between. */
  readonly "unknown-setting": { readonly names: string };
  readonly "not-on-or-off": { readonly setting: string };
  readonly "not-a-message-number": { readonly usage: string };
  readonly "not-a-number": { readonly most: number; readonly usage: string };
  readonly "not-a-range": { readonly usage: string };
  /** A room that the session can see, and is not in. */
  readonly "not-in-named-room": { readonly room: string };
  /** `closest`: a room that the session is in, with a similar name; null: there is none. */
  readonly "no-named-room": { readonly room: string; readonly closest: string | null };
  /** A room that the session is in. */
  readonly "no-current-room": { readonly room: string };
}

export type RefusalArguments<C extends RefusalCode> = C extends keyof NamedArguments ? NamedArguments[C] : object;

/** The answer to a request that is not carried out. It is not logged as a bug; formats turn it into a sentence. */
export class Refusal<C extends RefusalCode = RefusalCode> extends Error {
  override readonly name = "Refusal";
  readonly code: C;
  readonly args: RefusalArguments<C>;

  constructor(
    code: C,
    ...[args, options]: C extends keyof NamedArguments
      ? [args: RefusalArguments<C>, options?: ErrorOptions]
      : [args?: RefusalArguments<C>, options?: ErrorOptions]
  ) {
    super(`refused: ${code}`, options);
    this.code = code;
    // Only a code without arguments may leave them out.
    this.args = (args ?? {}) as RefusalArguments<C>;
  }
}
