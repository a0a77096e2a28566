import type { NameStatus } from "../domain/principal.ts";
import type { BusListener } from "../ports/bus.ts";
import type { ClusterMessage } from "../ports/cluster-message.ts";
import type { PresenceListener } from "../ports/presence.ts";
import type { Context } from "./context.ts";
import { passOn } from "./rooms/ownership.ts";
import { isDeserted } from "./rooms/private-rooms.ts";

/** Returns the listener for messages of other nodes. @param compare compares what this node knows with the store */
export function busListener(
  parts: Pick<Context, "directMessages" | "pipeline" | "rooms" | "sequencer" | "server">,
  compare: () => void,
): BusListener {
  return { heard: (message) => hear(parts, message), mayHaveMissed: compare };
}

/** Returns the listener for what happens to people at other nodes, to names, and to this node's lease. */
export function presenceListener(
  parts: Pick<
    Context,
    | "clock"
    | "directMessages"
    | "listings"
    | "notices"
    | "pipeline"
    | "presence"
    | "rooms"
    | "sequencer"
    | "server"
    | "sessions"
    | "state"
    | "store"
    | "subscriptions"
    | "telemetry"
  >,
): PresenceListener {
  const { listings, notices, pipeline, rooms, sequencer, sessions, state } = parts;
  const setNameStatus = (id: number, status: NameStatus): void => {
    const session = sessions.get(id);
    if (session) session.nameStatus = status;
    if (status !== "unconfirmed") pipeline.goOn();
  };
  return {
    joined(person, id) {
      const room = rooms.byId(id);
      if (!room) return;
      listings.moved(room);
      room.putOut.delete(person.id);
      if (room.members.size > 0) notices.joined(room, person);
    },
    left(person, id) {
      const room = rooms.byId(id);
      if (!room) return;
      listings.moved(room);
      if (!room.putOut.delete(person.id) && room.members.size > 0) notices.left(room, person);
    },
    died(ended, isSweeper) {
      parts.directMessages.lookAgain();
      const dead = new Set(ended);
      for (const room of rooms.all()) {
        // Nodes where somebody is in the room know its owner; the sweeper also looks after rooms that nobody is in.
        const hasLostOwner = dead.has(room.owner ?? 0) && (isSweeper || room.members.size > 0);
        if (hasLostOwner || (!parts.store.isShared && isDeserted(room))) passOn(parts, room);
      }
    },
    unconfirmed: (id) => setNameStatus(id, "unconfirmed"),
    held: (id) => setNameStatus(id, "held"),
    lostName(id) {
      setNameStatus(id, "lost");
      sessions.get(id)?.outlet.askNameAgain({ type: "name-lost" });
    },
    rewound() {
      state.mayHaveOtherRooms = true;
    },
    isolated(isIsolated) {
      if (state.isIsolated === isIsolated) return;
      state.isIsolated = isIsolated;
      parts.telemetry.isolated(isIsolated);
      for (const { outlet } of sessions.all()) outlet.tell({ type: isIsolated ? "isolated" : "connected" });
      if (isIsolated) sequencer.pause();
      else sequencer.resume([parts.server, ...parts.subscriptions.followed()]);
    },
  };
}

function hear(
  { directMessages, pipeline, rooms, sequencer, server }: Parameters<typeof busListener>[0],
  message: ClusterMessage,
): void {
  switch (message.type) {
    case "entries":
    case "changed": {
      const stream = message.stream === server.id ? server : rooms.byId(message.stream);
      if (!stream) return;
      if (message.type === "entries") pipeline.heard(stream, message.entries, message.previousAtMicros);
      else if (stream.isFollowed) sequencer.catchUpSoon(stream, 0);
      else stream.isBehind = true;
      return;
    }
    case "whisper":
    case "ack":
    case "probe":
      return directMessages.hear(message);
    case "people":
      // Presence hears these.
      return;
  }
}
