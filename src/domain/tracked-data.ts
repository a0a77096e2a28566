import { cleanJson } from "./text.ts";

/** TypeScript's library does not know it yet. */
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (source: string) => unknown };

/** Maximum size of an event's data as it is kept, in bytes of UTF-8. */
export const MAX_DATA_BYTES = 16 * 1024;

/** What the body of a request says about an event. */
export type TrackedData =
  /** `json`: the data, in one line of clean text. */
  { readonly json: string } | { readonly fault: "not-json" | "no-data" | "too-long" };

/**
 * Reads `{"data": …}`. The data keeps each number digit for digit, however long it is. Other members have no meaning; of two
 * with one name the last one counts (RFC 8259, 4).
 */
export function readTrackedData(body: string): TrackedData {
  try {
    // What is nested deeper than the stack is high ends in a `RangeError`: parsers may limit that (RFC 8259, 9).
    const value: unknown = JSON.parse(body, exactNumber);
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, "data")) return { fault: "no-data" };
    const { data } = value as { readonly data: unknown };
    const json = cleanJson(JSON.stringify(data));
    return Buffer.byteLength(json) > MAX_DATA_BYTES ? { fault: "too-long" } : { json };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { fault: "not-json" };
    throw error;
  }
}

function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" && context?.source !== undefined ? rawJSON(context.source) : value;
}
