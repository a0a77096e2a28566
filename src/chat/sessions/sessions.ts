import type { Session } from "./session.ts";

const NONE: readonly Session[] = [];

/** The sessions of this node, by id and by principal. Who holds which name is known to `Presence`. */
export class Sessions {
  readonly #byId = new Map<number, Session>();
  readonly #byPrincipal = new Map<number, readonly Session[]>();

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  get(id: number | null): Session | undefined {
    return id === null ? undefined : this.#byId.get(id);
  }

  of(principal: number | null): readonly Session[] {
    return principal === null ? NONE : (this.#byPrincipal.get(principal) ?? NONE);
  }

  add(session: Session): void {
    const { id } = session.who;
    this.#byId.set(session.id, session);
    this.#byPrincipal.set(id, this.of(id).concat(session));
  }

  /** Does nothing if the session was removed, or another one has its id. */
  remove(session: Session): void {
    if (this.#byId.get(session.id) !== session) return;
    this.#byId.delete(session.id);
    const { id } = session.who;
    const others = this.of(id).filter((one) => one !== session);
    if (others.length > 0) this.#byPrincipal.set(id, others);
    else this.#byPrincipal.delete(id);
  }
}
