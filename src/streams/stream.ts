import { SERVER_STREAM } from "../domain/entry.ts";
import type { Mark, Position } from "../ports/store.ts";

/** What a node knows of a stream of entries: how far it has delivered them, and by which rights lines are judged. */
export class Stream {
  readonly id: number;
  /** The version of the stream's rights that this node knows. */
  rightsVersion: number;
  /** Position, number, and time (microseconds since 1970) of the last entry that was delivered here. */
  pos: number;
  seq: number;
  atMicros: number;
  /** Number of takeovers from a restored store: what was judged before the last one is judged again. */
  takeovers = 0;
  isDestroyed = false;
  /** Whether every entry is delivered here, in order. Where the store is shared, only while somebody here needs it. */
  isFollowed = false;
  /** Whether entries came that this node passed over, because it does not follow the stream. */
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

/** Returns the server's stream, as a node knows it that has delivered nothing. */
export function serverStream(): Stream {
  return new Stream(SERVER_STREAM, { rightsVersion: 1, pos: 0, seq: 0, atMicros: 0 });
}
