import type { Session } from "./session.ts";

/** Whom an entry is about, by session. */
export interface Subject {
  readonly id: number;
  readonly name: string;
}

/** The body of such an entry: `ID NAME`; empty for nobody. */
export function subjectBody(subject: Session | null): string {
  return subject ? `${subject.id} ${subject.name.shown}` : "";
}

export function parseSubject(body: string): Subject | null {
  const [id = "", name = ""] = body.split(" ");
  return id === "" ? null : { id: Number(id), name };
}
