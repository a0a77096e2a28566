import type { SignedIn } from "../chat/sessions/sign-in.ts";
import { texts } from "../formats/text/sentences.ts";
import { NEWLINE } from "../formats/text/text-format.ts";
import type { CloseReason } from "../net/telemetry.ts";
import type { Timer } from "../ports/clock.ts";
import type { Outlet } from "../ports/outlet.ts";
import type { Door } from "./door.ts";
import { SignInDialogue } from "./sign-in-dialogue.ts";

export interface LoginOwner extends Outlet {
  reply(text: string): void;
  closeBecause(reason: CloseReason, text: string): void;
  /** The prompt is to be shown, behind all that was said. */
  asksName(): void;
}

/**
 * Time in which a peer may speak first. Programs send at once: what they send arrives with the last packet of the TCP
 * handshake, and an answer in their own protocol must not have a prompt before it.
 */
const SPEAKS_FIRST_MS = 100;

/** A connection until somebody has signed in there: asks for a name, within a time and a number of bytes. */
export class Login {
  readonly #door: Door;
  readonly #owner: LoginOwner;
  readonly #dialogue: SignInDialogue;
  readonly #deadline: Timer | null;
  #isAsking = false;
  /** Until the peer is greeted. */
  #silence: Timer | null = null;

  constructor(door: Door, owner: LoginOwner) {
    const { context, settings } = door;
    this.#door = door;
    this.#owner = owner;
    this.#dialogue = new SignInDialogue(context, () => door.settings);
    const { loginTimeoutMs } = settings;
    const text = NEWLINE + texts.loginTimeout(Math.ceil(loginTimeoutMs / 1000));
    const end = (): void => owner.closeBecause("login-timeout", text);
    this.#deadline = loginTimeoutMs === 0 ? null : context.clock.after(loginTimeoutMs, end);
  }

  /** What stands before the answer; empty: no name is asked for at the moment. */
  get prompt(): string {
    return this.#isAsking ? texts.loginPrompt : "";
  }

  /** How many bytes may still come before there has to be a name. */
  get bytesLeft(): number {
    return this.#dialogue.bytesLeft;
  }

  took(bytes: number): void {
    this.#dialogue.took(bytes);
  }

  /** Greets the peer when it has said nothing for a moment. */
  greetSoon(): void {
    this.#silence = this.#door.context.clock.after(SPEAKS_FIRST_MS, () => this.greet());
  }

  /** Shows the welcome text and the prompt, if that was not done yet. */
  greet(): void {
    if (this.#silence === null) return;
    this.#silence.cancel();
    this.#silence = null;
    const { welcome } = this.#door.settings;
    if (welcome !== "") this.#owner.reply(welcome);
    this.ask();
  }

  ask(): void {
    this.#isAsking = true;
    this.#owner.asksName();
  }

  /** Takes an answer. Resolves with a session when somebody has signed in by it; null: it was answered. */
  async step(line: string): Promise<SignedIn | null> {
    this.#isAsking = false;
    const step = await this.#dialogue.step(line, this.#owner);
    switch (step.type) {
      case "signed-in":
        return step;
      case "close":
        this.#owner.closeBecause("not-logged-in", step.text);
        return null;
      case "ask-again":
        if (step.text !== "") this.#owner.reply(step.text);
        this.ask();
        return null;
    }
  }

  stop(): void {
    this.#deadline?.cancel();
    this.#silence?.cancel();
    this.#silence = null;
  }
}
