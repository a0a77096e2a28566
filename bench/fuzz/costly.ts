import { DEAF, PACKET_END } from "./door.ts";
import { CHARACTER_MODE, LOGIN } from "./runs.ts";

const END = String.fromCharCode(PACKET_END);
const READS_NOTHING = String.fromCharCode(DEAF);
const KEYS = `${LOGIN}${CHARACTER_MODE}${END}`;
const ECHO_TOGGLES = "x".repeat(2000) + "\xff\xfd\x01\xff\xfe\x01".repeat(2730);

/** What once cost too much, or was thought to (latin1). */
const INPUTS: Readonly<Record<string, string>> = {
  "are you there": LOGIN + READS_NOTHING + "\xff\xf6".repeat(32_768),
  "^C": KEYS + READS_NOTHING + "\x03".repeat(32_768),
  "^C before login": CHARACTER_MODE + READS_NOTHING + "\x03".repeat(65_536),
  "echo toggles": LOGIN + ECHO_TOGGLES,
  "echo toggles before login": ECHO_TOGGLES,
  "empty lines": `${LOGIN}/leave\r\n${END}${"\n".repeat(60_000)}`,
  "erased keys": KEYS + READS_NOTHING + "a\b".repeat(32_768),
  "erased words": `${KEYS}${"x ".repeat(15_001)}${"\x17x ".repeat(2999)}\x17`,
  "pasted history": LOGIN + "hello\r\n/history 100\r\n".repeat(100),
  "pasted lines": LOGIN + "x\r\n".repeat(1000),
  "pasted rooms": LOGIN + "/rooms\r\n".repeat(200),
  "pasted topics": `${LOGIN}/create mine\r\n/join mine\r\n${END.repeat(8)}${"/topic x\r\n".repeat(200)}`,
  "pasted whispers": LOGIN + READS_NOTHING + "/whisper one x\r\n".repeat(500),
  "refused options": LOGIN + READS_NOTHING + "\xff\xfd*".repeat(21_845),
};

/** Long inputs that are tried as they are, first. */
export const costlyInputs: readonly Buffer[] = Object.values(INPUTS).map((input) => Buffer.from(input, "latin1"));
