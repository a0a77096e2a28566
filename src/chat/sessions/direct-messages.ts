import { parseUserName } from "../../domain/names.ts";
import type { UserRef } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Person, Presence } from "../../ports/presence.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** The bus may lose a question and its answer: it is asked again, ever more seldom, so many times. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 1000;
const TRIES = 10;
/** Questions that were answered before, so that one that comes again is not done twice. */
const MAX_REMEMBERED = 10_000;
/** Somebody who is asked whether they are there has so long to show it; who asked waits longer. */
const GHOST_ANSWER_MS = 5000;
const GHOST_TRIES = 15;

interface Asked {
  readonly question: Question;
  readonly person: UserRef;
  readonly resolve: (isThere: boolean | null) => void;
}

interface DirectMessagePorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly presence: Pick<Presence, "find">;
  readonly newId: () => number;
}

type Whisper = Extract<ClusterMessage, { type: "whisper" }>;
type Question = Extract<ClusterMessage, { type: "whisper" | "ghost" }>;

/** What goes to one session and no further: to one of this node at once, to another's over the bus, which answers. */
export class DirectMessages {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  /** Who waits for the answer to which question. */
  readonly #asked = new Map<string, Asked>();
  /** What was answered, the oldest first; null: that is not known yet. */
  readonly #answered = new Map<string, boolean | null>();
  readonly #newId: () => number;
  readonly #presence: Pick<Presence, "find">;

  /** @param newId numbers that no other node ever gives: an answer goes to the question of its id, whoever asked it */
  constructor({ bus, clock, presence, newId }: DirectMessagePorts, sessions: Sessions) {
    this.#newId = newId;
    this.#presence = presence;
    this.#bus = bus;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Resolves when it has arrived. Throws `no-such-user`, or `whisper-unanswered` when that is not known. */
  async send(from: UserRef, to: UserRef, text: string): Promise<void> {
    const whisper = { to: to.id, from: from.id, author: from.name.shown, text };
    if (this.#sessions.get(to.id)) return this.#show(whisper);
    const isThere = await this.#ask({ type: "whisper", id: String(this.#newId()), ...whisper }, to, TRIES);
    if (isThere === null) throw new Refusal("whisper-unanswered");
    if (!isThere) throw new Refusal("no-such-user");
  }

  /**
   * Whether somebody at another node, who came from that address too, is there; if not, the session ends. Null: nobody
   * answered.
   */
  isThere(person: Person, address: string): Promise<boolean | null> {
    return this.#ask({ type: "ghost", id: String(this.#newId()), to: person.id, address }, person, GHOST_TRIES);
  }

  /** Nodes died: what their people were asked needs no answer any more. */
  lookAgain(): void {
    for (const { question, person, resolve } of this.#asked.values()) {
      if (!this.#isOnline(person)) resolve(whenGone(question));
    }
  }

  hear(news: Question | Extract<ClusterMessage, { type: "heard" }>): void {
    if (news.type === "heard") return this.#asked.get(news.id)?.resolve(news.isThere);
    const session = this.#sessions.get(news.to);
    const known = this.#answered.get(news.id);
    if (known !== undefined) return known === null ? undefined : this.#answer(news.id, known);
    // Sessions of other nodes are not for this one to answer for.
    if (!session) return;
    if (news.type === "whisper") {
      this.#show(news);
      return this.#answer(news.id, true);
    }
    this.#remember(news.id, null);
    void this.#answers(session, news.address).then((isThere) => this.#answer(news.id, isThere));
  }

  async #answers(session: Session, address: string): Promise<boolean> {
    const { outlet } = session;
    if (outlet.address !== address) return true;
    const answer = outlet.isThere(GHOST_ANSWER_MS);
    if (answer === null || (await answer)) return true;
    outlet.close({ type: "replaced" }, "replaced");
    await session.whenEnded();
    return false;
  }

  #show({ to, from, author, text }: Pick<Whisper, "to" | "from" | "author" | "text">): void {
    const session = this.#sessions.get(to);
    const name = parseUserName(author);
    if (!session || !name) return;
    session.lastWhisperer = { id: from, name };
    session.outlet.tell({ type: "whisper", from: author, text });
  }

  #answer(id: string, isThere: boolean): void {
    this.#remember(id, isThere);
    this.#bus.publish({ type: "heard", id, isThere });
  }

  #remember(id: string, isThere: boolean | null): void {
    this.#answered.set(id, isThere);
    if (this.#answered.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#answered.keys();
    if (oldest !== undefined) this.#answered.delete(oldest);
  }

  #isOnline({ id, name }: UserRef): boolean {
    return this.#presence.find(name.key)?.id === id;
  }

  /** Null: there was no answer. */
  async #ask(question: Question, person: UserRef, tries: number): Promise<boolean | null> {
    const { promise, resolve } = Promise.withResolvers<boolean | null>();
    if (!this.#isOnline(person)) return false;
    this.#asked.set(question.id, { question, person, resolve });
    let timer: Timer | null = null;
    const askAgain = (left: number, waitMs: number): void => {
      if (!this.#isOnline(person)) return resolve(whenGone(question));
      if (left === 0) return resolve(null);
      this.#bus.publish(question);
      timer = this.#clock.after(waitMs, () => askAgain(left - 1, Math.min(waitMs * 2, LONGEST_RETRY_MS)));
    };
    askAgain(tries, FIRST_RETRY_MS);
    try {
      return await promise;
    } finally {
      (timer as Timer | null)?.cancel();
      this.#asked.delete(question.id);
    }
  }
}

/** A person who was asked is gone: a whisper may have come before they went, and a ghost is gone. */
function whenGone({ type }: Question): boolean | null {
  return type === "ghost" ? false : null;
}
