import type { Play, Step } from "./play.ts";

type Name = "ann" | "ben" | "cat";
type Seen = Step<Name>["seen"];

function types(who: Name, keys: string, seen: Seen): Step<Name> {
  return { who, keys, enter: true, seen };
}

function presses(who: Name, keys: string, seen: Seen): Step<Name> {
  return { who, keys, enter: false, seen };
}

const CTRL_C = "\u0003";

/** Three people in three programs: what a newcomer may want to see once. */
export const evening: Play<Name> = {
  people: ["ann", "ben", "cat"],
  once: /^Type \/help|^What is said in rooms|^If your connection breaks/,
  scenes: [
    {
      title: "ann comes first, with telnet. She lets chatd edit her line.",
      steps: [
        types("ann", "telnet localhost PORT", { ann: /Login:/ }),
        types("ann", "ann", { ann: /What you type is said there\./ }),
        types("ann", "/set edit on", { ann: /nothing else changes\./ }),
      ],
    },
    {
      title: "ben comes with PuTTY, which sends each key by itself. Here it is plink, PuTTY without a window.",
      steps: [
        types("ben", "plink -telnet -P PORT localhost", { ben: /Login:/ }),
        types("ben", "ben", { ben: /You are in lobby with ann\./, ann: /User ben joined lobby\./ }),
      ],
    },
    {
      title: "ann has typed half a line when ben says something: on her screen her line stays whole, below his.",
      steps: [
        presses("ann", "Has anybody seen ", {}),
        types("ben", "good evening!", { ann: /\[ben\]: good evening!/ }),
        types("ann", "my umbrella?", { ben: /\[ann\]: Has anybody seen my umbrella\?/ }),
      ],
    },
    {
      title: "cat comes with nc, and sees what was said before.",
      steps: [
        types("cat", "nc localhost PORT", { cat: /Login:/ }),
        types("cat", "cat", { cat: /my umbrella\?/, ann: /User cat joined lobby\./, ben: /User cat joined lobby\./ }),
        types("cat", "it stands in the greenhouse", { ann: /in the greenhouse/, ben: /in the greenhouse/ }),
      ],
    },
    {
      title: "ben mistypes, and makes a room.",
      steps: [
        types("ben", "/jion Greenhouse", { ben: /Did you mean \/join\?/ }),
        types("ben", "/create Greenhouse", { ben: /Room Greenhouse created\./ }),
        types("ben", "/join Greenhouse", { ben: /User ben joined Greenhouse\./ }),
      ],
    },
    {
      title: "ann is in two rooms now: she talks in the one that she joined last, and says something in the other.",
      steps: [
        types("ann", "/join greenhouse", { ann: /ann joined Greenhouse\./, ben: /ann joined Greenhouse\./ }),
        types("ben", "I have it!", { ann: /\[ben\]: I have it!/ }),
        types("ann", "#lobby it was here, thank you", { ben: /thank you/, cat: /thank you/ }),
        types("cat", "/join Greenhouse", {
          ann: /cat joined Greenhouse\./,
          ben: /cat joined Greenhouse\./,
          cat: /cat joined Greenhouse\./,
        }),
      ],
    },
    {
      title: "A whisper is for one person.",
      steps: [
        types("ben", "/whisper ann it has a hole", { ann: /Type \/r TEXT to answer\./ }),
        types("ann", "/r do not tell cat", { ben: /Type \/r TEXT to answer\./ }),
      ],
    },
    {
      title: "cat presses ^C, as if her connection broke. She comes back to her rooms, and to what was said meanwhile.",
      steps: [
        presses("cat", CTRL_C, {
          ann: /cat left [^]*cat left \w+\./,
          ben: /cat left [^]*cat left \w+\./,
          cat: /\^C\n\$/,
        }),
        types("ben", "/me opens the umbrella", { ann: /\* ben opens/, ben: /\* ben opens/ }),
        types("ann", "inside? that brings bad luck", { ben: /bad luck/ }),
        types("cat", "nc localhost PORT", { cat: /Login:/ }),
        types("cat", "cat", {
          cat: /bad luck/,
          ann: /cat joined [^]*cat joined \w+\./,
          ben: /cat joined [^]*cat joined \w+\./,
        }),
      ],
    },
    {
      title: "The owner of a room lets somebody else keep order there.",
      steps: [
        types("ben", "/op ann", { ben: /now an operator/, ann: /made ann an operator/, cat: /made ann an operator/ }),
      ],
    },
    {
      title: "ann leaves. Everything that was said in the room stays there.",
      steps: [
        types("ann", "/quit", {
          ann: /Connection closed by foreign host\.\n\$/,
          ben: /ann left [^]*ann left \w+\./,
          cat: /ann left [^]*ann left \w+\./,
        }),
        types("cat", "/history", { cat: /last 3 lines in Greenhouse[^]*bad luck/ }),
      ],
    },
  ],
};
