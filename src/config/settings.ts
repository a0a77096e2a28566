import { z } from "zod";
import { reservedNames } from "./reserved-names.ts";
import {
  age,
  bus,
  bytes,
  count,
  database,
  duration,
  httpUrl,
  lease,
  logFormat,
  logLevel,
  onOff,
  pathOrOff,
  port,
  portOrOff,
  range,
  roomOrNone,
  text,
  userName,
} from "./values.ts";

/** One setting: how its text is read, what it is when nobody says anything, and what `--help` says of it. */
export interface Setting {
  readonly value: z.ZodType<unknown, string>;
  /** Null: worked out from other settings or from the machine. */
  readonly default: string | readonly string[] | null;
  readonly placeholder: string;
  readonly help: string;
  /** May be given several times; in the environment separated by commas. */
  readonly isList?: true;
  /** On or off: as a flag it takes no value. */
  readonly isFlag?: true;
  /** SIGHUP makes a changed value hold. */
  readonly isReloadable?: true;
}

/**
 * Every setting, once: the flags, the environment, the file and `--help` are made from this table. `maxLineBytes` is
 * `--max-line-bytes`, `CHATD_MAX_LINE_BYTES`, and `max-line-bytes` in the file.
 */
export const settings = {
  host: {
    value: text,
    default: null,
    placeholder: "ADDRESS",
    isList: true,
    help: "address to listen on (default: all)",
  },
  port: { value: port, default: "8080", placeholder: "PORT", help: "port for telnet and nc; 0: a free one" },
  tlsPort: { value: portOrOff, default: "off", placeholder: "PORT|off", help: "port for telnet over TLS" },
  tlsCert: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "PEM file with the certificate for TLS, and those that lead to its root",
  },
  tlsKey: { value: text, default: null, placeholder: "FILE", isReloadable: true, help: "PEM file with its key" },
  proxyProtocol: {
    value: onOff,
    default: "false",
    placeholder: "",
    isFlag: true,
    help: "each connection begins with a PROXY header, version 1 or 2",
  },
  trustedProxy: {
    value: range,
    default: [],
    placeholder: "RANGE",
    isList: true,
    isReloadable: true,
    help: "address range of proxies: PROXY headers come from there, and no limit per address holds",
  },
  opsHost: { value: text, default: "127.0.0.1", placeholder: "ADDRESS", help: "address for health and metrics" },
  opsPort: { value: portOrOff, default: "9090", placeholder: "PORT|off", help: "port for health and metrics" },
  database: {
    value: database,
    default: null,
    placeholder: "URL",
    help: "sqlite:PATH, memory: or postgres://… (default: chatd.db in the data directory)",
  },
  databasePasswordFile: {
    value: text,
    default: null,
    placeholder: "FILE",
    help: "file with the password for PostgreSQL; read at each connection",
  },
  databasePasswordCommand: {
    value: text,
    default: null,
    placeholder: "COMMAND",
    help: "prints the password; run again when PostgreSQL does not take it",
  },
  databaseCa: {
    value: text,
    default: null,
    placeholder: "FILE",
    help: "PEM file of who signs PostgreSQL's certificate; turns TLS on",
  },
  bus: {
    value: bus,
    default: "auto",
    placeholder: "BUS",
    help: "how nodes tell each other: auto, local or postgres",
  },
  lease: {
    value: lease,
    default: "10s",
    placeholder: "TIME",
    help: "so long may a node of a cluster be silent before its people's names are free",
  },
  adminSocket: {
    value: pathOrOff,
    default: null,
    placeholder: "PATH|off",
    help: "where chatd admin reaches the server (default: admin.sock in the data directory)",
  },
  dataDir: { value: text, default: "data", placeholder: "DIR", help: "where chatd keeps its files" },
  keep: {
    value: age,
    default: "0",
    placeholder: "TIME",
    isReloadable: true,
    help: "delete messages that are older, such as 90d; 0: keep everything",
  },
  unusedRooms: {
    value: age,
    default: "24h",
    placeholder: "TIME",
    isReloadable: true,
    help: "end an empty public room after this if nothing was ever said in it; 0: never",
  },
  lobby: {
    value: roomOrNone,
    default: "lobby",
    placeholder: "NAME|none",
    help: "the room where people are after login",
  },
  welcome: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "text that is shown before the login prompt",
  },
  drain: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    help: "how long SIGTERM takes to close all connections",
  },
  awsDrain: {
    value: onOff,
    default: "false",
    placeholder: "",
    isFlag: true,
    help: "close over --drain when the Auto Scaling group of this EC2 instance takes it out",
  },
  awsMetadata: {
    value: httpUrl,
    default: "http://169.254.169.254",
    placeholder: "URL",
    help: "where --aws-drain asks for that: the instance metadata service",
  },
  keepalive: {
    value: duration,
    default: "60s",
    placeholder: "TIME",
    help: "ask a silent peer after this whether it is there; 0: never",
  },
  reservedNames: {
    value: userName,
    default: reservedNames,
    placeholder: "NAME",
    isList: true,
    isReloadable: true,
    help: "names that nobody may take (default: those that could be read as the server)",
  },
  loginTimeout: {
    value: duration,
    default: "30s",
    placeholder: "TIME",
    isReloadable: true,
    help: "time to type a name",
  },
  loginTries: { value: count, default: "3", placeholder: "N", isReloadable: true, help: "names that may be refused" },
  loginBytes: {
    value: bytes,
    default: "2048",
    placeholder: "BYTES",
    isReloadable: true,
    help: "so much may come before a name is taken",
  },
  maxConnections: {
    value: count,
    default: null,
    placeholder: "N",
    isReloadable: true,
    help: "connections at once (default: 200 less than files may be open)",
  },
  maxConnectionsPerAddress: {
    value: count,
    default: "32",
    placeholder: "N",
    isReloadable: true,
    help: "connections at once from one IPv4 address or IPv6 /64",
  },
  maxNewPerMinute: {
    value: count,
    default: "60",
    placeholder: "N",
    isReloadable: true,
    help: "new connections a minute from there",
  },
  floodBurst: {
    value: count,
    default: "10",
    placeholder: "N",
    isReloadable: true,
    help: "lines that a person may send at once",
  },
  floodRate: {
    value: count,
    default: "2",
    placeholder: "N",
    isReloadable: true,
    help: "lines a second after that; the others wait",
  },
  pasteLines: {
    value: count,
    default: "40",
    placeholder: "N",
    isReloadable: true,
    help: "lines beyond that, 16 KiB at most, that a person may paste in a minute; 0: none",
  },
  floodBurstPerAddress: {
    value: count,
    default: "100",
    placeholder: "N",
    isReloadable: true,
    help: "lines that one IPv4 address or IPv6 /64 may send at once, over all its connections",
  },
  floodRatePerAddress: {
    value: count,
    default: "20",
    placeholder: "N",
    isReloadable: true,
    help: "lines a second from there after that; the others wait",
  },
  bytesPerHourPerAddress: {
    value: bytes,
    default: "8388608",
    placeholder: "BYTES",
    isReloadable: true,
    help: "bytes of lines an hour from there; the others wait",
  },
  maxLineBytes: {
    value: bytes,
    default: "2048",
    placeholder: "BYTES",
    isReloadable: true,
    help: "longest line, UTF-8",
  },
  roomsPerUser: {
    value: count,
    default: "50",
    placeholder: "N",
    isReloadable: true,
    help: "rooms a person may be in; 1: joining one leaves the other",
  },
  roomsCreatedPerUser: {
    value: count,
    default: "10",
    placeholder: "N",
    isReloadable: true,
    help: "rooms that a person may have made",
  },
  roomsCreatedPerAddress: {
    value: count,
    default: "100",
    placeholder: "N",
    isReloadable: true,
    help: "rooms that may be made from one IPv4 address or IPv6 /64 in a day",
  },
  maxRooms: { value: count, default: "100000", placeholder: "N", isReloadable: true, help: "rooms on this server" },
  maxPendingMessages: {
    value: count,
    default: "10000",
    placeholder: "N",
    isReloadable: true,
    help: "lines that may wait to be stored",
  },
  maxPendingBytes: {
    value: bytes,
    default: "16777216",
    placeholder: "BYTES",
    isReloadable: true,
    help: "bytes that may wait to be stored",
  },
  maxPendingAge: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    isReloadable: true,
    help: "how long a line may wait to be stored",
  },
  outboxSkipBytes: {
    value: bytes,
    default: "262144",
    placeholder: "BYTES",
    isReloadable: true,
    help: "so much waits for a slow reader, then lines are skipped",
  },
  outboxSkipAfter: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    isReloadable: true,
    help: "a reader that takes nothing for so long is skipped past lines",
  },
  outboxCloseBytes: {
    value: bytes,
    default: "1048576",
    placeholder: "BYTES",
    isReloadable: true,
    help: "so much waits for a slow reader, then it is closed",
  },
  outboxCloseAfter: {
    value: duration,
    default: "30s",
    placeholder: "TIME",
    isReloadable: true,
    help: "a reader that takes nothing for so long is closed",
  },
  outboxTotal: {
    value: bytes,
    default: null,
    placeholder: "BYTES",
    isReloadable: true,
    help: "bound on all that waits for readers, and another one on lines that wait (default: a quarter of the memory)",
  },
  logLevel: {
    value: logLevel,
    default: "info",
    placeholder: "LEVEL",
    isReloadable: true,
    help: "trace … fatal, silent",
  },
  logFormat: { value: logFormat, default: "auto", placeholder: "FORMAT", help: "auto, text or json" },
  logState: {
    value: duration,
    default: "0",
    placeholder: "TIME",
    help: "log so often how many people and connections there are, and how long commits took; 0: never",
  },
  logFile: { value: text, default: null, placeholder: "FILE", help: "where the log goes (default: stderr)" },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

type Value<S extends Setting> = S extends { isList: true } ? readonly z.output<S["value"]>[] : z.output<S["value"]>;
type MaybeNull<S extends Setting> = S["default"] extends null ? Value<S> | null : Value<S>;

/** What the settings come to. Durations in milliseconds, sizes in bytes. Null: nobody said, and the table has no default. */
export type Config = { readonly [K in SettingName]: MaybeNull<(typeof settings)[K]> };

/** The table as entries, its names typed. */
export const settingEntries = Object.entries(settings) as readonly (readonly [SettingName, Setting])[];

/** `maxLineBytes` → `max-line-bytes`: the name as a flag (after `--`) and in the file. */
export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxLineBytes` → `CHATD_MAX_LINE_BYTES`. */
export function variableName(name: string): string {
  return `CHATD_${flagName(name).replaceAll("-", "_").toUpperCase()}`;
}
