/** What is read of the server. */
export interface Vitals {
  readonly sessions: number;
  readonly connections: number;
  readonly rooms: number;
  readonly outboxBytes: number;
  readonly pendingLines: number;
  readonly handles: number;
  readonly timers: number;
  readonly files: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly failures: number;
}

/** How far above the beginning the end may be: what is counted, not at all; memory moves. */
const SLACK: Readonly<Record<keyof Vitals, (beginning: number) => number>> = {
  sessions: () => 0,
  connections: () => 0,
  rooms: () => 0,
  outboxBytes: () => 0,
  pendingLines: () => 0,
  handles: () => 1,
  timers: () => 2,
  files: () => 2,
  heapBytes: (beginning) => beginning * 0.25 + 8 * 2 ** 20,
  rssBytes: (beginning) => beginning * 0.2 + 16 * 2 ** 20,
  failures: () => 0,
};

const NAMES = Object.keys(SLACK) as (keyof Vitals)[];

/** What did not come back, a sentence each. */
export function judge(beginning: Vitals, end: Vitals): string[] {
  return NAMES.filter((name) => end[name] > beginning[name] + SLACK[name](beginning[name])).map(
    (name) => `${name} was ${shown(name, beginning[name])} and is ${shown(name, end[name])}`,
  );
}

/** A Markdown table. */
export function renderVitals(beginning: Vitals, highest: Vitals, end: Vitals): string {
  const rows = NAMES.map(
    (name) =>
      `| ${name} | ${shown(name, beginning[name])} | ${shown(name, highest[name])} | ${shown(name, end[name])} |`,
  );
  return ["| | beginning | highest | end |", "| --- | ---: | ---: | ---: |", ...rows].join("\n");
}

function shown(name: keyof Vitals, value: number): string {
  return name.endsWith("Bytes") ? `${(value / 2 ** 20).toFixed(1)} MiB` : String(value);
}
