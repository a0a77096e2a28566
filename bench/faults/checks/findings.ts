import type { Anomaly, CheckName, Run, StoredEntry } from "../history.ts";
import { Account, type Seen } from "./account.ts";
import { Book, tokenOf } from "./book.ts";

/** After the store went back, a node may need so long to notice it. */
const NOTICE_MS = 15_000;

/** What all checks of one run work with, and where they put what they find. */
export class Findings {
  readonly anomalies: Anomaly[] = [];
  readonly run: Run;
  readonly book: Book;
  readonly accounts: readonly Account[];
  /** When each line was typed, and where. */
  readonly typed = new Map<string, { readonly atMs: number; readonly index: number; readonly account: Account }>();

  constructor(run: Run) {
    this.run = run;
    this.book = new Book(run);
    this.accounts = run.transcripts.map((transcript) => new Account(transcript));
    for (const account of this.accounts) {
      for (const group of account.groups.values()) {
        for (const { text, atMs, index } of group.typed) this.typed.set(bodyOf(text), { atMs, index, account });
      }
    }
  }

  add(check: CheckName, what: string): void {
    this.anomalies.push({ check, what });
  }

  /** What the store has of a line that was seen. Where it went back, a line may have been lost, and stored again later. */
  entryOf({ body, atMs }: Seen): StoredEntry | undefined {
    const entry = this.book.byBody.get(body);
    return this.run.wentBackAtMs !== null && entry && entry.atMs > atMs ? undefined : entry;
  }

  /** Whether the store may have lost a line when it went back. */
  mayBeLost(body: string): boolean {
    const { wentBackAtMs } = this.run;
    const typed = this.typed.get(body);
    return wentBackAtMs !== null && typed !== undefined && typed.atMs <= wentBackAtMs;
  }

  /** Whether somebody who saw lines until then has to know by then that the store went back. */
  isNoticeDue(endedAtMs: number): boolean {
    const { wentBackAtMs } = this.run;
    return wentBackAtMs !== null && endedAtMs > wentBackAtMs + NOTICE_MS;
  }

  /** Whether old entries of a stream were deleted, and this line may have been one of them. */
  mayBePruned(body: string, room: string): boolean {
    const id = this.book.openRoom(room)?.id;
    const first = id === undefined ? undefined : this.book.all.get(id)?.[0];
    const typed = this.typed.get(body);
    return first !== undefined && first.pos > 1 && typed !== undefined && typed.atMs <= first.atMs;
  }
}

/** What is said by a line that was typed. */
export function bodyOf(text: string): string {
  return text.startsWith("/me ") ? text.slice(4) : text;
}

/** Whether a typed line says something in a room. */
export function isSaid(text: string): boolean {
  return tokenOf(bodyOf(text)) !== null;
}

export function who({ transcript }: Account): string {
  return `${transcript.name} (transcript ${transcript.id}, node ${transcript.node})`;
}
