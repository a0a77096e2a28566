import type { Pane, PaneSize } from "./pane.ts";
import type { Camera } from "./stage.ts";

/** A terminal in the picture: its place in columns and rows, without its frame. */
export interface View extends PaneSize {
  readonly title: string;
  readonly left: number;
  readonly top: number;
}

/** What all terminals show from a moment on, in the order of their views. */
export interface Frame {
  readonly atMs: number;
  readonly screens: readonly (readonly string[])[];
}

/** Pace of the film: it is the script's, and not that of the processes, which are faster. */
const KEY_MS = 55;
const LINE_MS = 1300;
const END_MS = 6000;

/** Notes what terminals show, key by key. */
export class Film {
  readonly views: readonly View[];
  readonly frames: Frame[] = [];
  readonly #panes: readonly Pane[];
  #atMs = 0;

  /** @param panes one for each view */
  constructor(views: readonly View[], panes: readonly Pane[]) {
    this.views = views;
    this.#panes = panes;
    this.#shoot(LINE_MS);
  }

  readonly camera: Camera = (shown) => this.#shoot(shown === "key" ? KEY_MS : LINE_MS);

  /** Time after which the film begins again. */
  get lengthMs(): number {
    return this.#atMs + END_MS;
  }

  /** All that was shown in each terminal, by its title. */
  get text(): string {
    return this.views.map(({ title }, i) => [`${title}:`, ...(this.#panes[i]?.lines ?? [])].join("\n")).join("\n\n");
  }

  #shoot(forMs: number): void {
    this.frames.push({ atMs: this.#atMs, screens: this.#panes.map((pane) => pane.screen) });
    this.#atMs += forMs;
  }
}
