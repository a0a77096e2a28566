import type { ClusterMessage } from "../../ports/cluster-message.ts";
import { type Change, type PersonRow, whereaboutsOf } from "./people-table.ts";

/** Maximum people in one message: about as much as the bus takes. */
const TOLD_AT_ONCE = 40;
/** Maximum ids of sessions that are gone in one message. */
const IDS_TOLD_AT_ONCE = 160;

/** Returns the messages that tell the other nodes of a written change, in as many parts as it takes. */
export function peopleMessages(
  { node, version, previous }: Change,
  here: readonly PersonRow[],
  gone: readonly number[],
): ClusterMessage[] {
  const parts = Math.max(1, Math.ceil(here.length / TOLD_AT_ONCE), Math.ceil(gone.length / IDS_TOLD_AT_ONCE));
  return Array.from({ length: parts }, (_, part) => ({
    type: "people",
    node,
    version,
    previous,
    part,
    parts,
    here: here.slice(part * TOLD_AT_ONCE, (part + 1) * TOLD_AT_ONCE).map(whereaboutsOf),
    gone: gone.slice(part * IDS_TOLD_AT_ONCE, (part + 1) * IDS_TOLD_AT_ONCE),
  }));
}
