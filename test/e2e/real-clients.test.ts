import { exec } from "node:child_process";
import { promisify } from "node:util";
import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { program, withParts } from "../../tools/parts.ts";
import { script, Terminal } from "../support/processes/terminal.ts";

const telnet = [program("telnet"), script];
const nc = [program("nc"), script];
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const BACKSPACE = "\x7f";

for (const [command, parts] of [
  ["telnet", telnet],
  ["nc", nc],
] as const) {
  await withParts(t, parts, `two people in ${command} log in, talk, whisper and leave`, async (t) => {
    const { port } = await aDaemon(t);
    const one = await Terminal.run(t, `${command} 127.0.0.1 ${port}`);
    await one.sees("Login:");
    one.type("one\n");
    await one.sees("Welcome, one.\nType /help to see available commands.\n");
    const two = await Terminal.run(t, `${command} 127.0.0.1 ${port}`);
    await two.sees("Login:");
    two.type("two\n");
    await two.sees("You are in lobby with one. What you type is said there.\n");
    await one.sees("[*]: User two joined lobby.\n");
    one.type(`grüße wel${BACKSPACE}${BACKSPACE}${BACKSPACE}Welt 👩‍👩‍👧‍👦\n`);
    await two.sees("[one]: grüße Welt 👩‍👩‍👧‍👦\n");
    two.type("/whisper one привет\n");
    await one.sees("<<two>>: привет\n");
    two.type("/quit\n");
    await two.sees("Bye.\n");
    await one.sees("[*]: User two left lobby.\n");
    one.type("/users\n");
    await one.sees("Online users: one\n");
  });
}

await withParts(t, telnet, "^C in telnet says how to leave, drops what was typed, and swallows nothing", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const one = await Terminal.run(t, `telnet 127.0.0.1 ${port}`);
  await one.sees("Login:");
  one.type(CTRL_C);
  await one.sees("Type /quit to leave.\nLogin:");
  one.type("one\n");
  await one.sees("What you type is said there.\n");
  one.type("half a line");
  await one.sees("half a line");
  one.type(CTRL_C);
  await one.sees("\nType /quit to leave.\n");
  two.send("still there?");
  await one.sees("[two]: still there?\n");
  one.type("yes\n");
  t.equal(await two.expect(/^\[one\]/), "[one]: yes");
});

await withParts(t, telnet, "^D in telnet says how to leave, and is no part of the next line", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Terminal.run(t, `telnet 127.0.0.1 ${port}`);
  await one.sees("Login:");
  one.type(CTRL_D);
  await one.sees("Type /quit to leave.\nLogin:");
  one.type("one\n");
  await one.sees("Welcome, one.\n");
  one.type("/quit\n");
  await one.sees("Connection closed by foreign host.");
  await one.ended();
});

await withParts(t, [...telnet, program("stty")], "a telnet window may change its size at any time", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Terminal.run(t, `telnet 127.0.0.1 ${port}`);
  await one.sees("Login:");
  one.resize(40, 266);
  one.type("one\n");
  await one.sees("Welcome, one.\n");
  one.type("/us");
  one.resize(24, 255);
  one.type("ers\n");
  await one.sees("Online users: one\n");
});

await withParts(
  t,
  [...telnet, program("stty")],
  "telnet in character mode shows what is typed, and lets it be edited",
  async (t) => {
    const { port } = await aDaemon(t);
    const two = await Client.login(t, port, "two");
    const one = await Terminal.run(t, `telnet 127.0.0.1 ${port}`);
    await one.sees("Login:");
    one.type("one\n");
    await one.sees("What you type is said there.\n");
    one.type("\x1dmode character\n");
    await one.takes("keys");
    one.type(`helko${BACKSPACE}${BACKSPACE}lo\r`);
    t.equal(await two.expect(/^\[one\]/), "[one]: hello");
    await one.sees("hello\n");
    one.type(`gone${CTRL_C}`);
    await one.sees("Type /quit to leave.\n");
    one.type("\x1dmode line\n");
    await one.takes("lines");
    one.type("back in line mode\n");
    t.equal(await two.expect(/^\[one\]/), "[one]: back in line mode");
  },
);

await withParts(t, nc, "^C ends nc, and the others are told", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const one = await Terminal.run(t, `nc 127.0.0.1 ${port}`);
  await one.sees("Login:");
  one.type("one\n");
  await one.sees("Welcome, one.\n");
  one.type(CTRL_C);
  await one.ended();
  await two.expect("[*]: User one left lobby.");
});

await withParts(t, nc, "^D in nc -N ends the session after what was said", async (t) => {
  const { port } = await aDaemon(t);
  const two = await Client.login(t, port, "two");
  const one = await Terminal.run(t, `nc -N 127.0.0.1 ${port}`);
  await one.sees("Login:");
  one.type("one\nlast words\n");
  await one.sees("last words");
  one.type(CTRL_D);
  await two.expect("[one]: last words");
  await two.expect("[*]: User one left lobby.");
  await one.ended();
});

await withParts(t, [program("nc")], "lines piped through nc -N get every reply", async (t) => {
  const { port } = await aDaemon(t);
  const command = `printf 'one\\nhi\\n/users\\n' | nc -N 127.0.0.1 ${port}`;
  const { stdout } = await promisify(exec)(command);
  t.equal(
    stdout,
    [
      "Login:Welcome, one.",
      "Type /help to see available commands.",
      "You are in lobby. Nobody else is here right now. What you type is said there.",
      "Nobody else is in lobby. Your line is kept for whoever joins later.",
      "Online users: one",
      "",
    ].join("\r\n"),
  );
});
