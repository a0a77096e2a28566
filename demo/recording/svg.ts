import type { Film, View } from "./film.ts";

/** Size of a character in pixels; fonts differ, and this is wide enough for all that are named below. */
const CELL = { width: 7.3, height: 16 };
const FONT = "12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
const BASELINE = 12;
const PADDING = 8;
const TITLE_HEIGHT = 22;
const GAP = 10;

interface Shown {
  readonly atMs: number;
  readonly text: string;
}

type Recorded = Pick<Film, "views" | "frames" | "lengthMs" | "text">;

/**
 * Draws a film as an SVG that moves by CSS alone, as GitHub shows it. Each row of a terminal is a strip of all that it
 * shows one after the other, behind a window of one row. Where nothing may move, the end is shown.
 */
export function renderSvg(film: Recorded, title: string): string {
  const rules: string[] = [];
  const terminals = film.views.map((view, i) => {
    const screens = film.frames.map(({ atMs, screens: all }) => ({ atMs, screen: all[i] ?? [] }));
    const rows = Array.from({ length: view.rows }, (_, row) => {
      const strip = changesOf(screens.map(({ atMs, screen }) => ({ atMs, text: screen[row] ?? "" })));
      const name = `t${i}r${row}`;
      if (strip.length > 1) rules.push(keyframes(name, strip, film.lengthMs));
      return renderStrip(name, strip, row, view);
    });
    return renderTerminal(view, rows.join(""));
  });
  const width = Math.max(...film.views.map((view) => leftOf(view) + widthOf(view))) + GAP;
  const height = Math.max(...film.views.map((view) => topOf(view) + heightOf(view))) + GAP;
  const style = [
    `text{font:${FONT};fill:#d5dae1}.title{fill:#8b949e}`,
    `.strip{animation:${seconds(film.lengthMs)} step-end infinite}`,
    "@media (prefers-reduced-motion:reduce){.strip{animation:none!important}}",
    ...rules,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" role="img" xml:space="preserve">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(film.text)}</desc>`,
    `<style>${style.join("\n")}</style>`,
    ...terminals,
    "</svg>\n",
  ].join("\n");
}

/** Returns all that an SVG of `renderSvg` shows, as text. */
export function textOf(svg: string): string {
  const [, text = ""] = /<desc>([^]*?)<\/desc>/.exec(svg) ?? [];
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function changesOf(all: readonly Shown[]): readonly Shown[] {
  return all.filter(({ text }, i) => text !== all[i - 1]?.text);
}

function renderTerminal(view: View, rows: string): string {
  const [x, y] = [leftOf(view), topOf(view)];
  const [width, height] = [widthOf(view), heightOf(view)];
  return [
    `<g transform="translate(${round(x)},${round(y)})">`,
    `<rect width="${round(width)}" height="${round(height)}" rx="6" fill="#0d1117" stroke="#30363d"/>`,
    `<text class="title" x="${PADDING}" y="15">${escape(view.title)}</text>${rows}</g>`,
  ].join("");
}

function renderStrip(name: string, strip: readonly Shown[], row: number, { columns }: View): string {
  const texts = strip.map(({ text }, i) =>
    text === "" ? "" : `<text y="${i * CELL.height + BASELINE}">${escape(text)}</text>`,
  );
  if (texts.every((text) => text === "")) return "";
  const place = `x="${PADDING}" y="${TITLE_HEIGHT + row * CELL.height}"`;
  const size = `width="${round(columns * CELL.width)}" height="${CELL.height}"`;
  const last = (strip.length - 1) * CELL.height;
  const moves = strip.length > 1 ? ` class="strip" style="animation-name:${name}"` : "";
  return `<svg ${place} ${size}><g${moves} transform="translate(0,${-last})">${texts.join("")}</g></svg>\n`;
}

function keyframes(name: string, strip: readonly Shown[], lengthMs: number): string {
  const steps = strip.map(
    ({ atMs }, i) => `${round((100 * atMs) / lengthMs)}%{transform:translateY(${-i * CELL.height}px)}`,
  );
  return `@keyframes ${name}{${steps.join("")}}`;
}

function leftOf({ left }: View): number {
  return GAP + left * CELL.width;
}

function topOf({ top }: View): number {
  return GAP + top * CELL.height;
}

function widthOf({ columns }: View): number {
  return columns * CELL.width + 2 * PADDING;
}

function heightOf({ rows }: View): number {
  return rows * CELL.height + TITLE_HEIGHT + PADDING;
}

function seconds(ms: number): string {
  return `${round(ms / 1000)}s`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
