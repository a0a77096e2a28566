import { Refusal } from "../../domain/refusals.ts";
import { cleanText, isVisible } from "../../domain/text.ts";
import { StoreError } from "../../ports/store-error.ts";
import { HttpError } from "../errors.ts";

/** What a program of the operator sends with everything that it does. */
export interface OperatorRequest {
  /** Who does it, for the log and for the people concerned. */
  readonly by: string;
}

const MAX_TEXT = 2000;
export const line = { type: "string", maxLength: MAX_TEXT } as const;
export const word = { type: "string", minLength: 1, maxLength: 200 } as const;

/** Returns the schema of a body with who does it and these properties. */
export function body(properties: Readonly<Record<string, object>>, ...required: string[]) {
  const all = { by: word, ...properties };
  return { body: { type: "object", properties: all, required: ["by", ...required], additionalProperties: false } };
}

export const NOTHING_TO_SEND = "There is no text to send.";

/** Returns text as one clean line. Throws an `HttpError` with this message where nothing of it can be seen. */
export function textOf(text: string, message: string): string {
  const shown = cleanText(text.replaceAll(/[\r\n]+/g, " ")).trim();
  if (!isVisible(shown)) throw new HttpError(400, "empty-text", message);
  return shown;
}

/**
 * As the task; rejects with an `HttpError` where the store fails or takes nothing now.
 *
 * @param tell returns what the operator is told of a refusal; null: that the store takes nothing now
 */
export async function orStoreTrouble<T>(
  task: Promise<T>,
  tell: (refusal: Refusal) => HttpError | null = () => null,
): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof Refusal)) throw error;
    const told = error instanceof Refusal ? tell(error) : null;
    throw told ?? new HttpError(503, "store-unavailable", `The store failed: ${error.message}`, { cause: error });
  }
}
