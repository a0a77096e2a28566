import type { z } from "zod";

/** One setting: how its text is read, its default, and its help. */
export interface Setting {
  readonly value: z.ZodType<unknown, string>;
  /** Null: derived from other settings or from the machine. */
  readonly default: string | readonly string[] | null;
  readonly placeholder: string;
  readonly help: string;
  /** May be given several times; in the environment separated by commas. */
  readonly isList?: true;
  /** Never shown, not even where it is wrong. */
  readonly isSecret?: true;
  /** On or off: as a flag it takes no value. */
  readonly isFlag?: true;
  /** Whether SIGHUP applies a changed value. */
  readonly isReloadable?: true;
}

type Value<S extends Setting> = S extends { isList: true } ? readonly z.output<S["value"]>[] : z.output<S["value"]>;
type MaybeNull<S extends Setting> = S["default"] extends null ? Value<S> | null : Value<S>;

/** The values of a table of settings. */
export type ConfigOf<T extends Readonly<Record<string, Setting>>> = { readonly [K in keyof T]: MaybeNull<T[K]> };

/** `maxLineBytes` → `max-line-bytes`: the name as a flag (after `--`) and in the file. */
export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxLineBytes` → `CHATD_MAX_LINE_BYTES`. */
export function variableName(name: string): string {
  return `CHATD_${flagName(name).replaceAll("-", "_").toUpperCase()}`;
}
