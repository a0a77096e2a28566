import { Film, type View } from "./film.ts";
import type { Effect, Stage } from "./stage.ts";
import type { Pane } from "./pane.ts";

const PEOPLE = { columns: 60, rows: 18 };
/** Between two terminals: the columns and rows that their frames take. */
const FRAME = { columns: 4, rows: 3 };

const views = [
  { title: "ann", left: 0, top: 0, ...PEOPLE },
  { title: "ben", left: PEOPLE.columns + FRAME.columns, top: 0, ...PEOPLE },
  { title: "the server", left: 0, top: PEOPLE.rows + FRAME.rows, columns: 2 * PEOPLE.columns + FRAME.columns, rows: 8 },
] as const satisfies readonly View[];

/** Two people talk, the server is killed and started again, and both are back where they were, with all that was said. */
export async function killedServer(stage: Stage): Promise<Film> {
  const [annsView, bensView, serversView] = views;
  const ann = await stage.open(annsView);
  const ben = await stage.open(bensView);
  const server = await stage.open(serversView);
  const film = new Film(views, [ann, ben, server]);
  stage.camera = film.camera;

  const firstPort = await stage.serve(server);
  await logIn(stage, ann, "ann", firstPort);
  await logIn(stage, ben, "ben", firstPort, [ann, /User ben joined lobby\./]);
  await stage.type(ann, "What if the server dies now?", [ben, /\[ann\]: What if the server dies now\?/]);
  await stage.type(ben, "Remember the number 4711.", [ann, /\[ben\]: Remember the number 4711\./]);

  await stage.untilKept(2);
  const gone = /Connection closed by foreign host\.\n\$/;
  await stage.kill(server, [ann, gone], [ben, gone]);

  const secondPort = await stage.serve(server);
  const isBack = /You are back in lobby\./;
  await logIn(stage, ann, "ann", secondPort, [ann, isBack]);
  await logIn(stage, ben, "ben", secondPort, [ben, isBack], [ann, /User ben joined lobby\./]);
  await stage.type(ben, "/history", [ben, /last 2 lines in lobby[^]*Remember the number 4711\./]);
  await stage.type(ann, "It has everything.", [ben, /\[ann\]: It has everything\./]);
  return film;
}

async function logIn(
  stage: Stage,
  pane: Pane,
  name: string,
  port: string,
  ...effects: readonly Effect[]
): Promise<void> {
  await stage.type(pane, `telnet localhost ${port}`, [pane, /Login:/]);
  await stage.type(pane, name, [pane, /Type \/help to see available commands\./], ...effects);
}
