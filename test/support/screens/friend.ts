import type { Socket } from "node:net";
import type { Test } from "tap";
import { Terminal } from "../processes/terminal.ts";
import type { TestDoor } from "../sockets/door.ts";
import { until } from "../sockets/until.ts";
import { Screen } from "./screen.ts";

const SHELL = "env PS1='$ ' HISTFILE= TERM=dumb bash --noprofile --norc";
/** IAC SB NAWS, two numbers of two bytes, IAC SE (RFC 1073). */
const NAWS_BYTES = 9;

/** Somebody in front of a shell, who talks with a program that runs there. */
export class Friend {
  readonly name: string;
  readonly #terminal: Terminal;
  readonly #door: TestDoor;
  readonly #command: string;
  /** The server's side of the last connection. */
  #socket: Socket | undefined;

  private constructor(name: string, terminal: Terminal, door: TestDoor, command: string) {
    this.name = name;
    this.#terminal = terminal;
    this.#door = door;
    this.#command = command;
  }

  /** Opens a window of 80 columns and 24 rows, connects with this command, and logs in. `PORT` in it is the door's. */
  static async comes(t: Test, door: TestDoor, name: string, command: string): Promise<Friend> {
    const terminal = await Terminal.run(t, SHELL, new Screen());
    const friend = new Friend(name, terminal, door, command.replace("PORT", String(door.port)));
    await friend.endsWith("$", 2);
    await friend.logsIn();
    await friend.shows(/^You are in lobby/);
    return friend;
  }

  /** Types the command and the name. */
  async logsIn(): Promise<void> {
    const { length } = this.#door.sockets;
    this.types(`${this.#command}\r`);
    await this.endsWith("Login:");
    this.#socket = this.#door.sockets[length];
    this.types(`${this.name}\r`);
  }

  /** Presses keys; `\r` is Enter. */
  types(keys: string): void {
    this.#terminal.type(keys);
  }

  /** Everything that went to the screen, byte for byte. */
  get output(): string {
    return this.#terminal.screen;
  }

  get lines(): readonly string[] {
    return this.#terminal.window.lines;
  }

  /** As `Screen.shows`. */
  shows(line: RegExp): Promise<void> {
    return this.#terminal.window.shows(line);
  }

  /** As `Screen.endsWith`. */
  endsWith(line: string, column = line.length): Promise<void> {
    return this.#terminal.window.endsWith(line, column);
  }

  /** As `Terminal.takes`. */
  takes(what: "keys" | "lines"): Promise<void> {
    return this.#terminal.takes(what);
  }

  /** Makes the window another size; resolves when the program has told the server. */
  async resizes(rows: number, columns: number): Promise<void> {
    const before = this.#socket?.bytesRead ?? 0;
    this.#terminal.resize(rows, columns);
    await until(() => (this.#socket?.bytesRead ?? 0) >= before + NAWS_BYTES, `${this.name}'s window is told`);
  }

  /** The connection breaks, and both sides learn it. */
  loses(): void {
    this.#socket?.resetAndDestroy();
  }
}
