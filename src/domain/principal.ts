import { labelOf, type Name, SERVER_NAME } from "./names.ts";
import { cleanText } from "./text.ts";

/** Who does something. Rights and authorship hang on a principal, and never on a connection or a name. */
export interface Principal {
  /** Never given twice. A guest has the id of its session, which ends with it; the server and its operator have 0. */
  readonly id: number;
  readonly name: Name;
  readonly kind: "guest" | "application" | "operator" | "server";
}

/** `held`: the principal has the name. `unconfirmed`: the database is asked. `lost`: somebody else has it now. */
export type NameStatus = "held" | "unconfirmed" | "lost";

/** A principal that acts, and the session by which it does so. */
export interface Actor {
  readonly who: Principal;
  /** Nothing is stored under a name that is lost, and nothing yet under one that is not confirmed. */
  readonly nameStatus: NameStatus;
  /** The session's id; null: the actor has no session, such as the server. */
  readonly session: number | null;
  /** The IPv4 address or IPv6 network that bans count the actor as; null: bans on addresses do not hold for it. */
  readonly network: string | null;
  /** Applications whose token the actor has shown; missing: none. */
  readonly entered?: ReadonlySet<number>;
}

/** Somebody as entries and changes name them. */
export interface UserRef {
  /** The principal; 0 where nobody of that name was online. */
  readonly id: number;
  readonly name: Name;
}

/** The server itself. It may do anything to a room that exists, except take it from its owner. */
export const SERVER: Actor = {
  who: { id: 0, name: SERVER_NAME, kind: "server" },
  nameStatus: "held",
  session: null,
  network: null,
};

/** Author of what an operator of the server does in a room, as entries name it; that of the server itself is null. */
export const OPERATOR_ID = 0;

/** Author of what the operator says, to everybody or in a room. Nobody may have the name (`config/reserved-names.ts`). */
export const OPERATOR_NAME = "operator";

/** Returns the actor for somebody who runs the server. @param shown their name in the log, which is cleaned */
export function operator(shown: string): Actor {
  const who = { id: OPERATOR_ID, name: labelOf(cleanText(shown)), kind: "operator" } as const;
  return { who, nameStatus: "held", session: null, network: null };
}

/** Author of what an application says where no other is given. In `x@api`, `x` is whom the application speaks for. */
const API_AUTHOR = "api";

/** Returns the actor for an application. @param author whom it speaks for, a name by the login rule; null: itself */
export function applicationActor(id: number, author: Name | null): Actor {
  const name = labelOf(author ? `${author.shown}@${API_AUTHOR}` : API_AUTHOR);
  return { who: { id, name, kind: "application" }, nameStatus: "held", session: null, network: null };
}
