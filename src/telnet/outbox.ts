import type { Socket } from "node:net";
import type { Chunk } from "../chat/ports.ts";
import { NEWLINE, renderNotice } from "../protocol/render.ts";
import { texts } from "../protocol/texts.ts";
import type { OutboxPool } from "./outbox-pool.ts";

/** One write takes no more than this, so that what is behind it can still be skipped. */
const MAX_WRITE_BYTES = 64 * 1024;
/** Up to here several chunks are copied together: that costs less than handing them to the kernel one by one. */
const MAX_COPY_BYTES = 4096;

export interface OutboxEvents {
  /** Everything is written that was given. */
  drained(): void;
  /** The peer takes too little, too slowly; what waited for it is dropped. */
  tooSlow(): void;
  /** So many lines will never be written; the peer is told. */
  skipped(lines: number): void;
}

/**
 * What waits to be written to one socket; the only place that writes to it. It MUST NOT block, reorder, or hold more than
 * its bounds. Chunks are held by reference. What is given during a turn goes out in one write at its end; at most one
 * write is outstanding, and what gathers meanwhile is the backlog.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #pool: OutboxPool;
  readonly #events: OutboxEvents;
  /** Given in this turn: most often one chunk, so an array only from the second on. */
  #fresh: Chunk | Chunk[] | null = null;
  /** In the outstanding write. */
  #sent: Chunk | readonly Chunk[] | null = null;
  #backlog: Chunk[] | null = null;
  #backlogBytes = 0;
  /** Room lines dropped since the peer was told last. */
  #skippedLines = 0;
  /** When the outstanding write was found not to be done; null while all flows. */
  #stalledAtMs: number | null = null;
  #isClosed = false;

  constructor(socket: Socket, pool: OutboxPool, events: OutboxEvents) {
    this.#socket = socket;
    this.#pool = pool;
    this.#events = events;
  }

  get isEmpty(): boolean {
    return this.#fresh === null && this.#sent === null && this.#backlog === null && this.#skippedLines === 0;
  }

  /** Bytes behind the outstanding write. */
  get waitingBytes(): number {
    return this.#backlogBytes;
  }

  push(chunk: Chunk): void {
    if (this.#isClosed) return;
    if (this.#fresh === null) {
      this.#fresh = chunk;
      this.#pool.flushSoon(this);
    } else if (Array.isArray(this.#fresh)) this.#fresh.push(chunk);
    else this.#fresh = [this.#fresh, chunk];
  }

  flush(): void {
    const fresh = this.#fresh;
    this.#fresh = null;
    if (fresh === null || this.#isClosed) return;
    if (this.#sent === null) this.#write(fresh);
    else this.#wait(fresh);
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

  giveUp(): void {
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
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fresh = null;
    this.#dropBacklog();
    this.#releaseSent();
  }

  #write(chunks: Chunk | readonly Chunk[]): void {
    this.#sent = chunks;
    if (!isMany(chunks)) {
      this.#socket.write(chunks.bytes, this.#written);
      return;
    }
    const buffers = chunks.map((chunk) => chunk.bytes);
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    if (bytes <= MAX_COPY_BYTES) {
      this.#socket.write(Buffer.concat(buffers), this.#written);
      return;
    }
    this.#socket.cork();
    const last = buffers.pop() ?? Buffer.alloc(0);
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.write(last, this.#written);
    this.#socket.uncork();
  }

  /** The outstanding write is with the kernel, or the socket failed and its `close` event is on the way. */
  readonly #written = (error?: Error | null): void => {
    this.#releaseSent();
    if (error || this.#isClosed) return;
    const next = this.#takeBacklog();
    if (next.length > 0) {
      this.#write(next);
      if (this.#backlog !== null) this.#stall();
    } else if (this.#fresh === null) this.#events.drained();
  };

  #releaseSent(): void {
    if (this.#stalledAtMs !== null && this.#sent !== null) {
      for (const chunk of isMany(this.#sent) ? this.#sent : [this.#sent]) this.#pool.release(chunk);
      this.#stalledAtMs = null;
      this.#pool.flows(this);
    }
    this.#sent = null;
  }

  /** A write is outstanding: the chunks wait behind it. */
  #wait(fresh: Chunk | Chunk[]): void {
    this.#stall();
    for (const chunk of isMany(fresh) ? fresh : [fresh]) {
      this.#pool.hold(chunk);
      (this.#backlog ??= []).push(chunk);
      this.#backlogBytes += chunk.bytes.length;
    }
    const { skipBytes, closeBytes } = this.#pool.limits;
    if (skipBytes > 0 && this.#backlogBytes > skipBytes) this.skip();
    if (closeBytes > 0 && this.#backlogBytes > closeBytes) this.giveUp();
  }

  #stall(): void {
    if (this.#stalledAtMs !== null || this.#sent === null) return;
    this.#stalledAtMs = this.#pool.clock.monotonicMs();
    for (const chunk of isMany(this.#sent) ? this.#sent : [this.#sent]) this.#pool.hold(chunk);
    this.#pool.stalls(this);
  }

  #takeBacklog(): Chunk[] {
    const taken: Chunk[] = [];
    let bytes = 0;
    if (this.#skippedLines > 0) {
      taken.push(noticeChunk(texts.linesSkipped(this.#skippedLines)));
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
    this.#pool.release(chunk);
    this.#backlogBytes -= chunk.bytes.length;
  }
}

function isMany(chunks: Chunk | readonly Chunk[]): chunks is readonly Chunk[] {
  return Array.isArray(chunks);
}

function noticeChunk(text: string): Chunk {
  return { bytes: Buffer.from(renderNotice(text) + NEWLINE), lines: 0, holders: 0 };
}
