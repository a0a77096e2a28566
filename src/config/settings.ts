import { cluster } from "./groups/cluster.ts";
import { http } from "./groups/http.ts";
import { limits } from "./groups/limits.ts";
import { log } from "./groups/log.ts";
import { network } from "./groups/network.ts";
import { operation } from "./groups/operation.ts";
import { people } from "./groups/people.ts";
import { storage } from "./groups/storage.ts";
import { waiting } from "./groups/waiting.ts";
import type { ConfigOf, Setting } from "./setting.ts";

/** Every setting, once: flags, environment, file and `--help` are made from this table (see `setting.ts` for names). */
export const settings = {
  ...network,
  ...http,
  ...storage,
  ...cluster,
  ...people,
  ...limits,
  ...waiting,
  ...operation,
  ...log,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** The values of all settings. Durations in milliseconds, sizes in bytes. Null: it is not set, and has no default. */
export type Config = ConfigOf<typeof settings>;

type Entries = readonly (readonly [SettingName, Setting])[];

/** The table as entries, its names typed. */
export const settingEntries = entriesOf(settings);

/** The same entries in groups, each with its heading. */
export const settingGroups: readonly { readonly heading: string; readonly entries: Entries }[] = [
  { heading: "Network", entries: entriesOf(network) },
  { heading: "HTTP, for programs", entries: entriesOf(http) },
  { heading: "Storage", entries: entriesOf(storage) },
  { heading: "Several nodes", entries: entriesOf(cluster) },
  { heading: "Rooms and people", entries: entriesOf(people) },
  { heading: "Limits (0: no limit)", entries: entriesOf(limits) },
  { heading: "Limits of what waits (0: no limit)", entries: entriesOf(waiting) },
  { heading: "Operation", entries: entriesOf(operation) },
  { heading: "Log", entries: entriesOf(log) },
];

function entriesOf(group: Readonly<Record<string, Setting>>): Entries {
  // The keys of each group are those of the table.
  return Object.entries(group) as unknown as Entries;
}
