import type { Scene } from "./transcript.ts";

/** A transcript in a page, by its name there. */
export interface Conversation {
  readonly page: string;
  readonly name: string;
  readonly scenes: readonly Scene[];
}

function logIn(one: string, two: string): Scene {
  return [
    { who: "one", types: "nc localhost PORT", one: /Login:/ },
    { who: "one", types: one, one: /Type \/help to see available commands\./ },
    { who: "two", types: "nc localhost PORT", two: /Login:/ },
    { who: "two", types: two, two: new RegExp(`You are in lobby with ${one}\\.`), one: /joined lobby\./ },
  ];
}

const talk: readonly Scene[] = [
  logIn("one", "two"),
  [{ who: "one", types: "hello!", two: /\[one\]: hello!/ }],
  [{ who: "two", types: "hi one", one: /\[two\]: hi one/ }],
  [
    { who: "one", types: "/create Planes", one: /Room Planes created\./ },
    { who: "one", types: "/join Planes", one: /User one joined Planes\./ },
  ],
  [{ who: "two", types: "/join Planes", two: /User two joined Planes\./, one: /User two joined Planes\./ }],
  [{ who: "two", types: "so this is where you are", one: /\[two\]: so this is where you are/ }],
  [{ who: "one", types: "/me lands", one: /\* one lands/, two: /\* one lands/ }],
  [{ who: "two", types: "/whisper one psst", one: /<<two>>: psst/ }],
  [{ who: "one", types: "/history", one: /last 2 lines in Planes[^]*\* one lands/ }],
  [{ who: "one", types: "/quit", one: /Bye\./, two: /User two now owns Planes\./ }],
];

const privateRoom: readonly Scene[] = [
  logIn("ann", "ben"),
  [
    { who: "one", types: "/create_private Cellar", one: /Room Cellar created\./ },
    { who: "one", types: "/join Cellar", one: /User ann joined Cellar\./ },
  ],
  [{ who: "one", types: "/invite ben", one: /User added to private room members\./, two: /I invited you .* Cellar\./ }],
  [{ who: "two", types: "/join Cellar", two: /User ben joined Cellar\./, one: /User ben joined Cellar\./ }],
  [{ who: "two", types: "only you see this", one: /\[ben\]: only you see this/ }],
  [{ who: "one", types: "/kick ben", one: /ben was kicked from Cellar\./, two: /Type \/join lobby to talk there\./ }],
  [{ who: "two", types: "/join Cellar", two: /There is no room with this name\./ }],
];

/** Everything that is recorded for the docs but the moving picture. */
export const conversations: readonly Conversation[] = [
  { page: "README.md", name: "talk", scenes: talk },
  { page: "docs/guide.md", name: "private-room", scenes: privateRoom },
];
