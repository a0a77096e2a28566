import { crc32c } from "@aws-crypto/crc32c";
import ipaddr from "ipaddr.js";

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const PORTS = Buffer.from([0xdc, 0x04, 0x1f, 0x90]);
const CHECKSUM_TYPE = 3;

/** An extension that holds the checksum; `aProxyHeader` works it out. */
export const CRC32C = Buffer.from([CHECKSUM_TYPE, 0, 4, 0, 0, 0, 0]);

interface Parts {
  readonly version?: number;
  /** 0: LOCAL, 1: PROXY. */
  readonly command?: number;
  readonly family: number;
  readonly addresses?: Buffer;
  readonly extensions?: Buffer;
}

/** A PROXY header of version 2, from its parts, well-formed or not. */
export function v2Header({ version = 2, command = 1, family, addresses, extensions }: Parts): Buffer {
  const rest = Buffer.concat([addresses ?? Buffer.alloc(0), extensions ?? Buffer.alloc(0)]);
  const fixed = Buffer.from([(version << 4) | command, family, rest.length >> 8, rest.length & 0xff]);
  return Buffer.concat([SIGNATURE, fixed, rest]);
}

/** A PROXY header of version 2 that says that the peer is there. */
export function aProxyHeader(address: string, ...extensions: readonly Buffer[]): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const header = v2Header({
    family: bytes.length === 4 ? 0x11 : 0x21,
    addresses: Buffer.concat([bytes, bytes, PORTS]),
    extensions: Buffer.concat(extensions),
  });
  const checksum = extensions.indexOf(CRC32C);
  if (checksum === -1) return header;
  const from = header.length - Buffer.concat(extensions.slice(checksum)).length + 3;
  header.writeUInt32BE(crc32c(header), from);
  return header;
}
