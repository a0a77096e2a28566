import { scenarios } from "../scenarios/index.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Results } from "./results.ts";
import { spreadOf } from "./results.ts";

const WIDTH = 760;
const NAME_WIDTH = 110;
const VALUE_WIDTH = 70;
const BAR_HEIGHT = 14;
const STEP = 19;
const HEAD = 44;
const ROW_HEAD = 34;

interface Bar {
  readonly peer: string;
  readonly value: number;
}

/** The headlines of the scenarios that are drawn, as an SVG: a group of bars for each row. Null: none was measured. */
export function renderChart(results: Results): string | null {
  const drawn = scenarios.filter(({ chart, rows }) => chart && rows.some(({ key }) => key in results.rows));
  if (drawn.length === 0) return null;
  let y = 0;
  const parts = drawn.map((scenario) => {
    const { svg, height } = renderScenario(results, scenario, y);
    y += height;
    return svg;
  });
  // Readable on a white page and on a black one.
  const style = "text{font:12px sans-serif;fill:#808080}.chatd{fill:#2f81f7}.other{fill:#9aa4b0}";
  const size = `width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><style>${style}</style>${parts.join("")}</svg>\n`;
}

function renderScenario(results: Results, scenario: Scenario, top: number): { svg: string; height: number } {
  const label = scenario.columns.find(({ metric }) => metric === scenario.headline)?.label ?? scenario.headline;
  let y = top + 20;
  const svg = [text(0, y, `${scenario.name}: ${label}`)];
  y = top + HEAD;
  for (const { key, title } of scenario.rows) {
    const bars = barsOf(results, key, scenario.headline);
    if (bars.length === 0) continue;
    const most = Math.max(...bars.map(({ value }) => value));
    svg.push(text(0, y, title));
    y += STEP;
    for (const { peer, value } of bars) {
      const width = Math.round((value / most) * (WIDTH - NAME_WIDTH - VALUE_WIDTH));
      const kind = peer.startsWith("chatd") ? "chatd" : "other";
      svg.push(
        text(NAME_WIDTH - 8, y, peer, "end"),
        `<rect class="${kind}" x="${NAME_WIDTH}" y="${y - BAR_HEIGHT + 3}" width="${width}" height="${BAR_HEIGHT}"/>`,
        text(NAME_WIDTH + width + 6, y, short(value)),
      );
      y += STEP;
    }
    y += ROW_HEAD - STEP;
  }
  return { svg: svg.join(""), height: y - top };
}

function barsOf(results: Results, row: string, metric: string): readonly Bar[] {
  return Object.keys(results.peers)
    .flatMap((peer) => {
      const spread = spreadOf(results, row, peer, metric);
      return spread === null ? [] : [{ peer, value: spread.median }];
    })
    .toSorted((one, other) => other.value - one.value);
}

/** @param content that needs no escaping: names of scenarios, rows and peers */
function text(x: number, y: number, content: string, anchor = "start"): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

function short(value: number): string {
  if (value < 1000) return value.toPrecision(2);
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : `${Math.round(value / 1e3).toLocaleString("en")} k`;
}
