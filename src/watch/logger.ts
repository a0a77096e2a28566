import { type DestinationStream, destination, type Logger, pino } from "pino";

export interface LoggerSettings {
  readonly logLevel: string;
  readonly logFormat: "auto" | "text" | "json";
  /** Null: stderr. */
  readonly logFile: string | null;
}

const STDERR = 2;

/**
 * Returns the logger: plain lines on a terminal, otherwise JSON lines. It writes synchronously, so that the last line
 * before a crash is there. `node` returns the id of this node in its cluster, for every event; null: it is alone.
 */
export async function createLogger(
  { logLevel, logFormat, logFile }: LoggerSettings,
  node: () => number | null = () => null,
): Promise<Logger> {
  const target = destination({ dest: logFile ?? STDERR, sync: true, mkdir: true });
  // A log that cannot be written (its disk is full, its terminal is gone) must not end the chat.
  target.on("error", () => {});
  const isText = logFormat === "text" || (logFormat === "auto" && logFile === null && process.stderr.isTTY);
  const mixin = (): object => {
    const id = node();
    return id === null ? {} : { node: id };
  };
  return pino({ level: logLevel, base: null, mixin }, isText ? await plainLines(target) : target);
}

/** Lines such as `User connected: one`: the event, and the field that says whom or what it is about. */
async function plainLines(target: DestinationStream): Promise<DestinationStream> {
  // Most servers write JSON, and would load it for nothing.
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    destination: target,
    colorize: false,
    hideObject: true,
    // Fields that would be shown in front of the line; `name` is part of the message here.
    ignore: "time,level,name,pid,hostname",
    messageFormat: (log, messageKey) => {
      const error = log["err"] as { message?: string } | undefined;
      const subject: unknown = log["name"] ?? log["what"];
      const parts: unknown[] = [log[messageKey], Array.isArray(subject) ? subject.join(", ") : subject, error?.message];
      return parts.filter((part) => typeof part === "string").join(": ");
    },
  });
}
