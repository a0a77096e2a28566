import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where the server listens. */
export interface Ports {
  readonly port: number;
  /** Null: it speaks no TLS. */
  readonly tlsPort: number | null;
}

const PACKET_BYTES = 16 * 1024;
const PACKET_EVERY_MS = 100;
const PASTE_EVERY_MS = 1000;
const RENEGOTIATE_EVERY_MS = 50;
const CHARACTER_MODE = "\xff\xfd\x01\xff\xfd\x03";
const ECHO_TOGGLE = "\xff\xfd\x01\xff\xfe\x01";
const AYT = "\xff\xf6";
/** As many as come from one address at once, and one less. */
const PER_ADDRESS = 31;

/** Attacks on ports of 127.0.0.1. Each goes on until its process is ended, at a bounded rate. */
export const attacks = {
  /** 1,000 connections a second from one address. */
  flood({ port }: Ports): void {
    setInterval(() => {
      for (let i = 0; i < 10; i++) {
        const socket = from(port, "127.0.0.2");
        socket.once("data", () => socket.destroy());
      }
    }, 10);
  },

  /** 1,000 people who type a letter of their name each second. */
  slowLogins({ port }: Ports): void {
    again(1000, (i) => {
      const socket = from(port, `127.0.1.${1 + (i % 40)}`);
      const typing = setInterval(() => socket.write("a"), 1000);
      socket.on("close", () => clearInterval(typing));
      return socket;
    });
  },

  /** 5,000 connections that say nothing. */
  neverLogIn({ port }: Ports): void {
    again(5000, (i) => from(port, `127.0.2.${1 + (i % 200)}`));
  },

  /** 500 people who never end their line. */
  endlessLine({ port }: Ports): void {
    again(500, (i) => {
      const socket = from(port, `127.0.3.${1 + (i % 20)}`);
      socket.write(`e${i}\r\n`);
      const typing = setInterval(() => socket.write("x".repeat(4096)), 200);
      socket.on("close", () => clearInterval(typing));
      return socket;
    });
  },

  /** Ten who are in every room, ask for more than the kernel holds for them, and read nothing. */
  neverRead({ port }: Ports): void {
    again(10, (i) => {
      const socket = from(port, `127.0.4.${1 + i}`);
      socket.pause();
      const rooms = Array.from({ length: 10 }, (_, room) => `/join r0${room}\r\n`).join("");
      socket.write(`n${i}\r\n${rooms}${"/history 100 r00\r\n".repeat(2000)}`);
      return socket;
    });
  },

  /** 124 strangers who press ^C without end, and read nothing. */
  controlC({ port }: Ports): void {
    again(4 * PER_ADDRESS, (i) => pour(from(port, `127.0.5.${1 + (i % 4)}`), CHARACTER_MODE, "\x03"));
  },

  /** 62 people who press keys that do nothing but be answered, and read nothing. */
  keys({ port }: Ports): void {
    const keys = `${"a\b".repeat(16)}\x03${AYT}`;
    again(2 * PER_ADDRESS, (i) => pour(from(port, `127.0.6.${1 + (i % 2)}`), aName() + CHARACTER_MODE, keys));
  },

  /** 124 who have begun a line and switch the echo on and off without end; half of them have no name yet. */
  optionToggles({ port }: Ports): void {
    again(4 * PER_ADDRESS, (i) => {
      const beginning = (i % 2 === 0 ? aName() : "") + "x".repeat(2000);
      return pour(from(port, `127.0.7.${1 + (i % 4)}`), beginning, ECHO_TOGGLE);
    });
  },

  /** 62 people with a long line who type a word and erase it without end. */
  eraseWord({ port }: Ports): void {
    const beginning = CHARACTER_MODE + "x ".repeat(15_000);
    again(2 * PER_ADDRESS, (i) => pour(from(port, `127.0.8.${1 + (i % 2)}`), aName() + beginning, "x \x17"));
  },

  /** 30 people who paste 200 commands each second. */
  pastedCommands({ port }: Ports): void {
    const commands = Array.from({ length: 200 }, (_, i) => ["/rooms\r\n", "/users\r\n", "/history 100 r00\r\n"][i % 3]);
    again(30, (i) => {
      const socket = from(port, `127.0.9.${1 + (i % 3)}`);
      socket.write(`${aName()}/join r00\r\n`);
      const pasting = setInterval(() => {
        if (socket.writableLength === 0) socket.write(commands.join(""));
      }, PASTE_EVERY_MS);
      socket.on("close", () => clearInterval(pasting));
      return socket;
    });
  },

  /** 31 people who ask once for more small answers than the kernel holds for them, and read nothing. */
  deafSmallOutput({ port }: Ports): void {
    again(PER_ADDRESS, () => {
      const socket = from(port, "127.0.10.1");
      socket.pause();
      socket.write(`${aName()}${CHARACTER_MODE}${"\x03".repeat(64 * 1024)}`, "latin1");
      return socket;
    });
  },

  /** 31 people who shake hands anew 20 times a second each. */
  renegotiation({ tlsPort }: Ports): void {
    if (tlsPort === null) throw new Error("the server speaks no TLS");
    again(PER_ADDRESS, () => {
      const place = { port: tlsPort, host: "127.0.0.1", localAddress: "127.0.11.1" };
      const socket = connectTls({ ...place, maxVersion: "TLSv1.2", rejectUnauthorized: false });
      const renegotiate = (): void => {
        const isAsked = socket.renegotiate({}, (error) => {
          if (!error) setTimeout(renegotiate, RENEGOTIATE_EVERY_MS);
        });
        if (!isAsked) socket.destroy();
      };
      socket.once("secureConnect", () => {
        socket.write(aName());
        renegotiate();
      });
      return socket.on("error", () => {}).on("data", () => {});
    });
  },
} as const;

export type Attack = keyof typeof attacks;

function from(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {}).on("data", () => {});
  return socket;
}

/** Keeps so many of them there: who is closed comes again a second later. They come over two seconds. */
function again(count: number, make: (index: number) => Socket): void {
  const start = (index: number): void => {
    make(index).once("close", () => setTimeout(() => start(index), 1000));
  };
  for (let i = 0; i < count; i++) setTimeout(() => start(i), (i / count) * 2000);
}

/** Reads nothing, and sends a packet ten times a second while the kernel takes them: bytes (latin1), over and over. */
function pour(socket: Socket, first: string, bytes: string): Socket {
  socket.pause();
  socket.write(first, "latin1");
  const packet = Buffer.from(bytes.repeat(Math.floor(PACKET_BYTES / bytes.length)), "latin1");
  const pouring = setInterval(() => {
    if (socket.writableLength === 0) socket.write(packet);
  }, PACKET_EVERY_MS);
  return socket.on("close", () => clearInterval(pouring));
}

let names = 0;

/** A login that nobody else has, also of those who were closed. */
function aName(): string {
  return `a${(names += 1)}\r\n`;
}
