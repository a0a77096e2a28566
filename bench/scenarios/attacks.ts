import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../load/attacker.ts";
import type { Attack } from "../load/attacks.ts";
import { program } from "../../tools/parts.ts";
import { fillRooms } from "../load/room.ts";
import { SteadyTalk } from "../load/steady-talk.ts";
import { dialectOf, onlyNode } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { rssBytes } from "../measure/proc.ts";
import { StallProbe } from "../measure/stall.ts";
import { percentile } from "../measure/statistics.ts";
import { startUsage } from "../measure/usage.ts";
import type { Effort, Measures, Row, Scenario } from "./scenario.ts";

const ROOMS = 10;
const PEOPLE_EACH = 20;
/** 20 lines a second in each room; each of its people says one a second, as somebody who types. */
const EVERY_MS = 50;
/** Until an attack is under way, and until it is over. */
const BEGIN_MS = 6000;
const END_MS = 3000;
const WINDOWS = 2;
/** No line takes longer while nobody attacks. */
const CALM_MS = 500;
const MANY_ROOMS = 100_000;

export const attackScenario: Scenario = {
  name: "attacks",
  about:
    `${ROOMS} rooms of ${PEOPLE_EACH} people in which ${1000 / EVERY_MS} lines a second are said, and the time from said until somebody has it, ` +
    "in windows without and with the attack, one after the other. Every limit holds as it is shipped, but for the people's own address; " +
    "the attacker is a process of its own on the same two cores, and comes from as many addresses as it needs to get past the limits per address. " +
    "The longest stall is the longest that anybody waited for `GET /healthz`, asked every 20 ms, from the attack's first connection on.",
  headline: "p99Ratio",
  peers: ["chatd"],
  columns: [
    { metric: "p50CalmMs", label: "p50 before", format: "ms" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99CalmMs", label: "p99 before", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms" },
    { metric: "p99Ratio", label: "p99 ÷ before", format: "ratio", better: "lower" },
    { metric: "cpuCalm", label: "server CPU before", format: "share" },
    { metric: "cpu", label: "server CPU", format: "share" },
    { metric: "stallCalmMs", label: "longest stall before", format: "ms" },
    { metric: "stallMs", label: "longest stall", format: "ms" },
    { metric: "rssCalmBytes", label: "memory before", format: "bytes" },
    { metric: "rssBytes", label: "memory", format: "bytes" },
  ],
  rows: [
    row("flood", "1,000 connections a second from one address"),
    row("slowLogins", "1,000 slow logins, from 40 addresses"),
    row("neverLogIn", "5,000 connections that never log in, from 200 addresses"),
    row("endlessLine", "500 endless lines, from 20 addresses"),
    row("neverRead", "10 in every room who never read"),
    row("controlC", "124 strangers who press ^C without end and read nothing, from 4 addresses"),
    row("keys", "62 who press keys that are only answered, and read nothing, from 2 addresses"),
    row("optionToggles", "124 who switch the echo on and off behind a line, half without a name, from 4 addresses"),
    row("eraseWord", "62 who type a word behind a long line and erase it, from 2 addresses"),
    row("pastedCommands", `30 who paste 200 commands a second, with ${MANY_ROOMS.toLocaleString("en")} rooms`, {
      rooms: MANY_ROOMS,
    }),
    row("deafSmallOutput", "31 who ask for 64 Ki small answers at once and read nothing"),
    row("renegotiation", "31 who shake hands anew, 20 times a second each, over TLS 1.2", {
      tls: true,
      missing: () => (openssl.isHere() ? null : openssl.name),
    }),
  ],
};

const openssl = program("openssl");

function row(attack: Attack, title: string, needs: Pick<Row, "rooms" | "tls" | "missing"> = {}): Row {
  const key = `attack-${attack.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const load = (server: Server, effort: Effort) => underAttack(server, effort, attack);
  return { key, title, lobby: false, manyAddresses: false, asShipped: true, ...needs, load };
}

/** What people notice and the server uses in one window, or in several. */
class Window {
  latenciesMs: number[] = [];
  seconds = 0;
  cpu = 0;
  rssBytes = 0;
  stallMs = 0;

  async measure(server: Server, talk: SteadyTalk, probe: StallProbe, effort: Effort): Promise<void> {
    talk.startWindow();
    const stopUsage = startUsage(server);
    await sleep(1000 * effort.seconds);
    const used = stopUsage();
    this.latenciesMs.push(...talk.latenciesMs);
    this.seconds += used.seconds;
    this.cpu += used.serverCpu;
    this.rssBytes = Math.max(this.rssBytes, rssBytes(onlyNode(server).pid));
    this.stallMs = Math.max(this.stallMs, probe.takeLongestMs());
  }
}

/** Waits until people notice nothing of the attack any more. Whether they do not, after a minute at most. */
async function isCalmAgain(talk: SteadyTalk): Promise<boolean> {
  for (let second = 0; second < 60; second++) {
    talk.startWindow();
    await sleep(1000);
    if (Math.max(...talk.latenciesMs) < CALM_MS) return true;
  }
  return false;
}

async function underAttack(server: Server, effort: Effort, attack: Attack): Promise<Measures> {
  const rooms = await fillRooms(server, ROOMS, PEOPLE_EACH);
  const talk = new SteadyTalk(dialectOf(server), rooms, EVERY_MS);
  const { pid, port, tlsPort, opsPort } = onlyNode(server);
  if (opsPort === null) throw new Error("the server cannot be asked whether it is alive");
  const probe = new StallProbe(opsPort);
  const [calm, attacked] = [new Window(), new Window()];
  await sleep(2000);
  const rssCalmBytes = rssBytes(pid);
  for (let i = 0; i < WINDOWS; i++) {
    probe.takeLongestMs();
    await calm.measure(server, talk, probe, effort);
    const attacker = fork(new URL("../load/attacker.ts", import.meta.url));
    probe.takeLongestMs();
    attacker.send({ attack, port, tlsPort } satisfies Target);
    await sleep(BEGIN_MS);
    await attacked.measure(server, talk, probe, effort);
    attacker.kill("SIGKILL");
    await once(attacker, "exit");
    await sleep(END_MS);
    // What comes next is to be calm: who still suffers from an attack is not compared with.
    if (!(await isCalmAgain(talk))) break;
  }
  talk.stop();
  probe.stop();
  const [p99CalmMs, p99Ms] = [percentile(calm.latenciesMs, 0.99), percentile(attacked.latenciesMs, 0.99)];
  return {
    p50CalmMs: percentile(calm.latenciesMs, 0.5),
    p50Ms: percentile(attacked.latenciesMs, 0.5),
    p99CalmMs,
    p99Ms,
    p99Ratio: p99Ms / p99CalmMs,
    cpuCalm: calm.cpu / calm.seconds,
    cpu: attacked.cpu / attacked.seconds,
    stallCalmMs: calm.stallMs,
    stallMs: attacked.stallMs,
    stallAddedMs: attacked.stallMs - calm.stallMs,
    rssCalmBytes,
    rssBytes: attacked.rssBytes,
    rssAddedBytes: attacked.rssBytes - rssCalmBytes,
  };
}
