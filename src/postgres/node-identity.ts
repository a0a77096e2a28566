import { randomInt } from "node:crypto";
import { StoreError } from "../ports/store-error.ts";

/** Bound of the ids of nodes. They are random, so that none is ever given twice. */
const MAX_ID = 2 ** 47;

/** The identity of a node at the time of a write. */
export interface Signature {
  readonly id: number;
  /** The last version of the node's people that the database reported. A database with a lower one was restored. */
  readonly version: number;
  /** Number of times that the node had compared its people with a database that was restored. */
  readonly restores: number;
}

export interface IdentityHooks {
  /** The database does not have this node any more: it needs a new id. */
  fenced(): void;
  /** The database has a lower version of the people of this node than it reported: they have to be compared. */
  restored(): void;
}

/** Who this process is among the nodes of its cluster, and what the database knows of it. */
export class NodeIdentity {
  readonly #hooks: IdentityHooks;
  #id = randomInt(1, MAX_ID);
  #version = 0;
  #restores = 0;
  readonly #former: number[] = [];

  constructor(hooks: IdentityHooks) {
    this.#hooks = hooks;
  }

  /** The current id. Changes when the node was taken for dead. */
  get id(): number {
    return this.#id;
  }

  get signature(): Signature {
    return { id: this.#id, version: this.#version, restores: this.#restores };
  }

  /** Earlier ids: a database that was restored may have the node, and its people, under one of them. */
  get former(): readonly number[] {
    return this.#former;
  }

  newId(): number {
    return randomInt(1, MAX_ID);
  }

  /** Takes a new id, under which the database has none of the people of this node. */
  become(id: number): void {
    this.#former.push(this.#id);
    this.#id = id;
    this.#version = 0;
  }

  /** Called with the version of the people of this node that the database reported after a write. */
  told({ id }: Pick<Signature, "id">, version: number): void {
    if (id === this.#id) this.#version = version;
  }

  /** Called when the people of this node were compared with a restored database, which has this version of them. */
  wasCompared(version: number): void {
    this.#version = version;
    this.#restores += 1;
  }

  /**
   * Returns the error of a write that the database did not take, and starts what follows: a new id (`fenced`), or a
   * comparison of the people (`past`). Other states are only for calls that were given up, and an error here.
   * @param as the identity of the write
   */
  refusal(what: string, state: string, as: Signature): StoreError {
    switch (state) {
      case "fenced":
        if (as.id === this.#id) this.#hooks.fenced();
        return new StoreError("fenced", `${what}: this node was taken for dead, and comes back under a new id`);
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
