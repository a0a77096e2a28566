import type { Chat } from "../chat/chat.ts";
import { parseUserName } from "../chat/names.ts";
import type { Outlet } from "../chat/ports.ts";
import type { Session } from "../chat/session.ts";
import { beginSession } from "../chat/session-life.ts";
import { parseLine } from "../protocol/parse.ts";
import { NEWLINE } from "../protocol/render.ts";
import { texts } from "../protocol/texts.ts";

export interface LoginSettings {
  /** So many names may be refused before the connection is closed; 0 = any number. */
  readonly loginTries: number;
  /** Lower case. */
  readonly reservedNames: readonly string[];
  /** Text that is shown before the first prompt; empty: none. */
  readonly welcome: string;
}

/** Gives each session its id. */
export type NewSessionId = () => number;

export type LoginStep =
  | { readonly type: "ask-again"; readonly text: string }
  | { readonly type: "close"; readonly text: string }
  | { readonly type: "logged-in"; readonly session: Session };

/** The dialogue between connecting and being a session: asks for a name until one is free. */
export class Login {
  readonly #chat: Chat;
  readonly #settings: LoginSettings;
  readonly #newId: NewSessionId;
  #refused = 0;

  constructor(chat: Chat, settings: LoginSettings, newId: NewSessionId) {
    this.#chat = chat;
    this.#settings = settings;
    this.#newId = newId;
  }

  /** What one line at the prompt leads to. A line that is empty, or asks for help, costs no try. */
  async step(line: string, outlet: Outlet): Promise<LoginStep> {
    const input = parseLine(line);
    if (input.type === "empty") return ask("");
    if (input.type === "command" && (input.name === "quit" || input.name === "exit")) {
      return { type: "close", text: texts.bye };
    }
    if (input.type === "command" && input.name === "help") return ask(texts.loginHelp);
    const name = input.type === "text" ? parseUserName(input.text) : null;
    if (!name) return this.#refuse(texts.nameInvalid, texts.nameInvalidLast);
    if (this.#settings.reservedNames.includes(name.key)) {
      return this.#refuse(texts.nameReserved, texts.nameReservedLast);
    }
    const session = await beginSession(this.#chat, this.#newId(), name, outlet);
    if (!session) return this.#refuse(texts.nameTaken, texts.nameTakenLast);
    return { type: "logged-in", session };
  }

  #refuse(text: string, lastText: string): LoginStep {
    this.#refused += 1;
    if (this.#refused === this.#settings.loginTries) return { type: "close", text: lastText };
    return ask(text);
  }
}

function ask(text: string): LoginStep {
  return { type: "ask-again", text: text === "" ? texts.loginPrompt : text + NEWLINE + texts.loginPrompt };
}
