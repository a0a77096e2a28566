import { z } from "zod";
import { MAX_BODY_BYTES, MAX_BODY_LINES } from "../../domain/body.ts";

/** Maximum elements of one page. */
export const MAX_LIMIT = 100;
/** Times `MAX_LIMIT`, this is less than the most that stores count (64⁶). */
const MAX_PAGE = 100_000_000;
/** Maximum characters of an application's name. */
export const MAX_TITLE = 200;

const COUNT = z.int().min(0);
/** Of a chat or a message: never given twice. */
const NUMBERED = z.int().min(1);

export const Failure = z
  .object({
    error: z.string().meta({ description: "One sentence for people." }),
    code: z.string().meta({ description: "For programs." }),
  })
  .meta({ id: "Error" });

/** What a path names. A token that opens nothing, and a number that is none, are found nowhere: neither is checked before. */
export const InApplication = z.object({
  token: z.string().meta({ description: "The application's token, a UUID." }),
});
const NUMBER = z.string().meta({ pattern: "^[0-9]{1,15}$" });
export const InChat = InApplication.extend({ number: NUMBER.meta({ description: "The chat's number: 1, 2, 3 …" }) });
export const InMessage = InApplication.extend({
  number: NUMBER.meta({ description: "The chat's number: 1, 2, 3 …" }),
  message: NUMBER.meta({ description: "The message's number: 1, 2, 3 …" }),
});

export const Paging = z.object({
  page: z.coerce.number().int().min(1).max(MAX_PAGE).default(1),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(10),
});

export const ApplicationInput = z.object({
  name: z
    .string()
    .min(1)
    .max(MAX_TITLE)
    .meta({ examples: ["celtra"] }),
});
export const ApplicationView = z
  .object({
    name: z.string(),
    token: z.string(),
    chats_count: COUNT,
    handle: z.string().meta({ description: "What people type for it on telnet: HANDLE/NUMBER is a chat." }),
    active: z.boolean().meta({ description: "Whether anything may be said in it." }),
  })
  .meta({ id: "Application" });

export const ChatInput = z
  .object({
    name: z
      .string()
      .optional()
      .meta({ description: "What people may type instead of the number.", examples: ["support"] }),
  })
  .nullable();
export const ChatView = z.object({ number: NUMBERED, messages_count: COUNT, name: z.string() }).meta({ id: "Chat" });

const TEXT = z
  .string()
  .min(1)
  .meta({ description: `At most ${MAX_BODY_BYTES} bytes of UTF-8 and ${MAX_BODY_LINES} lines.`, examples: ["hello"] });
export const EditInput = z.object({ body: TEXT });
export const MessageInput = EditInput.extend({
  author: z
    .string()
    .optional()
    .meta({ description: "For whom the application says it: x is shown as x@api. The name of nobody who is here." }),
});
export const MessageView = z
  .object({
    number: NUMBERED,
    body: z.string(),
    author: z.string(),
    at: z.iso.datetime().meta({ description: "When it was said." }),
    kind: z.string().meta({ description: "said, or act for what somebody does." }),
    edited: z.boolean(),
  })
  .meta({ id: "Message" });

/** The number of what was made, alone. */
export const NewNumber = NUMBERED.meta({ description: "The new number, alone.", examples: [1] });
export const Nothing = noBody("Done. The answer is empty.");
export const Unchanged = noBody("It is still what If-None-Match names. The answer is empty.");

/** Returns the schema of an answer without a body: the document has none for null, and what is sent is undefined. */
function noBody(description: string): z.ZodType<undefined> {
  const schema: z.ZodType<unknown> = z.null().describe(description);
  return schema as z.ZodType<undefined>;
}

/** Headers that a route reads. They are checked where they are read. */
export const Repeatable = z.object({
  "idempotency-key": z.string().min(1).max(64).optional().meta({
    description:
      "Up to 64 visible ASCII characters: within a day, a repeat is answered as the first was, and done once.",
  }),
});
export const IfChanged = z.object({
  "if-none-match": z.string().optional().meta({ description: "ETags that are known." }),
});
export const IfSame = z.object({
  "if-match": z.string().optional().meta({ description: "The ETag that the message must still have." }),
});

/** A body as it is, or wrapped: `{"name":"x"}` and `{"application":{"name":"x"}}` mean the same. */
export function wrappable<const Key extends string, Shape extends z.ZodObject>(key: Key, bare: Shape) {
  const shape: Record<string, Shape> = { [key]: bare };
  // The object has this key alone.
  const wrapped = z.object(shape).transform((value) => value[key] as z.output<Shape>);
  const either = z.union([bare, wrapped]);
  wrappers.set(either, key);
  return either;
}

const wrappers = new WeakMap<z.ZodType, string>();

/** Returns the key under which a body may be wrapped; null: it may not. */
export function wrapperOf(schema: z.ZodType): string | null {
  return wrappers.get(schema) ?? null;
}

/** Of every route: what the guard refuses. */
const GUARDED = [401, 403, 429] as const;

/** Returns the errors that a route may answer with. */
export function failures<const Status extends number>(
  ...statuses: readonly Status[]
): Record<Status | (typeof GUARDED)[number], typeof Failure> {
  // One property for each.
  return Object.fromEntries([...GUARDED, ...statuses].map((status) => [status, Failure])) as Record<
    Status | (typeof GUARDED)[number],
    typeof Failure
  >;
}
