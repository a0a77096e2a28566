import { parseRoomName } from "../../src/domain/names.ts";
import type { RoomRecord } from "../../src/ports/store.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { chatSettings, connectionSettings, outboxLimits } from "../../src/config/settings-of.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { ForgetfulStore } from "../../test/support/world/forgetful-store.ts";
import { median } from "../measure/statistics.ts";
import { type DoorLimits, FuzzDoor } from "./door.ts";

/** What an input may cost: so much processor time for each byte, and so much in any case. */
const MICROS_PER_BYTE = 1;
const MICROS_ANYHOW = 5000;
/** How often an input that cost more is run, before the median of its costs tells. */
const REPEATS = 11;
const ROOMS = 2000;

/** A telnet door with every limit as it is shipped, on a server with many rooms: what an input may cost there is bounded. */
export class CostlyDoor {
  readonly #door = new FuzzDoor(shippedLimits(), new ManyRooms());

  get lastOutput(): Buffer {
    return this.#door.lastOutput;
  }

  get lastCpuMicros(): number {
    return this.#door.lastCpuMicros;
  }

  /** What went wrong with the input, or that it cost too much; null: nothing. */
  async run(input: Buffer): Promise<string | null> {
    const mostMicros = MICROS_ANYHOW + MICROS_PER_BYTE * input.length;
    const costs: number[] = [];
    do {
      const failure = await this.#door.run(input);
      if (failure !== null) return failure;
      costs.push(this.#door.lastCpuMicros);
    } while (costs.length < REPEATS && Math.max(...costs) > mostMicros);
    const micros = median(costs);
    return micros > mostMicros ? tooCostly(input, micros) : null;
  }
}

function tooCostly(input: Buffer, micros: number): string {
  const each = (micros / Math.max(input.length, 1)).toFixed(2);
  const allowed = `${MICROS_PER_BYTE} µs a byte and ${MICROS_ANYHOW / 1000} ms`;
  return `${input.length} bytes cost ${(micros / 1000).toFixed(1)} ms, ${each} µs a byte: more than ${allowed}`;
}

/** What holds where nobody says anything. */
function shippedLimits(): DoorLimits {
  const resolved = resolveConfig([]);
  if (!("config" in resolved)) throw new Error(resolved.problems.join("\n"));
  const { config } = resolved;
  return { chat: chatSettings(config), connection: connectionSettings(config), outbox: outboxLimits(config) };
}

/** A store that holds the rooms of a busy server from the start. */
class ManyRooms extends ForgetfulStore {
  override async rooms(): Promise<readonly RoomRecord[]> {
    return Array.from({ length: ROOMS }, (_, i) => {
      const name = parseRoomName(`room-${i}`);
      if (!name) throw new Error("no name of a room");
      const state = { isPrivate: false, topic: "", rightsVersion: 1, rights: NO_RIGHTS, pos: 1, seq: 0, atMicros: 1 };
      return { id: 1_000_000 + i, application: 0, number: i + 1, name, ...state };
    });
  }
}
