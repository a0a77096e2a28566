/** What a frame carries (RFC 6455, 5.2). */
export const opcodes = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

export type Opcode = (typeof opcodes)[keyof typeof opcodes];

/** The frame is the last, and the only one, of its message. */
const FIN = 0x80;
/** Maximum length that the header's second byte holds; beyond it, two bytes or eight more have the length. */
const MAX_SHORT = 125;
const MAX_TWO_BYTES = 0xff_ff;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** Returns messages as frames of a server, which are not masked (RFC 6455, 5.1), one behind the other in one buffer. */
export function frames(opcode: Opcode, messages: readonly string[]): Buffer {
  const lengths = messages.map((message) => Buffer.byteLength(message));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headerBytes(length) + length, 0));
  let at = 0;
  for (const [i, message] of messages.entries()) {
    at = writeHeader(bytes, at, opcode, lengths[i] ?? 0);
    at += bytes.write(message, at);
  }
  return bytes;
}

/** Returns a frame of a server with bytes in it. Control frames have 125 at most (RFC 6455, 5.5). */
export function frame(opcode: Opcode, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes(payload.length) + payload.length);
  bytes.set(payload, writeHeader(bytes, 0, opcode, payload.length));
  return bytes;
}

function headerBytes(length: number): number {
  return length <= MAX_SHORT ? 2 : length <= MAX_TWO_BYTES ? 4 : 10;
}

/** Returns where the payload begins. */
function writeHeader(bytes: Buffer, at: number, opcode: Opcode, length: number): number {
  bytes[at] = FIN | opcode;
  if (length <= MAX_SHORT) return bytes.writeUInt8(length, at + 1);
  if (length <= MAX_TWO_BYTES) {
    bytes[at + 1] = TWO_BYTES;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = EIGHT_BYTES;
  return bytes.writeBigUInt64BE(BigInt(length), at + 2);
}
