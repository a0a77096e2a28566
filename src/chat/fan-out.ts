import { NEWLINE, renderLine, renderMessage, renderNotice, VIEWS, viewOf, type View } from "../formats/text/render.ts";
import { type Entry, isMessage, kinds } from "../domain/entry.ts";
import type { Clock } from "../ports/clock.ts";
import type { Chunk } from "../ports/outlet.ts";
import type { Room } from "./rooms/room.ts";
import type { Session } from "./sessions/session.ts";

/** The lines of one room in one view: each of its own, and all of them encoded once for everybody. */
interface Rendered {
  readonly lines: readonly string[];
  readonly chunk: Chunk;
}

/**
 * Brings lines to the members of rooms. What many receive is rendered and encoded once per view and shared by reference;
 * nothing is built per receiver, except for authors, who do not get their own lines back: their terminal shows them.
 */
export class FanOut {
  readonly #clock: Clock;
  readonly #sessions: ReadonlyMap<number, Session>;
  #round = 0;

  /** @param sessions those of this node, by id */
  constructor(clock: Clock, sessions: ReadonlyMap<number, Session>) {
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Delivers messages in one room, in order. Returns how many lines went to receivers. */
  messages(room: Room, stored: readonly Entry[]): number {
    if (room.members.size === 0) return 0;
    this.#round += 1;
    let own = 0;
    for (const { authorId, kind } of stored) {
      const author = authorId === null ? undefined : this.#sessions.get(authorId);
      if (!author || !isShownToOthersOnly(kind)) continue;
      author.authorIn = this.#round;
      if (room.members.has(author)) own += 1;
    }
    const rendered: (Rendered | undefined)[] = Array.from({ length: VIEWS });
    for (const member of room.members) {
      const view = viewOf(member.showsTime, member.current === room);
      const mine = (rendered[view] ??= renderAll(room, stored, view));
      if (member.authorIn === this.#round) deliverToAuthor(member, stored, mine);
      else member.outlet.deliver(mine.chunk);
    }
    return room.members.size * stored.length - own;
  }

  /** The server tells the members something; `except` does not get it. */
  notice(room: Room, text: string, except: Session | null = null): void {
    const at = this.#clock.micros();
    const chunks: (Chunk | undefined)[] = Array.from({ length: VIEWS });
    for (const member of room.members) {
      if (member === except) continue;
      // A notice names its room, so it carries no prefix.
      const view = viewOf(member.showsTime, true);
      member.outlet.deliver((chunks[view] ??= toChunk(renderLine(renderNotice(text), at, room.name.shown, view), 1)));
    }
  }
}

/** `/me` comes back to its author: nothing that was typed looks like it. */
function isShownToOthersOnly(kind: number): boolean {
  return isMessage(kind) && kind !== kinds.act;
}

function renderAll(room: Room, stored: readonly Entry[], view: View): Rendered {
  const lines = stored.map(({ author, body, kind, atMicros }) => {
    const shown = renderMessage({ author, body, isAct: kind === kinds.act });
    return renderLine(shown, atMicros, room.name.shown, view);
  });
  return { lines, chunk: toChunk(lines.join(""), lines.length) };
}

function deliverToAuthor(author: Session, stored: readonly Entry[], rendered: Rendered): void {
  let text = "";
  let count = 0;
  for (const [i, { authorId, kind }] of stored.entries()) {
    if (authorId === author.id && isShownToOthersOnly(kind)) continue;
    text += rendered.lines[i] ?? NEWLINE;
    count += 1;
  }
  if (count > 0) author.outlet.deliver(toChunk(text, count));
}

function toChunk(text: string, lines: number): Chunk {
  return { bytes: Buffer.from(text), lines, holders: 0 };
}
