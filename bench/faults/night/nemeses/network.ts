import type { Chance } from "../../../../test/support/sockets/hostile.ts";
import type { Direction } from "../link.ts";
import type { Heal, Nemesis, Site } from "../nemesis.ts";
import { ALL, BOTH, type Purposes } from "../proxy.ts";

/** What a node has a connection for. */
const PURPOSES = ["append", "rooms", "history", "presence", "lease", "listen", "notify"];
const DIRECTIONS: readonly (readonly Direction[])[] = [["up"], ["down"], BOTH];
const MAX_DELAY_MS = 800;
const SPOILED_ANSWERS = 4;
const SHORT: readonly [number, number] = [500, 4000];

/** Faults of the network, nearly all between a node and its database. */
export const NETWORK: readonly Nemesis[] = [
  {
    name: "delay",
    what: "bytes of one purpose and direction are late by up to 0.8 s",
    lastsMs: SHORT,
    restMs: [200, 1500],
    strike({ nodes }, chance) {
      const delayMs = chance.below(MAX_DELAY_MS);
      return chance.of(nodes).proxy.change(some(chance), chance.of(DIRECTIONS), () => ({ delayMs }));
    },
  },
  {
    name: "jitter",
    what: "every piece of bytes is late by another time, at all nodes",
    lastsMs: SHORT,
    restMs: [200, 1500],
    strike({ nodes }, chance) {
      const passage = (): { delayMs: number } => ({ delayMs: chance.below(chance.below(20) === 0 ? 500 : 30) });
      return all(nodes.map(({ proxy }) => proxy.change(ALL, BOTH, passage)));
    },
  },
  {
    name: "reset",
    what: "connections of one purpose, or all, are reset",
    lastsMs: [1, 50],
    restMs: [100, 800],
    strike({ nodes }, chance) {
      chance.of(nodes).proxy.reset(some(chance));
      return () => {};
    },
  },
  {
    name: "refuse",
    what: "connections of a node are reset, and it cannot connect",
    lastsMs: SHORT,
    restMs: [500, 2000],
    strike({ nodes }, chance) {
      const { proxy } = chance.of(nodes);
      proxy.reset();
      return proxy.refuse();
    },
  },
  {
    name: "hole",
    what: "bytes of one purpose and direction vanish",
    lastsMs: SHORT,
    restMs: [500, 2000],
    losesBytes: true,
    strike({ nodes }, chance) {
      return chance.of(nodes).proxy.change(one(chance), chance.of(DIRECTIONS), () => "lose");
    },
  },
  {
    name: "hole-node",
    what: "all bytes of one node vanish",
    lastsMs: [1000, 8000],
    restMs: [1000, 3000],
    losesBytes: true,
    strike: ({ nodes }, chance) => chance.of(nodes).proxy.lose(ALL),
  },
  {
    name: "partition",
    what: "a node is cut off one way or both, and what was sent arrives when that heals",
    lastsMs: [500, 7000],
    restMs: [1000, 3000],
    strike: ({ nodes }, chance) => chance.of(nodes).proxy.change(ALL, chance.of(DIRECTIONS), () => "hold"),
  },
  {
    name: "answer-cut",
    what: "answers of appends are lost after the commit, with their connections",
    lastsMs: [200, 1000],
    restMs: [200, 1000],
    strike: spoil("cut"),
  },
  {
    name: "answer-lost",
    what: "answers of appends are lost after the commit, and nothing says so",
    lastsMs: [2000, 7000],
    restMs: [200, 1000],
    losesBytes: true,
    strike: spoil("lose"),
  },
  {
    name: "half-login",
    what: "connections are lost between the login and the first answers",
    lastsMs: [500, 2500],
    restMs: [2000, 4000],
    losesBytes: true,
    strike({ nodes }, chance) {
      const { proxy } = chance.of(nodes);
      const heal = proxy.loseAfterLogin(some(chance));
      proxy.reset();
      return heal;
    },
  },
  {
    name: "hang-up",
    what: "the connections of a third of the people are lost at once",
    lastsMs: [1, 10],
    restMs: [1000, 6000],
    strike({ hangUp }, chance) {
      hangUp(chance);
      return () => {};
    },
  },
  {
    name: "lost-news",
    what: "what nodes tell each other is lost, while what they read of people is late",
    lastsMs: SHORT,
    restMs: [500, 1500],
    strike({ nodes }, chance) {
      const delayMs = chance.below(MAX_DELAY_MS);
      const { proxy } = chance.of(nodes);
      return all([
        proxy.change(is("notify"), ["up"], () => "lose"),
        proxy.change(is("listen"), ["down"], () => "lose"),
        proxy.change(is("presence"), BOTH, () => ({ delayMs })),
      ]);
    },
  },
];

function is(wanted: string): Purposes {
  return (purpose) => purpose === wanted;
}

function one(chance: Chance): Purposes {
  return is(chance.of(PURPOSES));
}

/** One purpose more often than all. */
function some(chance: Chance): Purposes {
  return chance.below(3) === 0 ? ALL : one(chance);
}

function spoil(fate: "cut" | "lose"): (site: Site, chance: Chance) => Heal {
  return ({ nodes }, chance) =>
    all(nodes.map(({ proxy }) => proxy.spoilAnswers(...Array<typeof fate>(chance.below(SPOILED_ANSWERS)).fill(fate))));
}

function all(heals: readonly (() => unknown)[]): Heal {
  return () => {
    for (const heal of heals) heal();
  };
}
