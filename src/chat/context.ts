import type { Name } from "../domain/names.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Flusher } from "../ports/outlet.ts";
import type { Presence } from "../ports/presence.ts";
import type { ReturnCodes } from "../ports/return-codes.ts";
import type { Store } from "../ports/store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { BacklogLimits } from "../streams/backlog.ts";
import type { Sequencer } from "../streams/sequencer.ts";
import type { Stream } from "../streams/stream.ts";
import type { Applications } from "./applications/applications.ts";
import type { FanOut } from "./fan-out.ts";
import type { Pipeline } from "./pipeline.ts";
import type { HeldRooms } from "./rooms/held-rooms.ts";
import type { JoinLeaveNotices } from "./rooms/join-leave-notices.ts";
import type { Listings } from "./rooms/listings.ts";
import type { RecentMessages } from "./rooms/recent-messages.ts";
import type { RoomLimits, RoomQuota } from "./rooms/room-quota.ts";
import type { RoomSubscriptions } from "./rooms/room-subscriptions.ts";
import type { RoomsByPrincipal } from "./rooms/rooms-by-principal.ts";
import type { Rooms } from "./rooms/rooms.ts";
import type { ServerBans } from "./server-bans.ts";
import type { DirectMessages } from "./sessions/direct-messages.ts";
import type { Sessions } from "./sessions/sessions.ts";

export interface ChatSettings extends BacklogLimits, RoomLimits {
  /** The room where people are after login; null: none. */
  readonly lobby: Name | null;
  /** Keys of names that nobody may have. */
  readonly reservedNames: readonly string[];
  /** Maximum number of rooms that a session may be in at once; 1: joining one leaves the other; 0 = no limit. */
  readonly roomsPerUser: number;
  /** How long the name and the rights of somebody whose connection broke are kept, in milliseconds; 0 = not at all. */
  readonly graceMs: number;
  /** Interval between comparisons of what this node knows with a store that it shares, in milliseconds. */
  readonly compareEveryMs: number;
}

export interface ChatPorts {
  readonly store: Store;
  readonly presence: Presence;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Returns a number that nobody on any node ever gets again. */
  readonly newId: () => number;
  /** Returns what limits per address count an address as: itself, or its network; null: no such limit holds for it. */
  readonly networkOf: (address: string) => string | null;
  readonly flusher: Flusher;
  readonly returnCodes: ReturnCodes;
}

/** The state of this node. */
export interface NodeState {
  /** The lease was not renewed in time: other nodes may give away the names held here, and delivery pauses. */
  isIsolated: boolean;
  isStopped: boolean;
  /** The store was restored: it may have other rooms than this node knows, even if no stream shows it. */
  mayHaveOtherRooms: boolean;
}

/** The parts of a chat. Every function names the parts that it needs, and is given no others. */
export interface Context extends Omit<ChatPorts, "flusher"> {
  /** Replaced as a whole by a reload. */
  readonly settings: ChatSettings;
  readonly state: NodeState;
  readonly applications: Applications;
  readonly rooms: Rooms;
  readonly sessions: Sessions;
  readonly server: Stream;
  readonly bans: ServerBans;
  readonly quota: RoomQuota;
  readonly listings: Listings;
  readonly subscriptions: RoomSubscriptions;
  readonly held: HeldRooms;
  readonly recent: RecentMessages;
  readonly roomsByPrincipal: RoomsByPrincipal;
  readonly directMessages: DirectMessages;
  readonly pipeline: Pipeline;
  readonly sequencer: Sequencer;
  readonly fanOut: FanOut;
  readonly notices: JoinLeaveNotices;
}
