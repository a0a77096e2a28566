import { NEWLINE, renderLine, renderMessage, renderNotice, VIEWS, viewOf, type View } from "../protocol/render.ts";
import { isMessage, kinds } from "./entry.ts";
import type { Stored } from "./log.ts";
import type { Chunk, Clock } from "./ports.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** The lines of one room in one view: each of its own, and all of them encoded once for everybody. */
interface Rendered {
  readonly lines: readonly string[];
  readonly chunk: Chunk;
}

/**
 * Brings lines to the members of rooms. What many receive is rendered and encoded once per view and shared by reference;
 * nothing is built per receiver, except for authors, who do not get their own lines back: their terminal shows them.
 */
export class Delivery {
  readonly #clock: Clock;
  #round = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Delivers the messages of one batch in one room, in order. Returns how many lines went to receivers. */
  messages(room: Room, stored: readonly Stored[]): number {
    this.#round += 1;
    let own = 0;
    for (const { pending } of stored) {
      if (pending.session === null || !isShownToOthersOnly(pending.kind)) continue;
      pending.session.authorIn = this.#round;
      if (room.members.has(pending.session)) own += 1;
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

function renderAll(room: Room, stored: readonly Stored[], view: View): Rendered {
  const lines = stored.map(({ pending, at }) => {
    const shown = renderMessage({
      author: pending.author,
      body: pending.body,
      isAct: pending.kind === kinds.act,
    });
    return renderLine(shown, at, room.name.shown, view);
  });
  return { lines, chunk: toChunk(lines.join(""), lines.length) };
}

function deliverToAuthor(author: Session, stored: readonly Stored[], rendered: Rendered): void {
  let text = "";
  let count = 0;
  for (const [i, { pending }] of stored.entries()) {
    if (pending.session === author && isShownToOthersOnly(pending.kind)) continue;
    text += rendered.lines[i] ?? NEWLINE;
    count += 1;
  }
  if (count > 0) author.outlet.deliver(toChunk(text, count));
}

function toChunk(text: string, lines: number): Chunk {
  return { bytes: Buffer.from(text), lines, holders: 0 };
}
