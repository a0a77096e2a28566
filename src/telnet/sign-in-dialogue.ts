import { type SignedIn, signIn } from "../chat/sessions/sign-in.ts";
import { enterChat } from "../chat/operations/enter-chat.ts";
import type { Context } from "../chat/context.ts";
import { parseLine } from "../commands/dispatch.ts";
import { durationWords } from "../domain/duration.ts";
import { Refusal } from "../domain/refusals.ts";
import { lastRefusals, refusalSentence } from "../formats/text/refusal-sentences.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Outlet } from "../ports/outlet.ts";

export interface SignInSettings {
  /** Maximum bytes before a name is taken; 0 = any number. */
  readonly loginBytes: number;
  /** Number of names that may be refused before the connection is closed; 0 = any number. */
  readonly loginTries: number;
  /** Time for which messages are kept, in milliseconds; 0 = for good; null: until the process ends. */
  readonly keepMs: number | null;
  /** Text that is shown before the first prompt; empty: none. */
  readonly welcome: string;
}

export type SignInStep =
  /** `text`: what is told before; empty: nothing. */
  | { readonly type: "ask-again"; readonly text: string }
  | { readonly type: "close"; readonly text: string }
  | ({ readonly type: "signed-in" } & SignedIn);

/** Words that nobody means as a name, with a slash before them or without one. */
const LEAVE: ReadonlySet<string> = new Set(["quit", "exit", "bye", "logout"]);
const HELP: ReadonlySet<string> = new Set(["help", "?"]);

/** The dialogue between connecting and being a session: asks for a name until one is free. */
export class SignInDialogue {
  readonly #context: Context;
  readonly #settings: () => SignInSettings;
  #refused = 0;
  #bytes = 0;

  constructor(context: Context, settings: () => SignInSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /** How many bytes may still come before there has to be a name. */
  get bytesLeft(): number {
    const { loginBytes } = this.#settings();
    return loginBytes === 0 ? Number.POSITIVE_INFINITY : loginBytes - this.#bytes;
  }

  took(bytes: number): void {
    this.#bytes += bytes;
  }

  /** What one line at the prompt leads to. A line that is empty, or asks for help, costs no try. */
  async step(line: string, outlet: Outlet): Promise<SignInStep> {
    const input = parseLine(line);
    if (input.type === "empty") return ask("");
    const word = input.type === "command" ? input.name : input.text.trim().toLowerCase();
    if (LEAVE.has(word)) return { type: "close", text: texts.bye };
    if (HELP.has(word)) return ask(texts.loginHelp);
    try {
      const name = input.type === "text" ? input.text : null;
      return { type: "signed-in", ...(await signIn(this.#context, name, outlet)) };
    } catch (error) {
      if (error instanceof Refusal) return this.#refuse(error);
      throw error;
    }
  }

  #refuse(refusal: Refusal): SignInStep {
    const sentence = refusalSentence(refusal);
    // This refusal is no fault of the person, so it costs no try.
    if (refusal.code === "names-unavailable") return ask(sentence);
    this.#refused += 1;
    const { loginTries } = this.#settings();
    if (loginTries === 0 || this.#refused < loginTries) return ask(sentence);
    return { type: "close", text: lastRefusals[refusal.code] ?? sentence };
  }
}

/** What a person is told right after they have signed in. */
export async function greet(
  context: Context,
  { session, back, codes, isTooLate, hasEndedKept }: SignedIn,
  { keepMs }: Pick<SignInSettings, "keepMs">,
  reply: (text: string) => void,
): Promise<void> {
  const { returnCodes, settings } = context;
  const name = session.name.shown;
  reply(texts.welcome(name));
  reply(texts.seeHelp);
  if (keepMs !== null) reply(texts.kept(keepMs === 0 ? null : durationWords(keepMs)));
  if (isTooLate) reply(texts.nothingKept(name));
  if (hasEndedKept) reply(texts.keptEnded(name));
  if (settings.graceMs > 0) {
    reply(texts.comeBack(name, returnCodes.of(session.id, codes.at(-1) ?? 0), durationWords(settings.graceMs)));
  }
  await enterChat(context, { session, back });
}

function ask(text: string): SignInStep {
  return { type: "ask-again", text };
}
