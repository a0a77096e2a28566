import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../load/attacker.ts";
import type { Attack } from "../load/attacks.ts";
import { fillRooms } from "../load/room.ts";
import { SteadyTalk } from "../load/steady-talk.ts";
import { dialectOf, onlyNode } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { rssBytes } from "../measure/proc.ts";
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

export const attackScenario: Scenario = {
  name: "attacks",
  about:
    `${ROOMS} rooms of ${PEOPLE_EACH} people in which ${1000 / EVERY_MS} lines a second are said, and the time from said until somebody has it, ` +
    "in windows without and with the attack, one after the other. Every limit holds as it is shipped, but for the people's own address; " +
    "the attacker is a process of its own on the same two cores, and comes from as many addresses as it needs to get past the limits per address.",
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
    { metric: "rssCalmBytes", label: "memory before", format: "bytes" },
    { metric: "rssBytes", label: "memory", format: "bytes" },
  ],
  rows: [
    row("flood", "1,000 connections a second from one address"),
    row("slowLogins", "1,000 slow logins, from 40 addresses"),
    row("neverLogIn", "5,000 connections that never log in, from 200 addresses"),
    row("endlessLine", "500 endless lines, from 20 addresses"),
    row("neverRead", "10 in every room who never read"),
  ],
};

function row(attack: Attack, title: string): Row {
  const key = `attack-${attack.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const load = (server: Server, effort: Effort) => underAttack(server, effort, attack);
  return { key, title, lobby: false, manyAddresses: false, asShipped: true, load };
}

/** What people notice and the server uses in one window, or in several. */
class Window {
  latenciesMs: number[] = [];
  seconds = 0;
  cpu = 0;
  rssBytes = 0;

  async measure(server: Server, talk: SteadyTalk, effort: Effort): Promise<void> {
    talk.latenciesMs = [];
    const stopUsage = startUsage(server);
    await sleep(1000 * effort.seconds);
    const used = stopUsage();
    this.latenciesMs.push(...talk.latenciesMs);
    this.seconds += used.seconds;
    this.cpu += used.serverCpu;
    this.rssBytes = Math.max(this.rssBytes, rssBytes(onlyNode(server).pid));
  }
}

async function underAttack(server: Server, effort: Effort, attack: Attack): Promise<Measures> {
  const rooms = await fillRooms(server, ROOMS, PEOPLE_EACH);
  const talk = new SteadyTalk(dialectOf(server), rooms, EVERY_MS);
  const [calm, attacked] = [new Window(), new Window()];
  await sleep(2000);
  for (let i = 0; i < WINDOWS; i++) {
    await calm.measure(server, talk, effort);
    const attacker = fork(new URL("../load/attacker.ts", import.meta.url));
    attacker.send({ attack, port: onlyNode(server).port } satisfies Target);
    await sleep(BEGIN_MS);
    await attacked.measure(server, talk, effort);
    attacker.kill("SIGKILL");
    await once(attacker, "exit");
    await sleep(END_MS);
  }
  talk.stop();
  const [p99CalmMs, p99Ms] = [percentile(calm.latenciesMs, 0.99), percentile(attacked.latenciesMs, 0.99)];
  return {
    p50CalmMs: percentile(calm.latenciesMs, 0.5),
    p50Ms: percentile(attacked.latenciesMs, 0.5),
    p99CalmMs,
    p99Ms,
    p99Ratio: p99Ms / p99CalmMs,
    cpuCalm: calm.cpu / calm.seconds,
    cpu: attacked.cpu / attacked.seconds,
    rssCalmBytes: calm.rssBytes,
    rssBytes: attacked.rssBytes,
  };
}
