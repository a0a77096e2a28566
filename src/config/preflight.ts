import { createPrivateKey, X509Certificate } from "node:crypto";
import { lookup } from "node:dns/promises";
import { existsSync, readFileSync, rmdirSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import { createSecureContext } from "node:tls";
import { faultOf, makeFolder, tryFile, tryFolder } from "./file-faults.ts";
import { readApiKeys } from "./api-keys.ts";
import { hostError } from "./listen-errors.ts";
import { SettingError } from "./setting-error.ts";
import { adminSocketOf, databaseOf, readWelcome } from "./settings-of.ts";
import { type Config, type SettingName, settings } from "./settings.ts";

/** A file or a folder that a setting names, and what tries it: it throws the system's error, or a sentence. */
type Check = readonly [setting: SettingName, path: string | null, attempt: (path: string) => void];

/**
 * Tries all that the settings name outside of chatd but its ports and its database: files, folders, and names of hosts.
 * Resolves with an error for each that cannot be had. Folders are made, and left only with `mayLeave`.
 */
export async function preflight(config: Config, { mayLeave }: { readonly mayLeave: boolean }): Promise<SettingError[]> {
  const faults = [...faultsOf(filesOf(config)), ...pairFaults(config), ...faultsOf(placesOf(config, mayLeave))];
  const hosts: (readonly [SettingName, string])[] = (config.host ?? []).map((host) => ["host", host] as const);
  if (config.httpPort !== null || config.httpTlsPort !== null) {
    hosts.push(...config.httpHost.map((host) => ["httpHost", host] as const));
  }
  if (config.opsPort !== null) hosts.push(["opsHost", config.opsHost]);
  for (const [setting, host] of hosts) {
    if (isIP(host) > 0) continue;
    await lookup(host).catch(() => faults.push(hostError(setting, host)));
  }
  return faults;
}

/** As `preflight`, for the files that SIGHUP reads again. */
export function reloadFaults(config: Config): SettingError[] {
  const isReloadable = ({ setting }: SettingError): boolean => "isReloadable" in settings[setting];
  return [...faultsOf(filesOf(config)), ...pairFaults(config)].filter(isReloadable);
}

function filesOf(config: Config): Check[] {
  return [
    ["welcome", config.welcome, readWelcome],
    ["tlsCert", config.tlsCert, readCertificate],
    ["tlsKey", config.tlsKey, readKey],
    ["apiKeyFile", config.apiKeyFile, readApiKeys],
    ["databasePasswordFile", config.databasePasswordFile, (path) => readFileSync(path)],
    ["databaseCa", config.databaseCa, readCertificate],
  ];
}

/** Where something is written: the folders of the database, the operator's socket and the log, and files there. */
function placesOf(config: Config, mayLeave: boolean): Check[] {
  const { dataDir, adminSocket, logFile } = config;
  const database = databaseOf(config);
  const file = database.type === "sqlite" ? database.path : null;
  const socket = adminSocketOf(config);
  const folder = (path: string): void => tryToMake(path, mayLeave);
  const folderOf = (path: string): void => folder(dirname(path));
  const isDataDirUsed = config.database === null || adminSocket === null;
  const checks: Check[] = [["dataDir", isDataDirUsed ? dataDir : null, folder]];
  if (config.database === null) checks.push(["dataDir", file, tryFile]);
  else checks.push(["database", file, folderOf], ["database", file, tryFile]);
  if (adminSocket !== null) checks.push(["adminSocket", socket, folderOf]);
  // A file that is there, such as /dev/stdout, may be in a folder that nobody else writes to.
  checks.push(["logFile", logFile, logFile !== null && existsSync(logFile) ? tryFile : folderOf]);
  return checks;
}

/** Whether the certificate and the key fit, where each of them is good by itself. */
function pairFaults({ tlsCert, tlsKey }: Config): SettingError[] {
  if (tlsCert === null || tlsKey === null) return [];
  try {
    const [cert, key] = [readCertificate(tlsCert), readKey(tlsKey)];
    const misfit = `it is not the key of ${tlsCert}. Give the two that belong together.`;
    if (!cert.checkPrivateKey(key)) return [new SettingError("tlsKey", misfit)];
  } catch {
    // What is wrong with one of them was said.
    return [];
  }
  try {
    createSecureContext({ cert: readFileSync(tlsCert), key: readFileSync(tlsKey) });
    return [];
  } catch (error) {
    return [new SettingError("tlsCert", `it cannot be used for TLS: ${faultOf(error, tlsCert)}`)];
  }
}

function faultsOf(checks: readonly Check[]): SettingError[] {
  const faults: SettingError[] = [];
  for (const [setting, path, attempt] of checks) {
    // Of several things that fail in one folder, the first tells them all.
    if (path === null || faults.some((fault) => fault.setting === setting)) continue;
    try {
      attempt(path);
    } catch (error) {
      faults.push(new SettingError(setting, faultOf(error, path), { cause: error }));
    }
  }
  return faults;
}

function tryToMake(path: string, mayLeave: boolean): void {
  const made = makeFolder(path);
  try {
    tryFolder(path);
  } finally {
    if (!mayLeave) for (const folder of made.toReversed()) rmdirSync(folder);
  }
}

function readCertificate(path: string): X509Certificate {
  const pem = readFileSync(path);
  try {
    if (pem.includes("-----BEGIN ")) return new X509Certificate(pem);
  } catch {
    // Something else, or damaged.
  }
  throw new Error("there is no certificate in this file. It has to be PEM, with -----BEGIN CERTIFICATE-----.");
}

function readKey(path: string): ReturnType<typeof createPrivateKey> {
  const pem = readFileSync(path);
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error("there is no private key in this file. It has to be PEM, without a passphrase.");
  }
}
