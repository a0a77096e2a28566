import type { z } from "zod";

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

type Value<S extends Setting> = S extends { isList: true } ? readonly z.output<S["value"]>[] : z.output<S["value"]>;
type MaybeNull<S extends Setting> = S["default"] extends null ? Value<S> | null : Value<S>;

/** The values that a table of settings comes to. */
export type ConfigOf<T extends Readonly<Record<string, Setting>>> = { readonly [K in keyof T]: MaybeNull<T[K]> };

/** `maxLineBytes` → `max-line-bytes`: the name as a flag (after `--`) and in the file. */
export function flagName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxLineBytes` → `CHATD_MAX_LINE_BYTES`. */
export function variableName(name: string): string {
  return `CHATD_${flagName(name).replaceAll("-", "_").toUpperCase()}`;
}
