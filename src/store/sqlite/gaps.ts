import type { Database } from "./database.ts";

/**
 * Numbers of a row that are not there any more, counted in blocks of 1, 64, 64² … numbers: as many blocks are written at each
 * loss, and read to find the n-th number that is left, however many there are.
 */

/** A block has so many blocks of the level below. */
const FAN_OUT = 64;
/** Sizes of blocks, the largest first: 64⁶ numbers, 6.9 × 10¹⁰, are the most that are counted. */
const SIZES = [5, 4, 3, 2, 1, 0].map((level) => FAN_OUT ** level);

/** Notes that a number is not there any more. @param row the stream of messages, or the application of rooms */
export function addGap(db: Database, row: number, number: number): void {
  const add = db.sql(ADD);
  for (const size of SIZES) add.run(row, size, Math.floor((number - 1) / size));
}

/** Returns how many of the numbers up to `upTo` are not there any more. */
export function gapsUpTo(db: Database, row: number, upTo: number): number {
  let gaps = 0;
  let begin = 0;
  for (const size of SIZES) {
    const blocks = Math.floor((upTo - begin) / size);
    for (const count of countsFrom(db, row, size, begin, blocks).values()) gaps += count;
    begin += blocks * size;
  }
  return gaps;
}

/** Returns the n-th number that is there, from 1 on; numbers that were never given count as there. */
export function nthNumber(db: Database, row: number, n: number): number {
  let before = 0;
  let begin = 0;
  for (const size of SIZES) {
    const counts = countsFrom(db, row, size, begin, FAN_OUT);
    for (let block = begin / size; block < begin / size + FAN_OUT; block++) {
      const there = size - (counts.get(block) ?? 0);
      if (before + there >= n) {
        begin = block * size;
        break;
      }
      before += there;
    }
  }
  return begin + 1;
}

/** Gaps in each of the next blocks of a size, by block; one without a gap has no entry. */
function countsFrom(
  db: Database,
  row: number,
  size: number,
  begin: number,
  blocks: number,
): ReadonlyMap<number, number> {
  if (blocks === 0) return new Map();
  const first = begin / size;
  const rows = db.sql(COUNTS).all(row, size, first, first + blocks - 1);
  return new Map(rows.map(({ block, count }) => [Number(block), Number(count)]));
}

const ADD = `
  insert into gaps (row_id, size, block, count) values (?, ?, ?, 1)
      on conflict (row_id, size, block) do update set count = count + 1`;
const COUNTS = "select block, count from gaps where row_id = ? and size = ? and block between ? and ?";
