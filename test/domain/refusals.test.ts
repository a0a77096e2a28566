import t from "tap";
import type { Application } from "../../src/chat/applications/applications.ts";
import { addApplication, changeApplication } from "../../src/chat/operations/administer-applications.ts";
import type { ChatSettings } from "../../src/chat/context.ts";
import { MAX_WRONG_TOKENS } from "../../src/chat/operations/enter-application.ts";
import { MAX_IGNORED } from "../../src/chat/operations/ignore.ts";
import { cleanBody, MAX_BODY_BYTES } from "../../src/domain/body.ts";
import { SAY } from "../../src/domain/permissions.ts";
import { Refusal, type RefusalCode, refusalCodes } from "../../src/domain/refusals.ts";
import { MAX_BAN_REASON, MAX_BANS, MAX_OPERATORS } from "../../src/domain/rights.ts";
import { StoreError, type StoreErrorCode } from "../../src/ports/store-error.ts";
import { aNode, type FakeNode } from "../support/world/node.ts";
import { aWorld, type Person, type World } from "../support/world/people.ts";
import { inPlanes, type Planes } from "../support/world/planes.ts";

const TOKEN = "6f1c2b0a-0000-4000-8000-000000000001";

type Seen = RefusalCode | null | undefined;

/** How each refusal comes about; returns the code that was seen. All of them can be had without a door and a database. */
const PROVOKED: Readonly<Record<RefusalCode, () => Promise<Seen>>> = {
  "unknown-command": () => alone("/root"),
  "command-of-other-chats": () => alone("/whois one"),
  "missing-argument": () => alone("/join"),
  "extra-argument": () => alone("/rooms all"),
  "blank-before-command": () => alone(" /rooms"),
  "no-room-joined": () => alone("/leave", "hello?"),
  "no-current-room": () =>
    planes(async ({ one, two }) => {
      await two.says("/create Trains", "/join Trains", "/join Planes");
      await one.says("/kick two");
      return two.refusal("hello?");
    }),
  "no-such-room": () => alone("/join Planes"),
  "room-name-taken": () => alone("/create lobby"),
  "room-not-stored": () =>
    lobby(({ world, one }) => {
      world.store.fail("createRoom", new StoreError("full", "disk full"));
      return one.refusal("/create Planes");
    }),
  "made-too-many-rooms": () => lobby(({ one }) => one.refusal("/create a", "/create b"), { roomsCreatedPerUser: 1 }),
  "address-made-too-many-rooms": () =>
    lobby(({ one }) => one.refusal("/create a", "/create b"), { roomsCreatedPerAddress: 1 }),
  "server-has-too-many-rooms": () => lobby(({ one }) => one.refusal("/create a"), { maxRooms: 1 }),
  "name-invalid": () => lobby(({ world }) => enters(world, "t w o")),
  "name-reserved": () => lobby(({ world }) => enters(world, "root"), { reservedNames: ["root"] }),
  "name-banned": () =>
    lobby(async ({ world }) => {
      const ban = { subject: "troll", untilMicros: null, reason: "", author: "root", atMicros: 1 };
      await world.context.bans.add(ban);
      return enters(world, "troll");
    }),
  "name-taken": () => lobby(({ world }) => enters(world, "ONE")),
  "name-kept": () => away((world) => enters(world, "one")),
  "wrong-code": () => away((world) => enters(world, "one:0000-0000")),
  "names-unavailable": () =>
    lobby(({ world }) => {
      world.context.presence.claim = () => Promise.reject(new StoreError("unavailable", "away"));
      return enters(world, "two");
    }),
  "room-name-invalid": () => alone("/create a.b"),
  "no-such-application": () => alone("/enter celtra"),
  "too-many-tokens": () => alone(...Array.from({ length: MAX_WRONG_TOKENS + 1 }, () => "/enter celtra wrong")),
  "application-inactive": () =>
    celtra(async ({ world, one, application }) => {
      await one.says("/create celtra/planes", "/join celtra/planes");
      await changeApplication(world.context, application, { isActive: false });
      return one.refusal("hello");
    }),
  "application-handle-taken": () =>
    lobby(({ world }) => {
      world.store.createApplication = () => Promise.resolve(null);
      return codeOf(addApplication(world.context, "celtra", TOKEN));
    }),
  "room-name-of-digits": () => celtra(({ one }) => one.refusal("/create celtra/7")),
  "room-name-of-words": () => alone("/create my room"),
  "already-in-room": () => alone("/join lobby"),
  "not-in-room": () => alone("/create Planes", "/leave Planes"),
  "not-in-named-room": () => alone("/create Planes", "#Planes hello"),
  "no-named-room": () => alone("#lobyb hello"),
  "too-many-rooms": () =>
    lobby(({ one }) => one.refusal("/create a", "/create b", "/join a", "/join b"), { roomsPerUser: 2 }),
  "not-owner": () =>
    planes(async ({ one, two }) => {
      await one.says("/op two", "/op three");
      return two.refusal("/deop three");
    }),
  "not-operator": () => planes(({ two }) => two.refusal("/kick three")),
  "lobby-is-nobodys": () => lobby(({ one }) => one.refusal("/kick one")),
  "owner-stays": () => planes(({ one }) => one.refusal("/op one")),
  "not-there": () => planes(({ one }) => one.refusal("/kick four")),
  "already-operator": () => planes(({ one }) => one.refusal("/op two", "/op two")),
  "no-operator": () => planes(({ one }) => one.refusal("/deop two")),
  "too-many-operators": () =>
    planes(({ world, one }) => {
      const room = world.room("Planes");
      room.rights = { ...room.rights, operators: Array.from({ length: MAX_OPERATORS }, (_, i) => 1000 + i) };
      return one.refusal("/op two");
    }),
  banned: () =>
    planes(async ({ one, two }) => {
      await one.says("/ban two");
      return two.refusal("/join Planes");
    }),
  "address-banned": () =>
    planes(async ({ world, one }) => {
      await one.says("/ban two");
      const [four] = await world.enterAll("four");
      return four.refusal("/join Planes");
    }),
  "not-banned": () => planes(({ one }) => one.refusal("/unban two")),
  "too-many-bans": () =>
    planes(({ one }) => one.refusal(...Array.from({ length: MAX_BANS + 1 }, (_, i) => `/ban troll${i}`))),
  "not-a-duration": () => planes(({ one }) => one.refusal("/ban two 10")),
  "ban-too-long": () => planes(({ one }) => one.refusal("/ban two 36501d")),
  "reason-too-long": () => planes(({ one }) => one.refusal(`/ban two ${"x".repeat(MAX_BAN_REASON + 1)}`)),
  "not-destroyable": () => alone("/destroy lobby"),
  "not-maker": () =>
    planes(async ({ one, two }) => {
      await one.says("hello");
      await one.ends();
      return two.refusal("/destroy Planes");
    }),
  "invite-not-private": () => alone("/invite one"),
  "already-invited": () => planes(({ one }) => one.refusal("/invite two"), true),
  "invitee-banned": () => planes(({ one }) => one.refusal("/ban two", "/invite two"), true),
  "no-such-user": () => alone("/whisper two hello"),
  "self-ignored": () => alone("/ignore One"),
  "too-many-ignored": () => alone(...Array.from({ length: MAX_IGNORED + 1 }, (_, i) => `/ignore troll${i}`)),
  "not-ignored": () => alone("/unignore two"),
  "nobody-to-reply": () => alone("/reply hello"),
  "unknown-setting": () => alone("/set mood good"),
  "not-on-or-off": () => alone("/set time maybe"),
  "not-a-number": () => alone("/history lobby 5"),
  "not-a-range": () => alone("/history 5-1"),
  "too-much-waiting": () =>
    lobby(
      ({ world, one }) => {
        world.store.hold("append");
        // The first is with the store, and the second waits.
        return one.refusal("a", "b", "c");
      },
      { maxPendingMessages: 1 },
    ),
  "store-full": () => failing("full"),
  "store-unavailable": () => failing("broken"),
  "store-unknown": () =>
    lobby(async ({ world, one }) => {
      world.store.fail("append", ...Array<StoreError>(9).fill(new StoreError("unavailable", "no answer")));
      one.types("hello");
      await world.clock.turn();
      const finished = world.chat.finish(0);
      await world.clock.pass(1000);
      await finished;
      return one.outlet.refusals.at(-1)?.code;
    }),
  "message-too-long": () => codeOf(Promise.try(() => cleanBody("x".repeat(MAX_BODY_BYTES + 1)))),
  "no-such-message": () => alone("hello", "/delete 2"),
  "not-author": () =>
    planes(async ({ one, two }) => {
      await two.says("hello");
      return one.refusal("/edit 1 bye");
    }),
  "not-author-or-operator": () =>
    planes(async ({ one, two }) => {
      await one.says("hello");
      return two.refusal("/delete 1");
    }),
  "nothing-to-undo": () => alone("/undo"),
  "not-a-message-number": () => alone("/delete it"),
  "changed-meanwhile": () =>
    saidBy(async ({ world, one }) => {
      const action = { type: "edit", author: one.session.id } as const;
      const change = { kind: "edited", ref: 1, text: "bye" } as const;
      // It was never changed, so its own position is that of its last change.
      return world.context.pipeline.perform(world.room("lobby"), { actor: one.session, action, change, expects: 9 });
    }),
  "nonce-reused": () =>
    saidBy(async ({ world, one }) => {
      const intent = { actor: one.session, action: SAY, nonce: "0".repeat(32) };
      const room = world.room("lobby");
      world.context.pipeline.submit(room, { ...intent, change: { kind: "said", text: "a" } }, () => {});
      await world.clock.turn();
      return world.context.pipeline.perform(room, { ...intent, change: { kind: "said", text: "b" } });
    }),
  "lost-name": () =>
    node(({ world, one }) => {
      world.presence.follower?.lostName(one.session.id);
      return one.refusal("hello");
    }),
  "line-not-storable": () => failing("bad-input"),
  "own-code": () => lobby(({ world, one }) => one.refusal(`one:${world.context.returnCodes.of(one.session.id, 0)}`)),
  "name-in-doubt": () =>
    node(({ world, one }) => {
      world.presence.follower?.unconfirmed(one.session.id);
      return one.refusal("/whisper one hello");
    }),
  "cut-off": () =>
    node(({ world, one }) => {
      world.presence.follower?.isolated(true);
      return one.refusal("/whisper one hello");
    }),
  "whisper-unanswered": () =>
    node(async ({ world, one }) => {
      world.elsewhere("far", 999);
      await one.says("/whisper far hello");
      await world.clock.pass(60_000);
      return one.outlet.refusals.at(-1)?.code;
    }),
  "read-failed": () =>
    lobby(({ world, one }) => {
      world.store.fail("history", new StoreError("unavailable", "too slow"));
      return one.refusal("/history");
    }),
  internal: () =>
    lobby(({ world, one }) => {
      world.context.presence.names = () => {
        throw new TypeError("a bug");
      };
      return one.refusal("/users");
    }),
};

/** One is alone in the lobby. */
async function lobby(
  provoke: (lobby: { readonly world: World; readonly one: Person }) => Promise<Seen>,
  settings: Partial<ChatSettings> = {},
): Promise<Seen> {
  const world = await aWorld(settings);
  const [one] = await world.enterAll("one");
  return provoke({ world, one });
}

/** One's connection broke, and others come from elsewhere. */
async function away(provoke: (world: World) => Promise<Seen>): Promise<Seen> {
  const world = await aWorld({ graceMs: 600_000 });
  const one = await world.entersFrom("198.51.100.1", "one");
  await one.breaks();
  return provoke(world);
}

/** As `lobby`, with an application that is open. */
function celtra(
  provoke: (parts: { readonly world: World; readonly one: Person; readonly application: Application }) => Promise<Seen>,
): Promise<Seen> {
  return lobby(async ({ world, one }) => {
    const application = await addApplication(world.context, "celtra", TOKEN);
    await changeApplication(world.context, application, { isOpen: true });
    return provoke({ world, one, application });
  });
}

/** As `lobby`, at one node of a cluster. */
async function node(
  provoke: (lobby: { readonly world: FakeNode; readonly one: Person }) => Promise<Seen>,
): Promise<Seen> {
  const world = await aNode();
  const [one] = await world.enterAll("one");
  return provoke({ world, one });
}

async function planes(provoke: (planes: Planes) => Promise<Seen>, isPrivate = false): Promise<Seen> {
  return provoke(await inPlanes(isPrivate));
}

/** One types these lines alone in the lobby, and the last one is refused. */
function alone(...lines: readonly string[]): Promise<Seen> {
  return lobby(({ one }) => one.refusal(...lines));
}

/** One has said something, and does what is refused. */
function saidBy(act: (lobby: { readonly world: World; readonly one: Person }) => Promise<unknown>): Promise<Seen> {
  return lobby(async ({ world, one }) => {
    await one.says("hello");
    const code = codeOf(act({ world, one }));
    await world.clock.turn();
    return code;
  });
}

/** One says something, and the store fails like that. */
function failing(code: StoreErrorCode): Promise<Seen> {
  return lobby(({ world, one }) => {
    world.store.fail("append", new StoreError(code, "no"));
    return one.refusal("hello");
  });
}

/** Somebody asks for a name. */
function enters(world: World, text: string): Promise<Seen> {
  return codeOf(world.enters(text));
}

async function codeOf(attempt: Promise<unknown>): Promise<Seen> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

t.test("a refusal has a code and named arguments; the sentence is the format's", (t) => {
  t.match(new Refusal("no-such-room"), { code: "no-such-room", args: {}, message: "refused: no-such-room" });
  const refusal = new Refusal("missing-argument", { usage: "/kick USER" });
  t.same(refusal.args, { usage: "/kick USER" });
  t.equal(refusal.message, "refused: missing-argument");
  t.end();
});

t.test("errors keep what caused them", (t) => {
  const cause = new Error("disk");
  t.equal(new Refusal("store-full", {}, { cause }).cause, cause);
  t.match(new StoreError("full", "append to x: full", { cause }), { code: "full", cause });
  t.end();
});

t.test("every refusal is seen when what leads to it is done", async (t) => {
  for (const code of refusalCodes) t.equal(await PROVOKED[code](), code, code);
});
