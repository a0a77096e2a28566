import { labelOf, type Name, SERVER_NAME } from "./names.ts";

/** Who does something. Rights and authorship hang on a principal, and never on a connection or a name. */
export interface Principal {
  /** Never given twice. A guest's is the id of its session and ends with it; that of the server and of its operator is 0. */
  readonly id: number;
  readonly name: Name;
  readonly kind: "guest" | "operator" | "server";
}

/** `held`: the name is the principal's. `unconfirmed`: the database is being asked. `lost`: somebody else has it now. */
export type NameStatus = "held" | "unconfirmed" | "lost";

/** A principal that acts, and the session by which it does so. */
export interface Actor {
  readonly who: Principal;
  /** Nothing is stored under a name that is lost, and nothing yet under one that is not confirmed. */
  readonly nameStatus: NameStatus;
  /** The session's id; null: the actor needs none, as the server. */
  readonly session: number | null;
}

/** Somebody as entries and changes name them. */
export interface UserRef {
  /** The principal; 0 where nobody of that name was online. */
  readonly id: number;
  readonly name: Name;
}

/** The server itself. It may do everything to a room that exists, but take it from its owner. */
export const SERVER: Actor = {
  who: { id: 0, name: SERVER_NAME, kind: "server" },
  nameStatus: "held",
  session: null,
};

/** Somebody who runs the server. @param shown how they are named in the log */
export function operator(shown: string): Actor {
  return { who: { id: 0, name: labelOf(shown), kind: "operator" }, nameStatus: "held", session: null };
}
