import { isMessage } from "../../../src/domain/entry.ts";
import { tokenOf } from "./book.ts";
import type { Findings } from "./findings.ts";

/** Every line is stored once, positions and numbers have no gap, and each author's lines are in the order of their typing. */
export function checkStorage(found: Findings): void {
  const { book } = found;
  for (const { body, pos, stream } of book.twice) {
    found.add("stored-once", `${body} is stored again in stream ${stream} at ${pos}`);
  }
  for (const [stream, entries] of book.all) {
    const [first] = entries;
    if (!first) continue;
    let { pos, seq, atMs } = first;
    for (const entry of entries.slice(1)) {
      const nextSeq = isMessage(entry.kind) ? seq + 1 : seq;
      if (entry.pos !== pos + 1) found.add("stored-once", `stream ${stream}: ${entry.pos} comes after ${pos}`);
      if (entry.seq !== nextSeq) found.add("stored-once", `stream ${stream}: number ${entry.seq} at ${entry.pos}`);
      if (entry.atMs < atMs) found.add("stored-once", `stream ${stream}: time goes back at ${entry.pos}`);
      ({ pos, seq, atMs } = entry);
    }
  }
  for (const messages of book.messages.values()) {
    const last = new Map<number, number>();
    for (const { body } of messages) {
      const token = tokenOf(body);
      if (!token) continue;
      if (token.nr < (last.get(token.transcript) ?? 0)) found.add("author-order", `${body} comes too late`);
      last.set(token.transcript, token.nr);
    }
  }
}
