import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { LogLevel } from "../ports/telemetry.ts";

export interface LoggerSettings {
  readonly logLevel: LogLevel;
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

/** Lines such as `2026-11-20 20:04:05Z User connected: one (192.0.2.1)`. */
async function plainLines(target: DestinationStream): Promise<DestinationStream> {
  // Most servers write JSON, and would load it for nothing.
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    destination: target,
    colorize: false,
    hideObject: true,
    // Fields that would be shown in front of the line, which has them already.
    ignore: "time,level,name,pid,hostname",
    messageFormat: (log, messageKey) => `${timeOf(log["time"])} ${String(log[messageKey])}${detailsOf(log)}`,
  });
}

/** UTC, as all times that chatd shows. */
function timeOf(ms: unknown): string {
  return `${new Date(Number(ms)).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** Whom or what an event is about, what went wrong, and in brackets where and why. */
function detailsOf(log: Readonly<Record<string, unknown>>): string {
  const subject = log["name"] ?? log["what"];
  const error = log["err"] as { message?: string } | undefined;
  const parts = [Array.isArray(subject) ? subject.join(", ") : subject, error?.message].filter(isText);
  const notes = [log["address"], log["protocol"], log["reason"], log["detail"]].filter(isText);
  if (typeof log["more"] === "number") notes.push(`${log["more"]} more`);
  const others = notes.filter((note) => note !== subject);
  return parts.map((part) => `: ${part}`).join("") + (others.length > 0 ? ` (${others.join(", ")})` : "");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
