import { isLoopback } from "../domain/address.ts";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import type { ChatSettings } from "../chat/context.ts";
import type { AdmissionLimits } from "../gate/admission.ts";
import type { Rate } from "../gate/bucket.ts";
import { Ranges } from "../domain/ranges.ts";
import type { TypingBudgetLimits } from "../gate/typing-budgets.ts";
import { ApiKeys } from "../http/api-keys.ts";
import type { GuardSettings } from "../http/guard.ts";
import { readApiKeys } from "./api-keys.ts";
import { NEWLINE } from "../formats/text/text-format.ts";
import { type LoginFiles, shownUrl } from "../postgres/login.ts";
import type { DatabaseUrl } from "../store/open-store.ts";
import type { ConnectionSettings } from "../telnet/door.ts";
import type { OutboxLimits } from "../net/outbox-pool.ts";
import type { TlsFiles } from "../net/tls.ts";
import type { Config } from "./settings.ts";

/** The settings of each part. Where the configuration has no value, it is derived from the machine. */

/** Bytes without a line end after which the peer is not talking a line protocol; more where lines may be longer. */
const MAX_RUN_BYTES = 32 * 1024;
/** Interval between comparisons of what was delivered with the store, as a part of the lease. */
const COMPARE_PART = 0.3;
/** Number of open files that are reserved for everything but connections. */
const OTHER_FILES = 200;
/** Maximum size of the welcome text: everybody who connects is sent it. */
const MAX_WELCOME_BYTES = 64 * 1024;
const NO_WELCOME = "this is no text in UTF-8 of up to 64 KiB. Name another file.";

export function databaseOf(config: Config): DatabaseUrl {
  return config.database ?? { type: "sqlite", path: join(config.dataDir, "chatd.db"), maxPages: null };
}

/** Returns the database's URL for messages, without its password. */
export function shownDatabase(config: Config): string {
  const database = databaseOf(config);
  if (database.type === "postgres") return shownUrl(database.url);
  return database.type === "memory" ? "memory:" : `sqlite:${database.path}`;
}

/** Credentials for a PostgreSQL database, beside its URL. */
export function loginFiles(config: Config): LoginFiles {
  return {
    passwordFile: config.databasePasswordFile,
    passwordCommand: config.databasePasswordCommand,
    caFile: config.databaseCa,
  };
}

/** Returns the path of the operator's socket; null: there is none. */
export function adminSocketOf(config: Pick<Config, "adminSocket" | "dataDir">): string | null {
  return config.adminSocket === "off" ? null : (config.adminSocket ?? join(config.dataDir, "admin.sock"));
}

export function chatSettings(config: Config): ChatSettings {
  return {
    lobby: config.lobby,
    reservedNames: config.reservedNames,
    roomsPerUser: config.roomsPerUser,
    graceMs: config.grace,
    roomsCreatedPerUser: config.roomsCreatedPerUser,
    roomsCreatedPerAddress: config.roomsCreatedPerAddress,
    maxRooms: config.maxRooms,
    maxPendingMessages: config.maxPendingMessages,
    maxPendingBytes: config.maxPendingBytes,
    maxPendingAgeMs: config.maxPendingAge,
    compareEveryMs: config.lease * COMPARE_PART,
  };
}

/** Throws when the welcome text cannot be read. */
export function connectionSettings(config: Config): ConnectionSettings {
  return {
    maxLineBytes: config.maxLineBytes,
    maxRunBytes: Math.max(MAX_RUN_BYTES, 2 * config.maxLineBytes),
    loginTimeoutMs: config.loginTimeout,
    loginTries: config.loginTries,
    loginBytes: config.loginBytes,
    keepMs: databaseOf(config).type === "memory" ? null : config.keep,
    keepaliveMs: config.keepalive,
    floodBurst: config.floodBurst,
    floodRate: config.floodRate,
    pasteLines: config.pasteLines,
    welcome: config.welcome === null ? "" : readWelcome(config.welcome),
  };
}

export function admissionLimits(config: Config): AdmissionLimits {
  return {
    maxConnections: config.maxConnections ?? mostConnections(),
    maxConnectionsPerAddress: config.maxConnectionsPerAddress,
    maxNewPerMinute: config.maxNewPerMinute,
    trustedProxy: new Ranges(config.trustedProxy),
  };
}

/** Throws when the file of keys cannot be read. */
export function guardSettings(config: Config): GuardSettings {
  const inFile = config.apiKeyFile === null ? [] : readApiKeys(config.apiKeyFile);
  return {
    // Behind a proxy, a peer of a loopback address may be anywhere.
    isLocal: !config.proxyProtocol && config.httpHost.every(isLoopback),
    apiKeys: new ApiKeys([...config.apiKey, ...inFile]),
    names: config.httpName,
    origins: config.httpOrigin,
  };
}

/** How often one network may ask over HTTP that shows no credential. */
export function strangersRate(config: Config): Rate {
  return { burst: config.httpBurst, perSecond: config.httpRate };
}

/** How often may be asked with the token of one application: in each second, as many at once as in a second. */
export function applicationRate(config: Config): Rate {
  return { burst: config.applicationRate, perSecond: config.applicationRate };
}

export function typingBudgetLimits(config: Config): TypingBudgetLimits {
  return {
    floodBurstPerAddress: config.floodBurstPerAddress,
    floodRatePerAddress: config.floodRatePerAddress,
    bytesPerHourPerAddress: config.bytesPerHourPerAddress,
    trustedProxy: new Ranges(config.trustedProxy),
  };
}

export function outboxLimits(config: Config): OutboxLimits {
  return {
    skipBytes: config.outboxSkipBytes,
    skipAfterMs: config.outboxSkipAfter,
    closeBytes: config.outboxCloseBytes,
    closeAfterMs: config.outboxCloseAfter,
    totalBytes: config.outboxTotal ?? quarterOfMemory(),
  };
}

/** Returns null where there is no TLS. */
export function tlsFiles({ tlsPort, httpTlsPort, tlsCert, tlsKey }: Config): TlsFiles | null {
  const isUsed = tlsPort !== null || httpTlsPort !== null;
  return !isUsed || tlsCert === null || tlsKey === null ? null : { cert: tlsCert, key: tlsKey };
}

/** Returns the text of a file as everybody is sent it. Throws the system's error, or a sentence. */
export function readWelcome(path: string): string {
  const file = statSync(path);
  // Reading says what is wrong with a folder. What is no file may have no end.
  if (!file.isDirectory() && (!file.isFile() || file.size > MAX_WELCOME_BYTES)) throw new Error(NO_WELCOME);
  const bytes = readFileSync(path);
  try {
    return new TextDecoder("utf8", { fatal: true }).decode(bytes).trimEnd().replaceAll(/\r?\n/g, NEWLINE);
  } catch {
    throw new Error(NO_WELCOME);
  }
}

/** Maximum connections: as many as files may be open, without the reserved ones; 0 = no limit. */
function mostConnections(): number {
  const files = openFilesLimit();
  return files === null ? 0 : Math.max(files - OTHER_FILES, 1);
}

/** Maximum files that this process may open; null: any number. Node has raised it to what the system grants. */
function openFilesLimit(): number | null {
  // Without it the report looks up the name of every peer; Node's types do not know it yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | "unlimited" } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : null;
}

/** A quarter of what the process may use: the smaller of V8's heap limit and the memory that the system grants it. */
function quarterOfMemory(): number {
  const granted = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(getHeapStatistics().heap_size_limit, granted) / 4);
}
