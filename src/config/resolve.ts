import type { z } from "zod";
import { closestName, didYouMean } from "../commands/find-command.ts";
import { isLoopback } from "../domain/address.ts";
import { flagName, type Setting, variableName } from "./setting.ts";
import { type Config, type SettingName, settingEntries, settings } from "./settings.ts";

/** The settings of one place, as texts, by setting name. `from` says where exactly each of them stands. */
export type Source = ReadonlyMap<SettingName, { readonly texts: readonly string[]; readonly from: string }>;

/** Settings as somebody gave them, `--port 80` or `CHATD_PORT="80"`; nothing of those that have their defaults. */
export type Origins = ReadonlyMap<SettingName, string>;

/** Problems and warnings that were found before the settings are read one by one. */
export interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Addresses that mean all of a machine. */
const EVERYWHERE: readonly string[] = ["0.0.0.0", "::"];

export type Resolved = { readonly origins: Origins; readonly warnings: readonly string[] } & (
  | { readonly config: Config }
  /** `rest`: the configuration with defaults in the place of what has a problem. */
  | { readonly problems: readonly string[]; readonly rest: Config }
);

/** Puts the settings together: the first source that has one decides. Returns a configuration, or every problem. */
export function resolveConfig(sources: readonly Source[], found: Findings = { problems: [], warnings: [] }): Resolved {
  const { warnings } = found;
  const problems = [...found.problems];
  const origins = new Map<SettingName, string>();
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of settingEntries) {
    values[name] = defaultOf(setting);
    const said = sources.find((source) => source.has(name))?.get(name);
    if (!said) continue;
    origins.set(name, said.from);
    const read = readTexts(setting, said.texts);
    if (read.problem === null) values[name] = read.value;
    else problems.push(`${said.from}: ${read.problem}`);
  }
  // Every setting of the table has its value, read by its own schema.
  const config = Object.freeze(values) as Config;
  if (problems.length === 0) {
    problems.push(...misfitsOf(config).map(([name, misfit]) => `${placeOf(origins, name)}: ${misfit}`));
  }
  return problems.length > 0 ? { problems, rest: config, origins, warnings } : { config, origins, warnings };
}

/** Returns a setting as somebody gave it; where nobody did, as the flag that gives it its default. */
export function placeOf(origins: Origins, name: SettingName): string {
  const { default: value } = settings[name];
  return origins.get(name) ?? `--${flagName(name)}${typeof value === "string" ? ` ${value}` : ""}`;
}

/** Returns what is wrong with settings that are good by themselves, and not together. */
function misfitsOf(config: Config): (readonly [name: SettingName, misfit: string])[] {
  const { proxyProtocol, trustedProxy, tlsCert, tlsKey, database, bus } = config;
  const misfits: (readonly [SettingName, string])[] = [];
  if (bus === "postgres" && database?.type !== "postgres") {
    misfits.push(["bus", "postgres needs a database that is shared. Give it with --database postgres://…"]);
  }
  if (config.databasePasswordFile !== null && config.databasePasswordCommand !== null) {
    misfits.push(["databasePasswordFile", "there is a --database-password-command, too. Give one of them."]);
  }
  if (proxyProtocol && trustedProxy.length === 0) {
    const what = "anybody could claim any address. Say from where headers come with --trusted-proxy.";
    misfits.push(["proxyProtocol", what]);
  }
  for (const name of ["tlsPort", "httpTlsPort"] as const) {
    if (config[name] === null || (tlsCert !== null && tlsKey !== null)) continue;
    misfits.push([name, "TLS needs a certificate and its key. Give them with --tls-cert and --tls-key."]);
  }
  if (isHttpOpen(config) && config.apiKey.length === 0 && config.apiKeyFile === null) {
    const what = "everybody who reaches this address could change and delete all applications.";
    misfits.push(["httpHost", `${what} Give a key with --api-key or --api-key-file, or take 127.0.0.1.`]);
  }
  return [...misfits, ...samePorts(config)];
}

/** As `misfitsOf`, of ports that are wanted twice. Two may be the same at addresses that differ. */
function samePorts(config: Config): (readonly [name: SettingName, misfit: string])[] {
  const wanted = [
    ["port", config.host],
    ["tlsPort", config.host],
    ["opsPort", [config.opsHost]],
    ["httpPort", config.httpHost],
    ["httpTlsPort", config.httpHost],
  ] as const;
  return wanted.flatMap(([name, hosts], i) => {
    // Whoever asks for port 0 gets a free one.
    if (!config[name]) return [];
    const other = wanted.slice(0, i).find(([one, at]) => config[one] === config[name] && haveShared(hosts, at));
    return other ? [[name, `--${flagName(other[0])} is the same. Choose another one.`] as const] : [];
  });
}

/** Whether two lists of addresses to listen on have one in common. Null: all of this machine's. */
function haveShared(some: readonly string[] | null, others: readonly string[] | null): boolean {
  const isEverywhere = (hosts: readonly string[] | null): boolean =>
    hosts === null || hosts.some((host) => EVERYWHERE.includes(host));
  return isEverywhere(some) || isEverywhere(others) || some?.some((host) => others?.includes(host)) === true;
}

/** Whether others than programs of this machine can connect for HTTP. */
function isHttpOpen({ httpHost, httpPort, httpTlsPort }: Config): boolean {
  return (httpPort !== null || httpTlsPort !== null) && !httpHost.every(isLoopback);
}

/** Returns the settings that differ, and those of them that need a restart. */
export function changedSettings(before: Config, after: Config): { all: SettingName[]; needRestart: SettingName[] } {
  const changed = settingEntries.filter(([name]) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return {
    all: changed.map(([name]) => name),
    needRestart: changed.filter(([, setting]) => !setting.isReloadable).map(([name]) => name),
  };
}

/** Reads settings such as `CHATD_PORT=8080`. Unknown variables are warnings; `CHATD_TEST_…` is left to tests. */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  source: Source;
  warnings: string[];
} {
  const names = new Map(settingEntries.map(([name, setting]) => [variableName(name), { name, setting }]));
  const source = new Map<SettingName, { texts: readonly string[]; from: string }>();
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith("CHATD_") || variable.startsWith("CHATD_TEST_")) continue;
    if (variable === "CHATD_CONFIG") continue;
    const known = names.get(variable);
    if (!known) {
      const meant = closestSetting(variable.slice("CHATD_".length).toLowerCase());
      warnings.push(`${variable} is set, but chatd has no such setting.${didYouMean(meant && variableName(meant))}`);
    } else
      source.set(known.name, {
        texts: known.setting.isList ? splitList(text) : [text],
        from: describe(variable, shownText(known.setting, text)),
      });
  }
  return { source, warnings };
}

/** Reads settings from a parsed file, by the names of their flags; lists are arrays. An unknown key is a problem. */
export function fromFile(
  path: string,
  values: Readonly<Record<string, unknown>>,
): { source: Source; problems: string[] } {
  const names = new Map(settingEntries.map(([name, setting]) => [flagName(name), { name, setting }]));
  const source = new Map<SettingName, { texts: readonly string[]; from: string }>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const known = names.get(key);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!known) {
      const meant = closestSetting(key);
      problems.push(`${path}: ${key}: unknown setting.${didYouMean(meant && flagName(meant))}`);
    } else if (Array.isArray(value) && !known.setting.isList)
      problems.push(`${path}: ${key}: takes one value, not a list`);
    else if (!list.every(isPlain)) problems.push(`${path}: ${key}: not a value`);
    else
      source.set(known.name, {
        texts: list.map(String),
        from: `${path}: ${key} = ${shownText(known.setting, JSON.stringify(value))}`,
      });
  }
  return { source, problems };
}

/** Reads settings from flags, as the parser of the command line gives them. */
export function fromFlags(flags: Readonly<Record<string, unknown>>): Source {
  const source = new Map<SettingName, { texts: readonly string[]; from: string }>();
  for (const [name, setting] of settingEntries) {
    const value = flags[name];
    if (value === undefined) continue;
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    const shown = setting.isFlag ? "" : ` ${shownText(setting, texts.join(" "))}`;
    source.set(name, { texts, from: `--${flagName(name)}${shown}` });
  }
  return source;
}

/** The setting whose name was probably meant, as it is in a file; null: none is close. */
function closestSetting(typed: string): SettingName | null {
  const names = new Map(settingEntries.map(([name]) => [flagName(name), name]));
  const closest = closestName(names.keys(), flagName(typed).replaceAll("_", "-"));
  return closest === null ? null : (names.get(closest) ?? null);
}

/** The default, read by the setting's own schema. */
function defaultOf(setting: Setting): unknown {
  if (setting.default === null) return null;
  return readTexts(setting, typeof setting.default === "string" ? [setting.default] : setting.default).value;
}

function readTexts(setting: Setting, texts: readonly string[]): { value: unknown; problem: string | null } {
  // A list without a default must not be empty: an empty variable does not mean to listen nowhere.
  if (texts.length === 0 && setting.default === null) return { value: null, problem: "empty" };
  const read = texts.map((text) => setting.value.safeParse(text));
  const wrong = read.find((one) => !one.success);
  if (wrong) return { value: null, problem: firstIssue(wrong.error) };
  const values = read.map((one) => one.data);
  return { value: setting.isList ? values : values.at(-1), problem: null };
}

/** Returns why a value was refused; of two alternatives by the last one: the first is a single word such as `off`. */
function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue?.code === "invalid_union") return issue.errors.at(-1)?.[0]?.message ?? issue.message;
  return issue?.message ?? "not a value";
}

/** Shows a variable, with a hint where Kubernetes has set it (`CHATD_PORT=tcp://…`) for a service named `chatd`. */
function describe(variable: string, text: string): string {
  const hint = text.startsWith("tcp://")
    ? " (set by Kubernetes for a service named chatd: use enableServiceLinks: false)"
    : "";
  return `${variable}=${JSON.stringify(text)}${hint}`;
}

/** Hides secrets, and the password of a URL: problems are shown to people who may not know it. */
function shownText({ isSecret }: Setting, text: string): string {
  return isSecret ? "…" : text.replaceAll(/(:\/\/[^:@/\s]*):\S*@/g, "$1:…@");
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
