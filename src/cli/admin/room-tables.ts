import { kinds } from "../../domain/entry.ts";
import { NEWLINE, renderMessage } from "../../formats/text/text-format.ts";
import type { MessageView, RoomBanView, RoomDetailsView, RoomsView } from "../../http/admin/room-views.ts";
import { plain, shortTime, table, timeInUtc } from "./tables.ts";

/** What `chatd admin room` shows to people. */

/** A room, with its last messages where they were asked for. */
export interface ShownRoom extends RoomDetailsView {
  readonly history?: readonly MessageView[];
}

export function roomsTable({ rooms, count }: RoomsView): string {
  const shown = table(
    ["NAME", "PEOPLE", "MESSAGES", "PRIVATE", "OWNER", "LAST ENTRY (UTC)", "TOPIC"],
    rooms.map((room) => [
      room.name,
      String(room.members),
      String(room.messages),
      room.isPrivate ? "yes" : "no",
      room.owner === null ? "-" : `${room.owner}${room.ownerAwayUntil === null ? "" : " (away)"}`,
      shortTime(room.lastAt),
      room.topic,
    ]),
    "There are no rooms.",
  );
  const more = count - rooms.length;
  return more > 0 ? `${shown}\n… and ${more} more: --limit shows more rooms.` : shown;
}

/** One fact a line, and then the last messages, where they were asked for. */
export function roomDetails(room: ShownRoom): string {
  const facts = plain([
    ["name", room.name],
    ["private", room.isPrivate ? "yes" : "no"],
    ["owner", room.owner === null ? "-" : keeperText(room.owner, room.ownerAwayUntil)],
    ["topic", room.topic === "" ? "-" : room.topic],
    ["messages", String(room.messages)],
    ["last entry", timeInUtc(room.lastAt)],
    ["people", peopleText(room)],
    ["operators", operatorsText(room)],
    ["bans", room.bans.length === 0 ? "-" : room.bans.map(banText).join("\n")],
  ]);
  return room.history === undefined ? facts : `${facts}\n${historyText(room.history)}`;
}

function peopleText({ members, people, away }: ShownRoom): string {
  const more = members - people.length;
  const here = members === 0 ? "-" : `${members}: ${people.join(", ")}${more > 0 ? ` … and ${more} more` : ""}`;
  return away === 0 ? here : `${here} (${away} away)`;
}

function operatorsText({ operators, operatorsAway }: ShownRoom): string {
  const all = [...operators, ...operatorsAway.map(({ name, until }) => keeperText(name, until))];
  return all.length === 0 ? "-" : all.join(", ");
}

function keeperText(name: string, awayUntil: string | null): string {
  return awayUntil === null ? name : `${name} (away until ${timeInUtc(awayUntil)})`;
}

function banText({ name, until }: RoomBanView): string {
  return until === null ? `${name} until unban` : `${name} until ${timeInUtc(until)}`;
}

function historyText(messages: readonly MessageView[]): string {
  if (messages.length === 0) return "Nothing has been said yet.";
  const count = messages.length === 1 ? "1 line" : `${messages.length} lines`;
  return [`-- last ${count} (times UTC) --`, ...messages.map(messageText)].join("\n");
}

function messageText({ seq, at, author, kind, text }: MessageView): string {
  const rows = renderMessage({ author, body: text, kind: kinds[kind] }, `${seq} ${shortTime(at)} `);
  return rows.replaceAll(NEWLINE, "\n");
}
