import type { Socket } from "node:net";
import type { Chunk } from "../ports/outlet.ts";
import { CHUNK_OVERHEAD_BYTES, type OutboxPool, type PooledOutbox } from "./outbox-pool.ts";

/** Maximum bytes of one write, after which `drained` is called; the chunks behind it can still be skipped. */
export const MAX_WRITE_BYTES = 64 * 1024;
/** Maximum bytes of chunks that are copied together: that costs less than handing them to the kernel one by one. */
const MAX_COPY_BYTES = 4096;
const NOTHING = Buffer.alloc(0);

/** A line at the bottom of a terminal that what is written must not run into. */
export interface BottomLine {
  /** Returns what to write for these chunks. For none, what brings the line up to date; empty: it is. */
  wrap(chunks: readonly Chunk[]): readonly Chunk[];
}

export interface OutboxEvents {
  /** What had to wait is written. `waitedMs`: the time for which the kernel had taken nothing. */
  drained(waitedMs: number): void;
  /** The peer takes too little, too slowly; what waited for it is dropped. */
  tooSlow(): void;
  /** Lines were dropped and will never be written; the peer is told their number. */
  skipped(lines: number): void;
  /** Returns the chunk that tells the peer how many lines it was not given. */
  noticeOfSkipped(lines: number): Chunk;
}

/**
 * What waits to be written to one socket; the only place that writes to it. It MUST NOT block, reorder, or hold more
 * than its bounds, in which each chunk counts with what it costs beside its bytes. What is given during a turn goes out
 * in one write at its end, or a few turns later where very many are written. At most one write is outstanding, and what
 * gathers meanwhile is the backlog.
 */
export class Outbox implements PooledOutbox {
  /** Null: there is none. */
  bottomLine: BottomLine | null = null;
  readonly #socket: Socket;
  readonly #pool: OutboxPool;
  readonly #events: OutboxEvents;
  /** Not given to the socket yet: most often one chunk, so an array only from the second on. Empty: the bottom line alone. */
  #fresh: Chunk | Chunk[] | null = null;
  #freshBytes = 0;
  /** In the outstanding write, which the kernel did not take at once. */
  #sent: Chunk | readonly Chunk[] | null = null;
  #sentBytes = 0;
  #backlog: Chunk[] | null = null;
  #backlogBytes = 0;
  /** Room lines dropped since the peer was told last. */
  #skippedLines = 0;
  /** When the outstanding write was begun, in milliseconds; null while all flows. */
  #stalledAtMs: number | null = null;
  #hasGivenUp = false;
  #state: "open" | "ending" | "ended" | "closed" = "open";

  constructor(socket: Socket, pool: OutboxPool, events: OutboxEvents) {
    this.#socket = socket;
    this.#pool = pool;
    this.#events = events;
  }

  /** Bytes of memory of the chunks that the kernel has not taken yet. */
  get waitingBytes(): number {
    return this.#freshBytes + this.#sentBytes + this.#backlogBytes;
  }

  /** Whether more than `bytes` wait that the peer has caused itself: all but the lines of rooms. */
  hasOwn(bytes: number): boolean {
    if (this.waitingBytes <= bytes) return false;
    let own = 0;
    for (const chunks of [this.#fresh, this.#sent, this.#backlog]) {
      for (const chunk of chunks === null ? [] : isMany(chunks) ? chunks : [chunks]) {
        if (chunk.lines === 0) own += heldBytesOf(chunk);
      }
    }
    return own > bytes;
  }

  /** Milliseconds for which the kernel has not taken the outstanding write; 0: there is none. */
  get waitingMs(): number {
    return this.#stalledAtMs === null ? 0 : this.#pool.clock.monotonicMs() - this.#stalledAtMs;
  }

  push(chunk: Chunk): void {
    if (this.#state === "ended" || this.#state === "closed") return;
    this.#freshBytes += heldBytesOf(chunk);
    if (this.#fresh === null) {
      this.#fresh = chunk;
      this.#pool.flushSoon(this);
      return;
    }
    if (Array.isArray(this.#fresh)) this.#fresh.push(chunk);
    else this.#fresh = [this.#fresh, chunk];
    this.#pool.hurry(this);
  }

  /** The bottom line is another one: it is shown at the end of this turn. */
  bottomLineChanged(): void {
    if (this.bottomLine === null || this.#fresh !== null || this.#state === "ended" || this.#state === "closed") return;
    this.#fresh = [];
    this.#pool.flushSoon(this);
  }

  flush(): void {
    const fresh = this.#fresh;
    const bytes = this.#freshBytes;
    this.#fresh = null;
    this.#freshBytes = 0;
    if (fresh === null || this.#state === "closed") return;
    if (this.#sent !== null) this.#wait(fresh);
    else if (bytes <= MAX_WRITE_BYTES) this.#write(fresh);
    else {
      this.#wait(fresh);
      this.#writeBacklog();
      if (this.#sent === null) this.#events.drained(0);
    }
    this.#keepBounds();
    this.#endIfDone();
  }

  /** Ends the stream when everything is written that was given. */
  end(): void {
    if (this.#state === "open") this.#state = "ending";
    this.#endIfDone();
  }

  /** Drops the room lines that wait; their number is told before whatever comes next. */
  skip(): void {
    if (this.#backlog === null) return;
    const kept: Chunk[] = [];
    let lines = 0;
    for (const chunk of this.#backlog) {
      lines += chunk.lines;
      if (chunk.lines === 0) kept.push(chunk);
      else this.#drop(chunk);
    }
    this.#backlog = kept.length > 0 ? kept : null;
    this.#skippedLines += lines;
    if (lines > 0) this.#events.skipped(lines);
  }

  /** Drops the backlog and reports `tooSlow`, once. The closing text may still wait here until the socket closes. */
  giveUp(): void {
    if (this.#hasGivenUp) return;
    this.#hasGivenUp = true;
    this.#pool.doom(this.#sentBytes);
    this.#dropBacklog();
    this.#skippedLines = 0;
    this.#events.tooSlow();
  }

  checkAge(): void {
    if (this.#stalledAtMs === null) return;
    const { skipAfterMs, closeAfterMs } = this.#pool.limits;
    const ageMs = this.#pool.clock.monotonicMs() - this.#stalledAtMs;
    if (closeAfterMs > 0 && ageMs >= closeAfterMs) this.giveUp();
    else if (skipAfterMs > 0 && ageMs >= skipAfterMs) this.skip();
  }

  /** The socket is gone: forgets everything. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#fresh = null;
    this.#freshBytes = 0;
    this.#dropBacklog();
    this.#releaseSent();
  }

  #write(given: Chunk | readonly Chunk[]): void {
    const chunks = this.bottomLine === null ? given : this.bottomLine.wrap(isMany(given) ? given : [given]);
    if (isMany(chunks)) this.#writeMany(chunks.map((chunk) => chunk.bytes));
    else this.#socket.write(chunks.bytes);
    // Nearly always the kernel took it all at once. Otherwise an empty write behind it tells when it is done.
    if (this.#socket.writableLength === 0) return;
    this.#hold(chunks);
    this.#socket.write(NOTHING, (error) => this.#written(error));
  }

  #writeMany(buffers: readonly Uint8Array[]): void {
    if (buffers.length === 0) return;
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    if (bytes <= MAX_COPY_BYTES) {
      this.#socket.write(Buffer.concat(buffers));
      return;
    }
    this.#socket.cork();
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.uncork();
  }

  /** The outstanding write is with the kernel, or the socket failed and its `close` event is on the way. */
  #written(error: Error | null | undefined): void {
    const waitedMs = this.waitingMs;
    this.#releaseSent();
    if (error || this.#state === "closed") return;
    this.#writeBacklog();
    if (this.#sent === null && this.bottomLine !== null) this.#write([]);
    this.#events.drained(waitedMs);
    this.#endIfDone();
  }

  /** Writes the backlog until nothing is left, or the kernel takes no more. */
  #writeBacklog(): void {
    while (this.#sent === null) {
      const next = this.#takeBacklog();
      if (next.length === 0) return;
      this.#write(next);
    }
  }

  #endIfDone(): void {
    if (this.#state !== "ending" || this.#fresh !== null || this.#sent !== null || this.#backlog !== null) return;
    this.#state = "ended";
    this.#socket.end();
  }

  /** The write of these chunks is outstanding. */
  #hold(chunks: Chunk | readonly Chunk[]): void {
    this.#sent = chunks;
    for (const chunk of isMany(chunks) ? chunks : [chunks]) {
      this.#pool.hold(chunk, heldBytesOf(chunk));
      this.#sentBytes += heldBytesOf(chunk);
    }
    if (this.#hasGivenUp) this.#pool.doom(this.#sentBytes);
    this.#stalledAtMs = this.#pool.clock.monotonicMs();
    this.#pool.stalls(this);
  }

  #releaseSent(): void {
    if (this.#sent === null) return;
    for (const chunk of isMany(this.#sent) ? this.#sent : [this.#sent]) this.#pool.release(chunk, heldBytesOf(chunk));
    if (this.#hasGivenUp) this.#pool.doom(-this.#sentBytes);
    this.#sent = null;
    this.#sentBytes = 0;
    this.#stalledAtMs = null;
    this.#pool.flows(this);
  }

  #wait(fresh: Chunk | Chunk[]): void {
    for (const chunk of isMany(fresh) ? fresh : [fresh]) {
      leaveSlab(chunk);
      this.#pool.hold(chunk, heldBytesOf(chunk));
      (this.#backlog ??= []).push(chunk);
      this.#backlogBytes += heldBytesOf(chunk);
    }
  }

  #keepBounds(): void {
    if (this.#sent === null) return;
    const { skipBytes, closeBytes } = this.#pool.limits;
    if (skipBytes > 0 && this.#backlogBytes > skipBytes) this.skip();
    if (closeBytes > 0 && this.#sentBytes + this.#backlogBytes > closeBytes) this.giveUp();
  }

  #takeBacklog(): Chunk[] {
    const taken: Chunk[] = [];
    let bytes = 0;
    if (this.#skippedLines > 0) {
      taken.push(this.#events.noticeOfSkipped(this.#skippedLines));
      this.#skippedLines = 0;
    }
    const backlog = this.#backlog ?? [];
    let count = 0;
    for (const chunk of backlog) {
      if (count > 0 && bytes + chunk.bytes.length > MAX_WRITE_BYTES) break;
      bytes += chunk.bytes.length;
      count += 1;
      taken.push(chunk);
      this.#drop(chunk);
    }
    this.#backlog = count < backlog.length ? backlog.slice(count) : null;
    return taken;
  }

  #dropBacklog(): void {
    for (const chunk of this.#backlog ?? []) this.#drop(chunk);
    this.#backlog = null;
  }

  #drop(chunk: Chunk): void {
    this.#pool.release(chunk, heldBytesOf(chunk));
    this.#backlogBytes -= heldBytesOf(chunk);
  }
}

function isMany(chunks: Chunk | readonly Chunk[]): chunks is readonly Chunk[] {
  return Array.isArray(chunks);
}

/** Small Buffers share a slab with others: a chunk that may wait for long must not hold the whole slab. */
function leaveSlab(chunk: Chunk): void {
  const { bytes } = chunk;
  if (bytes.byteLength === bytes.buffer.byteLength) return;
  chunk.bytes = Buffer.allocUnsafeSlow(bytes.byteLength);
  chunk.bytes.set(bytes);
}

/** What a chunk costs in memory while it waits, in bytes. */
function heldBytesOf(chunk: Chunk): number {
  return chunk.bytes.length + CHUNK_OVERHEAD_BYTES;
}
