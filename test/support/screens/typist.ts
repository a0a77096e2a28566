import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Test } from "tap";
import { Screen } from "./screen.ts";

const CHARACTER_MODE = "fffd01fffd03";
/** Telnet commands of three bytes, and one of two. */
const COMMANDS = /\u00ff(?:[\u00fb-\u00fe][^]|[\u00f0-\u00fa])/g;

/** Somebody whose client sends each key as it is pressed, and what their terminal shows. */
export class Typist {
  readonly screen: Screen;
  readonly socket: Socket;
  /** Telnet commands that came, as hex. */
  commands = "";
  /** All else that came, as latin1. */
  output = "";
  /** Number of times that something came. */
  reads = 0;
  #shown = Promise.resolve();

  constructor(socket: Socket, screen: Screen) {
    this.socket = socket;
    this.screen = screen;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => {});
  }

  /** Connects, and is closed when the test ends. @param mode the telnet commands that it begins with, as hex */
  static async connect(t: Test, port: number, screen = new Screen(), mode = CHARACTER_MODE): Promise<Typist> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    t.teardown(() => socket.destroy());
    await once(socket, "connect");
    const typist = new Typist(socket, screen);
    typist.sends(mode);
    return typist;
  }

  static async login(t: Test, port: number, name: string, screen = new Screen()): Promise<Typist> {
    const typist = await Typist.connect(t, port, screen);
    typist.types(`${name}\r`);
    await typist.shows(/^Type \/help/);
    return typist;
  }

  types(keys: string): void {
    this.socket.write(keys);
  }

  /** @param hex telnet commands */
  sends(hex: string): void {
    this.socket.write(Buffer.from(hex, "hex"));
  }

  /** As `Screen.shows`. */
  shows(line: RegExp): Promise<void> {
    return this.screen.shows(line);
  }

  /** As `Screen.endsWith`. */
  endsWith(line: string, column = line.length): Promise<void> {
    return this.screen.endsWith(line, column);
  }

  #receive(chunk: Buffer): void {
    this.reads += 1;
    const text = chunk.toString("latin1");
    this.commands += Buffer.from((text.match(COMMANDS) ?? []).join(""), "latin1").toString("hex");
    const output = text.replaceAll(COMMANDS, "");
    this.output += output;
    const shown = Buffer.from(output, "latin1");
    this.#shown = this.#shown.then(() => this.screen.write(shown));
  }
}
