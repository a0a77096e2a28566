import type { Chance } from "../../../test/support/sockets/hostile.ts";
import type { Database } from "./database.ts";
import type { Hub } from "./hub.ts";
import type { SimulatedNode } from "./node.ts";
import type { Timeline } from "./timeline.ts";
import type { Weather } from "./weather.ts";

/** What a fault can reach. */
export interface Field {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly database: Database;
  readonly weather: Weather;
  readonly hub: Hub;
  readonly nodes: readonly SimulatedNode[];
}

/** Begins now and is over after so long. */
export type Fault = (field: Field, forMs: number) => void;
