import type { NameKey } from "../../domain/names.ts";
import { decodeRights } from "../../domain/rights.ts";
import type { Entry } from "../../domain/entry.ts";
import type { ApplicationRecord, ChatRecord } from "../../ports/application-store.ts";
import type { BatchStart, RoomRecord, StoredMessage } from "../../ports/store.ts";
import type { Row } from "../../postgres/connection.ts";

/** What rows of the database mean. */

export function toRoom(row: Row): RoomRecord {
  return {
    id: Number(row["id"]),
    application: Number(row["application_id"]),
    number: Number(row["number"]),
    // Keys were made by `parseRoomName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
    isPrivate: row["private"] === true,
    topic: String(row["topic"]),
    rightsVersion: Number(row["rules"]),
    rights: decodeRights(row["rights"]),
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    atMicros: Number(row["at"]),
  };
}

export function toApplication(row: Row): ApplicationRecord {
  return {
    id: Number(row["id"]),
    handle: { key: String(row["key"]) as NameKey, shown: String(row["handle"]) },
    title: String(row["title"]),
    token: row["token"] as string | null,
    isActive: row["active"] === true,
    isOpen: row["open"] === true,
    chats: Number(row["chats"]),
  };
}

export function toChat(row: Row): ChatRecord {
  return {
    id: Number(row["id"]),
    number: Number(row["number"]),
    name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
    messages: Number(row["messages"]),
  };
}

export function toEntry(row: Row): Entry {
  return {
    stream: Number(row["stream_id"]),
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    atMicros: Number(row["at"]),
    kind: Number(row["kind"]),
    authorId: row["author_id"] === null ? null : Number(row["author_id"]),
    author: String(row["author"]),
    body: String(row["body"]),
    ref: row["ref"] === null ? null : Number(row["ref"]),
  };
}

export function toStoredMessage(row: Row): StoredMessage {
  return { ...toEntry(row), changedPos: Number(row["changed"] ?? row["pos"]) };
}

/** Reads the arrays of `chatd_append_4`, null where no stream took anything. An unknown previous time is read as 0. */
export function toStarts(row: Row): BatchStart[] {
  const column = (name: string): readonly number[] => (row[name] ?? []) as readonly number[];
  const [streams, poss, seqs, previousMicros] = [column("streams"), column("poss"), column("seqs"), column("befores")];
  const atMicros = Number(row["at"]);
  return streams.map((stream, i) => {
    return { stream, pos: poss[i] ?? 0, seq: seqs[i] ?? 0, atMicros, previousAtMicros: previousMicros[i] || null };
  });
}
