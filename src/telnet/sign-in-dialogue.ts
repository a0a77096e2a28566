import type { Chat } from "../chat/chat.ts";
import { type Name, parseUserName } from "../domain/names.ts";
import type { Outlet } from "../ports/outlet.ts";
import { StoreError } from "../ports/store-error.ts";
import { enterLobby } from "../chat/rooms/membership.ts";
import type { Session } from "../chat/sessions/session.ts";
import { beginSession, endSession } from "../chat/sessions/sign-in.ts";
import type { Bans } from "../chat/server-bans.ts";
import { parseLine } from "../commands/parse.ts";
import { NEWLINE } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";

export interface SignInSettings {
  /** Maximum bytes before a name is taken; 0 = any number. */
  readonly loginBytes: number;
  /** So many names may be refused before the connection is closed; 0 = any number. */
  readonly loginTries: number;
  /** Lower case. */
  readonly reservedNames: readonly string[];
  /** Text that is shown before the first prompt; empty: none. */
  readonly welcome: string;
}

/** Gives each session its id. */
export type NewSessionId = () => number;

export type SignInStep =
  | { readonly type: "ask-again"; readonly text: string }
  | { readonly type: "close"; readonly text: string }
  | { readonly type: "logged-in"; readonly session: Session };

/** A connection that may be dead has so long to show that it is not. */
const GHOST_ANSWER_MS = 5000;

/** The dialogue between connecting and being a session: asks for a name until one is free. */
export class SignInDialogue {
  readonly #chat: Chat;
  readonly #bans: Bans;
  readonly #settings: SignInSettings;
  readonly #newId: NewSessionId;
  #refused = 0;
  #bytes = 0;

  constructor(chat: Chat, bans: Bans, settings: SignInSettings, newId: NewSessionId) {
    this.#chat = chat;
    this.#bans = bans;
    this.#settings = settings;
    this.#newId = newId;
  }

  /** How many bytes may still come before there has to be a name. */
  get bytesLeft(): number {
    const { loginBytes } = this.#settings;
    return loginBytes === 0 ? Number.POSITIVE_INFINITY : loginBytes - this.#bytes;
  }

  took(bytes: number): void {
    this.#bytes += bytes;
  }

  /** What one line at the prompt leads to. A line that is empty, or asks for help, costs no try. */
  async step(line: string, outlet: Outlet): Promise<SignInStep> {
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
    const ban = this.#bans.onName(name.key);
    if (ban) return this.#refuse(texts.nameBanned(ban.reason), texts.nameBanned(ban.reason));
    const session = await this.#begin(name, outlet);
    if (session === "unknown") return ask(texts.namesUnavailable);
    if (!session) return this.#refuse(texts.nameTaken, texts.nameTakenLast);
    const late = this.#bans.onName(name.key);
    if (late) {
      // Banned while the name was taken for them.
      await endSession(this.#chat, session);
      return this.#refuse(texts.nameBanned(late.reason), texts.nameBanned(late.reason));
    }
    return { type: "logged-in", session };
  }

  /** Null: somebody has the name. `unknown`: it cannot be told now. */
  async #begin(name: Name, outlet: Outlet): Promise<Session | "unknown" | null> {
    try {
      const session = await beginSession(this.#chat, this.#newId(), name, outlet);
      if (session || !(await this.#clearGhost(name, outlet))) return session;
      return await beginSession(this.#chat, this.#newId(), name, outlet);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#chat.telemetry.storeHealth(error);
      return "unknown";
    }
  }

  /**
   * Whether the name is free because its holder, who connected from the same address, was asked and is not there any
   * more: most often that is the same person, whose connection broke.
   */
  async #clearGhost(name: Name, outlet: Outlet): Promise<boolean> {
    const elsewhere = this.#chat.presence.find(name.key);
    if (elsewhere?.address === outlet.address) {
      outlet.reply(texts.askingHolder);
      // Where nobody answers, their node may be gone by now, and the name be free.
      return (await this.#chat.directMessages.isThere(elsewhere, outlet.address)) !== true;
    }
    const holder = this.#chat.sessions.get(name.key);
    if (holder?.outlet.address !== outlet.address) return false;
    const answer = holder.outlet.isThere(GHOST_ANSWER_MS);
    if (answer === null) return false;
    outlet.reply(texts.askingHolder);
    if (await answer) return false;
    holder.outlet.close(texts.replaced, "replaced");
    await holder.whenEnded();
    return true;
  }

  #refuse(text: string, lastText: string): SignInStep {
    this.#refused += 1;
    if (this.#refused === this.#settings.loginTries) return { type: "close", text: lastText };
    return ask(text);
  }
}

/** What a person is told right after login. */
export async function greet(chat: Chat, session: Session): Promise<void> {
  session.reply(texts.welcome(session.name.shown));
  session.reply(texts.seeHelp);
  await enterLobby(chat, session);
}

function ask(text: string): SignInStep {
  return { type: "ask-again", text: text === "" ? texts.loginPrompt : text + NEWLINE + texts.loginPrompt };
}
