import { attackScenario } from "./attacks.ts";
import { clusterDelay, clusterFanOut, clusterJoins, clusterLines } from "./cluster.ts";
import { connectStorm } from "./connect-storm.ts";
import { commandCosts } from "./command-costs.ts";
import { crowdedRoom } from "./crowded-room.ts";
import { fanOut } from "./fan-out.ts";
import { halfTyped } from "./half-typed.ts";
import { historyPage } from "./history-page.ts";
import { idleMemory } from "./idle-memory.ts";
import { starts } from "./starts.ts";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [
  fanOut,
  crowdedRoom,
  halfTyped,
  connectStorm,
  idleMemory,
  historyPage,
  commandCosts,
  starts,
  attackScenario,
  clusterDelay,
  clusterLines,
  clusterFanOut,
  clusterJoins,
];
