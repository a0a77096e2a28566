import { parseUserName } from "../../domain/names.ts";
import type { UserRef } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Person, Presence } from "../../ports/presence.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** The bus may lose a question or its answer, so a question is asked up to `TRIES` times, at growing intervals. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 1000;
const TRIES = 10;
/** Maximum number of answers remembered, so that a question that comes again is not acted on twice. */
const MAX_REMEMBERED = 10_000;
/** Time in which a peer has to show that it is there. The node that asked waits longer, `PROBE_TRIES` tries. */
const PROBE_ANSWER_MS = 5000;
const PROBE_TRIES = 15;

interface Asked {
  readonly question: Question;
  readonly person: UserRef;
  readonly resolve: (isThere: boolean | null) => void;
}

interface DirectMessagePorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly presence: Pick<Presence, "find" | "moved">;
  readonly newId: () => number;
}

type Whisper = Extract<ClusterMessage, { type: "whisper" }>;
type Probe = Extract<ClusterMessage, { type: "probe" }>;
type Question = Whisper | Probe;

/** What goes to a single session: at once if it is at this node; else over the bus, and its node answers. */
export class DirectMessages {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  /** Questions that wait for an answer, by id. */
  readonly #asked = new Map<string, Asked>();
  /** Answers given by this node, by the question's id, the oldest first; null: not known yet. */
  readonly #answered = new Map<string, boolean | null>();
  readonly #newId: () => number;
  readonly #presence: DirectMessagePorts["presence"];

  /** @param newId returns numbers that no other node ever gives: all nodes get an answer, and compare its id */
  constructor({ bus, clock, presence, newId }: DirectMessagePorts, sessions: Sessions) {
    this.#newId = newId;
    this.#presence = presence;
    this.#bus = bus;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Resolves when the text has arrived. Rejects with `no-such-user`, or `whisper-unanswered` if that is unknown. */
  async send(from: UserRef, to: UserRef, text: string): Promise<void> {
    const whisper = { to: to.id, from: from.id, author: from.name.shown, text };
    if (this.#sessions.get(to.id)) return this.#show(whisper);
    const isThere = await this.#ask({ type: "whisper", id: String(this.#newId()), ...whisper }, to, TRIES);
    if (isThere === null) throw new Refusal("whisper-unanswered");
    if (!isThere) throw new Refusal("no-such-user");
  }

  /**
   * Whether a person elsewhere is there, or at another address; if not, their session has ended. Null: no answer.
   * @param isSame whether the person is known to be the one who asks: their session ends
   */
  isThere(person: Person, address: string, isSame = false): Promise<boolean | null> {
    return this.#ask({ type: "probe", id: String(this.#newId()), to: person.id, address, isSame }, person, PROBE_TRIES);
  }

  /** Called when nodes died: questions to their people need no answer any more. */
  lookAgain(): void {
    for (const { question, person, resolve } of this.#asked.values()) {
      if (!this.#isOnline(person)) resolve(whenGone(question));
    }
  }

  hear(message: Question | Extract<ClusterMessage, { type: "ack" }>): void {
    if (message.type === "ack") return this.#asked.get(message.id)?.resolve(message.isThere);
    const session = this.#sessions.get(message.to);
    const known = this.#answered.get(message.id);
    if (known !== undefined) return known === null ? undefined : this.#answer(message.id, known);
    // Each node answers for its own sessions alone.
    if (!session) return;
    if (message.type === "whisper") {
      this.#show(message);
      return this.#answer(message.id, true);
    }
    this.#remember(message.id, null);
    void this.#answers(session, message).then((isThere) => this.#answer(message.id, isThere));
  }

  /** Whether a session is still there; if not, ends it. */
  async #answers(session: Session, { address, isSame }: Probe): Promise<boolean> {
    const { outlet } = session;
    if (!isSame) {
      if (outlet.address !== address) return true;
      const answer = outlet.isThere(PROBE_ANSWER_MS);
      if (answer === null) outlet.askPerson();
      if (answer === null || (await answer)) return true;
    }
    outlet.close({ type: "replaced" }, "replaced");
    await session.whenEnded();
    return false;
  }

  #show({ to, from, author, text }: Pick<Whisper, "to" | "from" | "author" | "text">): void {
    const session = this.#sessions.get(to);
    const name = parseUserName(author);
    // Whoever whispers to somebody who ignores them is not told.
    if (!session || !name || session.ignores(author)) return;
    const isOwn = from === session.who.id;
    session.outlet.tell({ type: "whisper", from: author, text, isFirst: !isOwn && session.lastWhisperer === null });
    if (isOwn || session.lastWhisperer?.id === from) return;
    session.lastWhisperer = { id: from, name };
    this.#presence.moved(to);
  }

  #answer(id: string, isThere: boolean): void {
    this.#remember(id, isThere);
    this.#bus.publish({ type: "ack", id, isThere });
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

  /** Asks until somebody answers. Null: there was no answer. */
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

/** The answer when the person is gone: it is unknown whether a whisper came before; whoever was probed is not there. */
function whenGone({ type }: Question): boolean | null {
  return type === "probe" ? false : null;
}
