import { chatdCluster, chatdDurable, chatdMemory, chatdPostgres } from "./chatd.ts";
import { inspircd } from "./inspircd.ts";
import { ngircd } from "./ngircd.ts";
import type { Peer } from "./peer.ts";

/** In the order in which each round runs them. */
export const peers: readonly Peer[] = [chatdDurable, chatdMemory, inspircd, ngircd, chatdPostgres, chatdCluster];
