import type { Name } from "../domain/names.ts";

/** A namespace of rooms. */
export interface ApplicationRecord {
  /** Also the id of its stream, and the principal that acts for it. Never given twice. */
  readonly id: number;
  /** What people type for it; taken once. */
  readonly handle: Name;
  /** What it is called; not unique. */
  readonly title: string;
  /** A UUID that opens it; null: none does, as for `main`. */
  readonly token: string | null;
  /** Whether anything may be said in it. */
  readonly isActive: boolean;
  /** Whether people come in without its token. */
  readonly isOpen: boolean;
  /** Number of its public rooms. */
  readonly chats: number;
}

export type NewApplication = Pick<ApplicationRecord, "handle" | "title" | "token">;

/** What of an application is to be changed. */
export type ApplicationChange = Partial<Omit<ApplicationRecord, "id" | "chats" | "token">> & {
  readonly token?: string;
};

/** A public room of an application, as programs know it. */
export interface ChatRecord {
  /** The id of the room. */
  readonly id: number;
  /** Never given twice in its application. */
  readonly number: number;
  readonly name: Name;
  /** Number of its messages that are there. */
  readonly messages: number;
}

export interface ChatPage {
  /** In the order of their numbers. */
  readonly chats: readonly ChatRecord[];
  /** Number of all of them. */
  readonly count: number;
}

/** Applications and their rooms. Rejects with a `StoreError`. */
export interface ApplicationStore {
  /** Resolves with the applications that have not ended, in the order in which they were made; the first is `main`. */
  applications(): Promise<readonly ApplicationRecord[]>;
  /** Resolves with null if the handle is taken. Shared stores also write `kinds.applicationChanged`, as at a change. */
  createApplication(application: NewApplication): Promise<ApplicationRecord | null>;
  /** Resolves with null if there is no such application, or the handle is taken; then nothing was changed. */
  changeApplication(id: number, change: ApplicationChange): Promise<ApplicationRecord | null>;
  /**
   * Ends an application: its handle and token are free, and its rooms take nothing once `sweepEnded` has come to them.
   * Resolves with false if there is none, or it is `main`. Shared stores also write `kinds.applicationEnded`.
   */
  endApplication(id: number): Promise<boolean>;
  /** Deletes up to about `limit` rooms or entries of applications that have ended. Resolves with whether there are more. */
  sweepEnded(limit: number): Promise<boolean>;
  /** Resolves with `limit` public rooms from the n-th on, of those that are there; the first is 1. Costs the same everywhere. */
  chats(application: number, n: number, limit: number): Promise<ChatPage>;
}
