import { flagName } from "./setting.ts";
import { SettingError } from "./setting-error.ts";
import type { Config, SettingName } from "./settings.ts";

/** The settings that say where to listen. */
export interface ListenSettings {
  readonly host: SettingName;
  readonly port: SettingName;
}

/** What the system says about a place that cannot be listened on. */
interface ListenFailure extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** Returns the error of a place that cannot be listened on under the setting that has to change; others as they are. */
export function listenError(error: unknown, { host, port: setting }: ListenSettings): unknown {
  if (!(error instanceof Error)) return error;
  const { code, address, port, hostname }: ListenFailure = error;
  const fault = (name: SettingName, message: string): SettingError => new SettingError(name, message, { cause: error });
  switch (code) {
    case "EADDRINUSE":
      return fault(setting, `port ${port} on ${address} is in use. Stop what uses it, or ${anotherPort(setting)}`);
    case "EACCES":
      return fault(setting, `port ${port} on ${address} needs more rights. Choose one from 1024 on.`);
    case "EADDRNOTAVAIL":
      return fault(host, `this machine has no address ${address}. Choose one that it has.`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return hostError(host, hostname ?? "");
    default:
      return error;
  }
}

export function hostError(setting: SettingName, host: string): SettingError {
  return new SettingError(setting, `no address is known for ${host}. Check the name, or give an address.`);
}

/** Returns the error of the operator's socket under the setting that says where it is. */
export function socketError(error: unknown, path: string, { adminSocket }: Pick<Config, "adminSocket">): SettingError {
  const reason = error instanceof Error ? error.message : String(error);
  // What chatd itself says of it has no code, and tells what to do.
  const isOwn = error instanceof Error && !("code" in error);
  const message = `the socket ${path} cannot be made: ${reason}. Choose another --data-dir or --admin-socket.`;
  return new SettingError(adminSocket === null ? "dataDir" : "adminSocket", isOwn ? reason : message, { cause: error });
}

const PURPOSES: ReadonlyMap<SettingName, string> = new Map([
  ["opsPort", " for health and metrics"],
  ["httpPort", " for HTTP"],
]);

function anotherPort(setting: SettingName): string {
  const flag = `--${flagName(setting)}`;
  const isNeeded = setting === "port";
  const purpose = PURPOSES.get(setting) ?? "";
  // Whoever typed `npm start` has no command to put a flag behind.
  const npm = isNeeded ? `npm start -- ${flag} 0 takes a free one` : `npm start -- ${flag} off`;
  const hint = process.env["npm_lifecycle_event"] === "start" ? ` With npm: ${npm}.` : "";
  return `choose another one${purpose} with ${flag}${isNeeded ? "" : ", or off"}.${hint}`;
}
