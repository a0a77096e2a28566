import { randomInt } from "node:crypto";
import { StoreError } from "../../ports/store-error.ts";

/** Ids of nodes are random, so that none is ever given twice. */
const MAX_ID = 2 ** 47;

/** As which node something was written. */
export interface Signature {
  readonly id: number;
  /** The version of the node's people that the database had told: one that has a lower one was restored. */
  readonly version: number;
  /** How often the node had compared its people with a database that was restored. */
  readonly restores: number;
}

export interface IdentityHooks {
  /** The database does not know this node any more: it has to become another. */
  fenced(): void;
  /** The database has a lower version of this node's people than it told: they have to be compared. */
  restored(): void;
}

/** Who this process is among the nodes of its cluster, and what the database knows of it. */
export class NodeIdentity {
  readonly #hooks: IdentityHooks;
  #id = randomInt(1, MAX_ID);
  #version = 0;
  #restores = 0;

  constructor(hooks: IdentityHooks) {
    this.#hooks = hooks;
  }

  /** Changes when the node was taken for dead. */
  get id(): number {
    return this.#id;
  }

  get signature(): Signature {
    return { id: this.#id, version: this.#version, restores: this.#restores };
  }

  /** An id that it has not had. */
  newId(): number {
    return randomInt(1, MAX_ID);
  }

  /** The database knows it by this id from now on, and nothing of its people. */
  become(id: number): void {
    this.#id = id;
    this.#version = 0;
  }

  /** The database told the version of its people after a write. */
  told({ id }: Pick<Signature, "id">, version: number): void {
    if (id === this.#id) this.#version = version;
  }

  /** Its people were compared with a database that was restored, which has this version of them. */
  wasCompared(version: number): void {
    this.#version = version;
    this.#restores += 1;
  }

  /**
   * Why the database did not take what was written, by the state that it told: `fenced`, `past`, or one that no call gets
   * which was not given up. What follows from it is under way.
   *
   * @param what was tried
   * @param as which node
   */
  refusal(what: string, state: string, as: Signature): StoreError {
    switch (state) {
      case "fenced":
        if (as.id === this.#id) this.#hooks.fenced();
        return new StoreError("fenced", `${what}: this node was taken for dead, and comes back as another`);
      case "past":
        if (as.id === this.#id && as.version === this.#version) this.#hooks.restored();
        return new StoreError(
          "fenced",
          `${what}: the database was restored, this node compares its people with it first`,
        );
      default:
        return new StoreError("broken", `${what}: the database says "${state}" to a call that was not given up`);
    }
  }
}
