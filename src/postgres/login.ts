import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { ClientConfig } from "pg";
import { z } from "zod";
import { StoreError } from "../ports/store-error.ts";
import { sqlStateOf } from "./failures.ts";

const COMMAND_DEADLINE_MS = 10_000;
const DEFAULT_PORT = 5432;

/** The parsed value of `--database postgres://…`. */
export interface PostgresUrl {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** Whether to use TLS; null: the URL does not say. */
  readonly tls: boolean | null;
}

/** Where the password and the trusted certificates come from, beside the URL. */
export interface LoginFiles {
  readonly passwordFile: string | null;
  /** Run by `sh -c`; its output is the password. */
  readonly passwordCommand: string | null;
  /** PEM of the authorities that sign the server's certificate. */
  readonly caFile: string | null;
}

const MANAGED_SECRET = z.object({ password: z.string() });
const FORM = "postgres://USER@HOST/DATABASE";
const NO_HOST = `the host is missing: write ${FORM}`;
/** No URL has a user without a host (WHATWG URL, 4.4). */
const WITHOUT_HOST = /^postgres(?:ql)?:\/\/[^@/]*@(?:[:/?]|$)/;
const NOT_A_URL = `not a URL: write ${FORM}, and special characters of a name or a password as % and two hex digits`;
const TLS_MODES: ReadonlyMap<string, boolean> = new Map([
  ["disable", false],
  ["require", true],
  ["verify-full", true],
]);

/** Why a text is not the URL of a database, for the one who wrote it. It quotes nothing that may be a password. */
export interface UrlProblem {
  readonly problem: string;
}

/**
 * Reads `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=disable|require|verify-full][&host=FOLDER]`, or says
 * which part is missing or wrong.
 */
export function parsePostgresUrl(text: string): PostgresUrl | UrlProblem {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null;
  if (url === null) return { problem: WITHOUT_HOST.test(text) ? NO_HOST : NOT_A_URL };
  const [user, password, database] = [decoded(url.username), decoded(url.password), decoded(url.pathname.slice(1))];
  if (user === null || password === null || database === null) return { problem: NOT_A_URL };
  const { sslmode, host, ...unknown } = Object.fromEntries(url.searchParams);
  const from = host ?? url.hostname.replaceAll(/^\[|\]$/g, "");
  const tls = sslmode === undefined ? null : TLS_MODES.get(sslmode);
  if (user === "") return { problem: `the user is missing: write ${FORM}` };
  if (from === "") return { problem: NO_HOST };
  if (database === "") return { problem: `the name of the database is missing: write ${FORM}` };
  if (tls === undefined) return { problem: "sslmode is not disable, require or verify-full" };
  if (Object.keys(unknown).length > 0) return { problem: "behind the ? there may only be sslmode=… and host=…" };
  return {
    host: from,
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    user,
    password: password === "" ? null : password,
    database,
    tls,
  };
}

/** Returns the URL without the password, for messages. */
export function shownUrl({ user, host, port, database }: PostgresUrl): string {
  return `postgres://${user}@${host.includes(":") ? `[${host}]` : host}:${port}/${database}`;
}

/** Null: a % in it does not begin an encoded character. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** Credentials of a database. The password file is read at each connection, the command run again after a refusal. */
export class Credentials {
  /** The URL without the password, for messages. */
  readonly shown: string;
  readonly #url: PostgresUrl;
  readonly #files: LoginFiles;
  #answered: Promise<string> | null = null;

  constructor(url: PostgresUrl, files: LoginFiles) {
    this.#url = url;
    this.#files = files;
    this.shown = shownUrl(url);
  }

  /** Resolves with the options of a new client. Rejects with a `StoreError` when a file or the command fails. */
  async options(): Promise<ClientConfig> {
    const { host, port, user, database, tls } = this.#url;
    const { caFile } = this.#files;
    const ca = caFile === null ? undefined : await read("read --database-ca", caFile);
    const isEncrypted = tls ?? ca !== undefined;
    return {
      host,
      port,
      user,
      database,
      password: await this.#password(),
      ssl: isEncrypted ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : false,
    };
  }

  /** Called when a connection could not be made. After a refused password the next one runs the command again. */
  failed(error: unknown): void {
    if (sqlStateOf(error)?.startsWith("28") === true) this.#answered = null;
  }

  async #password(): Promise<string> {
    const { passwordFile, passwordCommand } = this.#files;
    if (passwordFile !== null) return passwordIn((await read("read --database-password-file", passwordFile)).trimEnd());
    if (passwordCommand === null) return this.#url.password ?? "";
    this.#answered ??= ask(passwordCommand);
    try {
      return await this.#answered;
    } catch (error) {
      this.#answered = null;
      throw error;
    }
  }
}

/** Returns the password in a secret: the secret itself, or from a JSON object such as AWS keeps for its databases. */
function passwordIn(secret: string): string {
  try {
    const { password } = MANAGED_SECRET.parse(JSON.parse(secret));
    return password;
  } catch {
    return secret;
  }
}

async function read(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new StoreError("unavailable", `${what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Runs the command. Its error has neither the output of the command nor a `cause`, which may hold the password. */
function ask(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], { timeout: COMMAND_DEADLINE_MS }, (error, stdout) => {
      if (!error) return resolve(passwordIn(stdout.trimEnd()));
      const how = error.killed === true ? "no answer within 10 s" : `it ended with ${error.code ?? error.signal}`;
      reject(new StoreError("unavailable", `run --database-password-command: ${how}`));
    });
  });
}
