import t from "tap";
import { renderSvg, textOf } from "../../demo/recording/svg.ts";

const view = { title: "ann", left: 0, top: 0, columns: 20, rows: 2 };
const film = {
  views: [view],
  frames: [
    { atMs: 0, screens: [["$ nc", ""]] },
    { atMs: 250, screens: [["$ nc", ""]] },
    { atMs: 500, screens: [["$ nc", "Login:<a&b>"]] },
  ],
  lengthMs: 1000,
  text: "ann:\n$ nc\nLogin:<a&b>",
};

t.test("a row that changes is a strip that moves when it does, and shows its end where nothing may move", async (t) => {
  const svg = renderSvg(film, "Title");
  t.match(svg, "@keyframes t0r1{0%{transform:translateY(0px)}50%{transform:translateY(-16px)}}");
  t.match(svg, /<g class="strip" style="animation-name:t0r1" transform="translate\(0,-16\)">/);
  t.match(svg, ".strip{animation:1s step-end infinite}");
  t.match(svg, "@media (prefers-reduced-motion:reduce){.strip{animation:none!important}}");
});

t.test("a row that stays as it is does not move", async (t) => {
  const svg = renderSvg(film, "Title");
  t.notMatch(svg, "t0r0");
  t.equal(svg.match(/>\$ nc</g)?.length, 1);
});

t.test("what people type is text, and no part of the picture", async (t) => {
  const svg = renderSvg({ ...film, frames: [{ atMs: 0, screens: [["<script>", ""]] }], text: "<script>" }, "<b>");
  t.notMatch(svg, /<script|<b>/);
  t.match(svg, "&lt;script&gt;");
});

t.test("all that is shown can be read from it", async (t) => {
  t.equal(textOf(renderSvg(film, "Title")), film.text);
});

t.test("terminals stand where their views say", async (t) => {
  const other = { ...view, title: "ben", left: 24, top: 5 };
  const frames = [{ atMs: 0, screens: [[], []] }];
  const svg = renderSvg({ ...film, views: [view, other], frames }, "Title");
  t.match(svg, '<g transform="translate(10,10)"');
  t.match(svg, '<g transform="translate(185.2,90)"');
  t.match(svg, 'viewBox="0 0 357.2 162"', "the last one ends a gap before the edge");
});
