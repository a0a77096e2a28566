import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { LineDecoder } from "../../src/telnet/input.ts";
import { finishLine } from "../../src/telnet/typed-line.ts";
import { type Request, parseLine } from "../../src/commands/dispatch.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { holds } from "../support/property.ts";
import { RecordingSink } from "../support/sockets/recording-sink.ts";
import { cutAt } from "../support/sockets/splits.ts";
import { cuts, wildBytes, wildText } from "../../tools/wild-bytes.ts";

const EMPTY: Request = { type: "empty" };

function text(said: string): Request {
  return { type: "text", text: said, to: null };
}

function roomText(room: string, said: string, line: string): Request {
  return { type: "text", text: line, to: { name: room, text: said } };
}

function command(name: string, rest = ""): Request {
  return { type: "command", name, rest };
}

const TABLE: readonly { readonly what: string; readonly line: string; readonly means: Request }[] = [
  { what: "an empty line is nothing", line: "", means: EMPTY },
  { what: "blanks are nothing", line: "  \t ", means: EMPTY },
  { what: "what is invisible is nothing", line: "\u0004\u200b\u001b\ufeff", means: EMPTY },
  { what: "blanks of other scripts are nothing", line: "\u00a0\u3000", means: EMPTY },
  { what: "so are marks and joiners without a letter", line: " \u200d\ufe0f\u0301", means: EMPTY },
  { what: "so is an arrow key", line: "\u001b[A\u001b[A", means: EMPTY },
  { what: "so are the blanks of braille", line: "\u2800\u2800", means: EMPTY },
  { what: "anything else is said", line: "hi there", means: text("hi there") },
  { what: "blanks at the end are not said", line: "hi \t ", means: text("hi") },
  { what: "blanks at the beginning are, for drawings", line: "  hi", means: text("  hi") },
  { what: "a slash later in the line is said", line: "either/or", means: text("either/or") },
  {
    what: "a command behind a blank is not done, and not said",
    line: " /w ann psst",
    means: { ...text(" /w ann psst"), meant: "/" } as Request,
  },
  { what: "nor is what is for a room", line: "  #Cats hi", means: { ...text("  #Cats hi"), meant: "#" } as Request },
  { what: "two slashes behind a blank say one", line: " //quit", means: text(" /quit") },
  { what: "two number signs, too", line: " ##Cats hi", means: text(" #Cats hi") },
  { what: "a path behind a blank is said", line: " /etc/motd", means: text(" /etc/motd") },
  { what: "so is a comment", line: "  // so", means: text("  // so") },
  { what: "and a heading", line: " # so", means: text(" # so") },
  { what: "two slashes say one", line: "//quit", means: text("/quit") },
  { what: "three slashes say two", line: "///", means: text("//") },
  { what: "two slashes alone say one", line: "//", means: text("/") },
  { what: "a slash begins a command", line: "/users", means: command("users") },
  { what: "a command has no case", line: "/USERS", means: command("users") },
  { what: "what follows keeps its case", line: "/join Planes", means: command("join", "Planes") },
  { what: "what follows is trimmed", line: "/join   Planes  ", means: command("join", "Planes") },
  { what: "blanks within what follows stay", line: "/w two a  b", means: command("w", "two a  b") },
  { what: "a tab ends a command's name too", line: "/join\tPlanes", means: command("join", "Planes") },
  { what: "a slash alone is a command without a name", line: "/", means: command("") },
  { what: "so is a slash and a blank", line: "/ join", means: command("", "join") },
  { what: "a command keeps slashes in what follows", line: "/me a/b //c", means: command("me", "a/b //c") },
  {
    what: "a number sign and a name begin what is for a room",
    line: "#Cats hi",
    means: roomText("Cats", "hi", "#Cats hi"),
  },
  {
    what: "blanks before what is for a room go, those within it stay",
    line: "#a-1   b  c ",
    means: roomText("a-1", "b  c", "#a-1   b  c"),
  },
  { what: "a colon may stand behind the room", line: "#Cats: hi", means: roomText("Cats", "hi", "#Cats: hi") },
  { what: "so may a comma", line: "#Cats, hi", means: roomText("Cats", "hi", "#Cats, hi") },
  { what: "a room alone is given nothing", line: "#Cats ", means: roomText("Cats", "", "#Cats") },
  {
    what: "so is one with nothing visible behind it",
    line: "#Cats \u0301",
    means: roomText("Cats", "", "#Cats \u0301"),
  },
  {
    what: "the room may be one of an application",
    line: "#celtra/7 hi",
    means: roomText("celtra/7", "hi", "#celtra/7 hi"),
  },
  { what: "also one of main", line: "#main/Cats: hi", means: roomText("main/Cats", "hi", "#main/Cats: hi") },
  { what: "two number signs say one", line: "##Cats hi", means: text("#Cats hi") },
  { what: "three say two", line: "###", means: text("##") },
  { what: "a number sign alone is said", line: "#", means: text("#") },
  { what: "so is one before a blank", line: "# a heading", means: text("# a heading") },
  { what: "so is one before what is no room's name", line: "#include<x> y", means: text("#include<x> y") },
  { what: "one later in the line is said", line: "we are #1", means: text("we are #1") },
  {
    what: "control characters go before anything is looked at",
    line: "\u0004/\u0000qu\u001bit",
    means: command("quit"),
  },
  { what: "one between two slashes hides no command", line: "/\u200b/quit", means: text("/quit") },
  { what: "an escape sequence is not said", line: "\u001b[2Jhi", means: text("hi") },
];

t.test("a line means nothing, something to say, or a command", async (t) => {
  for (const { what, line, means } of TABLE) t.same(parseLine(line), means, what);
});

t.test("nothing that is parsed holds a control character, and the name of a command holds no blank", async (t) => {
  holds(
    t,
    fc.property(wildText, fc.constantFrom("", "/", "//", "/me ", "#", "#Cats "), (line, start) => {
      const input = parseLine(start + line);
      deepEqual(controlsIn(JSON.stringify(Object.values(input))), []);
      if (input.type === "text") deepEqual([input.text === "", input.text], [false, input.text.trimEnd()]);
      if (input.type === "text" && input.to) deepEqual(input.to.text, input.to.text.trim());
      if (input.type === "command") deepEqual([/[ A-Z]/.test(input.name), input.rest.trim()], [false, input.rest]);
    }),
    1000,
  );
});

t.test("any bytes in any split are parsed as unsplit", async (t) => {
  const parsed = (packets: readonly Buffer[]): Request[] => {
    const sink = new RecordingSink();
    const limits = { maxLineBytes: 0, maxRunBytes: 32 * 1024 };
    const decoder = new LineDecoder(limits);
    for (const packet of packets) decoder.push(packet, 0, packet.length, sink);
    finishLine(decoder.begunLine(), limits, sink);
    return sink.lines.map(parseLine);
  };
  holds(
    t,
    fc.property(wildBytes, cuts, (bytes, places) => deepEqual(parsed(cutAt(bytes, places)), parsed([bytes]))),
  );
});

t.test("whatever somebody wants to say can be said", async (t) => {
  const visible = fc.string({ unit: "grapheme" }).filter((one) => one.trimEnd() !== "" && controlsIn(one).length === 0);
  const start = fc.constantFrom("", " ", "/", "#", "//", " /", "  #", " //", " ##", "  ///");
  holds(
    t,
    fc.property(start, visible, (begins, visibly) => {
      const wanted = begins + visibly;
      const line = wanted.replace(/^([/#])|^( +)([/#])(?=\3*[\w-]+(?: |$))/, "$1$1$2$3$3");
      deepEqual(parseLine(line), text(wanted.trimEnd()));
    }),
  );
});
