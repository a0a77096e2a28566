import { keyOf, type Name, type NameKey } from "../../domain/names.ts";
import type { Session } from "./session.ts";

const NONE: readonly Session[] = [];

/** The sessions of this node, by id, by principal, and by whom they ignore. Who holds which name `Presence` knows. */
export class Sessions {
  readonly #byId = new Map<number, Session>();
  readonly #byPrincipal = new Map<number, readonly Session[]>();
  /** Sessions by the names that they ignore. */
  readonly #ignoring = new Map<NameKey, Set<Session>>();

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

  /** The sessions that ignore the author of a message. @param author a name, as shown */
  ignoring(author: string): Iterable<Session> {
    // Every message asks, and mostly nobody ignores anybody.
    return this.#ignoring.size === 0 ? NONE : (this.#ignoring.get(keyOf(author)) ?? NONE);
  }

  /** From now on the session ignores whoever has this name. Does nothing if the session was removed. */
  ignore(session: Session, name: Name): void {
    if (this.#byId.get(session.id) !== session) return;
    session.ignored = new Map(session.ignored).set(name.key, name);
    const others = this.#ignoring.get(name.key) ?? new Set();
    this.#ignoring.set(name.key, others.add(session));
  }

  unignore(session: Session, { key }: Name): void {
    session.ignored = new Map([...session.ignored].filter(([other]) => other !== key));
    const others = this.#ignoring.get(key);
    others?.delete(session);
    if (others?.size === 0) this.#ignoring.delete(key);
  }

  /** Does nothing if the session was removed, or another one has its id. */
  remove(session: Session): void {
    if (this.#byId.get(session.id) !== session) return;
    for (const name of session.ignored.values()) this.unignore(session, name);
    this.#byId.delete(session.id);
    const { id } = session.who;
    const others = this.of(id).filter((one) => one !== session);
    if (others.length > 0) this.#byPrincipal.set(id, others);
    else this.#byPrincipal.delete(id);
  }
}
