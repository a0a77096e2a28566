import { chatdCluster, chatdDurable, chatdKeys, chatdMemory, chatdPostgres } from "./chatd.ts";
import { inspircd } from "./inspircd.ts";
import { limitDurable, limitMemory } from "./limit.ts";
import { ngircd } from "./ngircd.ts";
import type { Peer } from "./peer.ts";
import { redis } from "./redis.ts";

/** In the order in which each round runs them. */
export const peers: readonly Peer[] = [
  limitMemory,
  limitDurable,
  chatdDurable,
  chatdMemory,
  chatdKeys,
  inspircd,
  ngircd,
  redis,
  chatdPostgres,
  chatdCluster,
];
