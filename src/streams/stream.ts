import { SERVER_STREAM } from "../domain/entry.ts";
import type { Mark, Position } from "../ports/store.ts";

/** What a node knows of a stream of entries: how far it has delivered them, and by which rules lines are judged. */
export class Stream {
  readonly id: number;
  /** The version of who may do what here, as this node knows it. */
  rightsVersion: number;
  /** Position, number and time of the last entry that was delivered here. */
  pos: number;
  seq: number;
  atMicros: number;
  /** How often it was taken over from a store that went back: what was judged before is judged again. */
  takeovers = 0;
  /** It ended: it takes nothing more. */
  isDestroyed = false;
  /** Every entry is delivered here, in order. Where the store is shared, only while somebody here cares. */
  isFollowed = false;
  /** Entries came that this node passed over, because it does not follow the stream. */
  isBehind = false;

  constructor(
    id: number,
    { rightsVersion, pos, seq, atMicros }: Pick<Stream, "rightsVersion" | "pos" | "seq" | "atMicros">,
  ) {
    this.id = id;
    this.rightsVersion = rightsVersion;
    this.pos = pos;
    this.seq = seq;
    this.atMicros = atMicros;
  }

  get mark(): Mark {
    return { stream: this.id, pos: this.pos, atMicros: this.atMicros };
  }

  get place(): Position {
    return { stream: this.id, pos: this.pos };
  }
}

/** The stream of the whole server, as a node knows it that has delivered nothing. */
export function serverStream(): Stream {
  return new Stream(SERVER_STREAM, { rightsVersion: 1, pos: 0, seq: 0, atMicros: 0 });
}
