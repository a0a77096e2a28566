import t from "tap";
import { check } from "../../bench/faults/checker.ts";
import type { CheckName } from "../../bench/faults/history.ts";
import { kinds } from "../../src/domain/entry.ts";
import { Refusal } from "../../src/domain/refusals.ts";
import { refusalSentence } from "../../src/formats/text/refusal-sentences.ts";
import { texts } from "../../src/formats/text/sentences.ts";
import { Tale, type Voice } from "../support/processes/tale.ts";

/** Two people in the lobby, who have said a line each and are still there. */
function aTale(): { readonly tale: Tale; readonly ann: Voice; readonly bob: Voice } {
  const tale = new Tale();
  const [ann, bob] = [tale.enters("ann"), tale.enters("bob")];
  tale.says(ann, "t1.1", bob);
  tale.says(bob, "t2.1", ann);
  return { tale, ann, bob };
}

function found(tale: Tale): CheckName[] {
  return [...new Set(check(tale.run()).map((anomaly) => anomaly.check))].sort();
}

t.test("in a life without a fault, no check finds anything", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.makesRoom(ann, 2, "x1", true);
  tale.joins(ann, "x1");
  tale.stores(2, { kind: kinds.invited, author: ann, body: `${bob.session} bob` });
  tale.joins(bob, "x1");
  tale.says(ann, "t1.2", bob);
  tale.stores(2, { kind: kinds.kicked, author: ann, body: `${bob.session} bob` });
  bob.gets(`[*]: ${texts.youWereKicked("x1", "ann")}`);
  ann.whispers("bob", "t1.3");
  bob.gets("<<ann>>: t1.3");
  ann.asks("/history 3 lobby", "-- last 2 lines in lobby (times UTC) --", "1 20:04 [ann]: t1.1", "2 20:04 [bob]: t2.1");
  ann.tries("t1.4", refusalSentence(new Refusal("store-full")));
  tale.views();
  t.same(check(tale.run()), []);
});

t.test("a line that is stored twice is found", async (t) => {
  const { tale, ann } = aTale();
  tale.stores(1, { author: ann, body: "t1.1" });
  t.same(found(tale), ["delivered", "stored-once"]);
});

t.test("a gap in what is stored is found", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.says(ann, "t1.2", bob);
  tale.forgets("t2.1");
  t.same(found(tale), ["outcome", "seen-is-stored", "stored-once"]);
});

t.test("a line that somebody missed is found", async (t) => {
  const { tale, ann } = aTale();
  tale.says(ann, "t1.2");
  t.same(found(tale), ["delivered"]);
});

t.test("a line that comes twice is found, and so are lines in another order", async (t) => {
  const { tale, bob } = aTale();
  bob.gets("[ann]: t1.1");
  t.same(found(tale), ["delivered"]);
  const other = aTale();
  other.tale.says(other.ann, "t1.2");
  other.tale.says(other.ann, "t1.3");
  other.bob.gets("[ann]: t1.3", "[ann]: t1.2");
  t.same(found(other.tale), ["delivered"]);
});

t.test("whoever ignores somebody misses their lines and whispers, and nothing else", async (t) => {
  const { tale, ann, bob } = aTale();
  const cat = tale.enters("cat");
  bob.asks("/ignore ann", texts.youIgnore("ann"));
  tale.says(ann, "t1.2", cat);
  tale.says(cat, "t3.1", ann, bob);
  ann.whispers("bob", "t1.3");
  bob.asks(
    "/history 4 lobby",
    "-- last 2 lines in lobby (times UTC) --",
    "2 20:04 [bob]: t2.1",
    "4 20:04 [cat]: t3.1",
    texts.linesIgnored(2),
  );
  t.same(check(tale.run()), []);
  tale.says(cat, "t3.2", ann);
  t.same(found(tale), ["delivered"], "a line of somebody else is found to be missing");
});

t.test("what comes of somebody who is ignored is found, until they are ignored no longer", async (t) => {
  const ways: readonly ((ann: Voice, bob: Voice, tale: Tale) => void)[] = [
    (ann, bob, tale) => tale.says(ann, "t1.2", bob),
    (ann, bob) => {
      ann.whispers("bob", "t1.2");
      bob.gets("<<ann>>: t1.2");
    },
    (_ann, bob) => bob.gets(`[*]: ${texts.joined("ann", "lobby")}`),
    (_ann, bob) => bob.asks("/history 1", "-- last 1 line in lobby (times UTC) --", "1 20:04 [ann]: t1.1"),
  ];
  for (const way of ways) {
    const { tale, ann, bob } = aTale();
    bob.asks("/ignore ann", texts.youIgnore("ann"));
    way(ann, bob, tale);
    t.ok(found(tale).includes("ignored"), String(way));
    const other = aTale();
    other.bob.asks("/ignore ann", texts.youIgnore("ann"));
    other.bob.asks("/unignore ann", texts.youIgnoreNoMore("ann"));
    way(other.ann, other.bob, other.tale);
    t.notOk(found(other.tale).includes("ignored"), String(way));
  }
});

t.test("a gap between the page of a join and what follows is found", async (t) => {
  const { tale } = aTale();
  const cat = tale.connects("cat");
  cat.gets(texts.here("lobby", "ann and bob"), "-- last 1 line in lobby (times UTC) --", "1 20:04 [ann]: t1.1");
  t.same(found(tale), ["delivered"]);
});

t.test("a line that is seen in another room than it was said in is found", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.makesRoom(ann, 2, "r1", false);
  tale.joins(bob, "r1");
  tale.stores(1, { author: ann, body: "t1.2" });
  bob.gets("[ann]: t1.2");
  t.ok(found(tale).includes("delivered"));
});

t.test(
  "a line that was seen and is not stored is found, and a restored database excuses it only with a notice",
  async (t) => {
    const { tale, ann, bob } = aTale();
    bob.gets("[ann]: t1.2");
    ann.tries("t1.2");
    t.same(found(tale), ["outcome", "seen-is-stored"]);
    tale.goesBack();
    tale.passes(60_000);
    t.same(found(tale), ["delivered"]);
    bob.gets(`[*]: ${texts.storeWentBack("lobby")}`);
    t.same(found(tale), []);
  },
);

t.test("a page of history with a gap or a wrong number is found", async (t) => {
  const { tale, ann } = aTale();
  ann.asks("/history lobby", "-- last 2 lines in lobby (times UTC) --", "1 20:04 [ann]: t1.1", "3 20:04 [bob]: t2.1");
  t.same(found(tale), ["history"]);
});

t.test("a page of history that is shorter than was asked for is found", async (t) => {
  const { tale, ann } = aTale();
  ann.asks("/history 3 lobby", "-- last 1 line in lobby (times UTC) --", "2 20:04 [bob]: t2.1");
  t.same(found(tale), ["history"]);
  const other = aTale();
  other.ann.asks("/history 1", "-- last 1 line in lobby (times UTC) --", "2 20:04 [bob]: t2.1");
  t.same(found(other.tale), []);
  const longer = aTale();
  const [first, second] = ["1 20:04 [ann]: t1.1", "2 20:04 [bob]: t2.1"];
  longer.ann.asks("/history 1 lobby", "-- last 2 lines in lobby (times UTC) --", first, second);
  t.same(found(longer.tale), ["history"]);
  const wrong = aTale();
  wrong.ann.asks("/history lobby", "-- last 3 lines in lobby (times UTC) --", first, second);
  t.same(found(wrong.tale), ["history"]);
});

t.test("a page of history without a line that was seen, said, or stored long ago is found", async (t) => {
  const page = ["-- last 1 line in lobby (times UTC) --", "1 20:04 [ann]: t1.1"];
  const { tale, ann } = aTale();
  ann.asks("/history lobby", ...page);
  t.same(found(tale), ["history"], "it was seen");
  const said = aTale();
  said.bob.asks("/history lobby", ...page);
  t.same(found(said.tale), ["history"], "it was said");
  const { tale: other, ann: cat } = aTale();
  other.makesRoom(cat, 2, "r1", false);
  other.stores(2, { author: cat, body: "t1.2" });
  cat.tries("t1.2");
  const dan = other.enters("dan");
  other.stores(2, { author: cat, body: "t1.3" });
  cat.tries("t1.3");
  dan.asks("/history r1", "-- last 1 line in r1 (times UTC) --", "1 20:04 [ann]: t1.2");
  t.same(found(other), [], "the node may not have heard of it yet");
  other.passes(60_000);
  dan.asks("/history r1", "-- last 1 line in r1 (times UTC) --", "1 20:04 [ann]: t1.2");
  t.same(found(other), ["history"], "it is old");
});

t.test("after the notice that the database was restored, a line that somebody missed is found", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.goesBack();
  bob.gets(`[*]: ${texts.storeWentBack("lobby")}`);
  tale.says(ann, "t1.2");
  t.same(found(tale), ["delivered"]);
  bob.gets("[ann]: t1.2");
  t.same(found(tale), []);
  tale.says(ann, "t1.3", bob);
  t.same(found(tale), []);
});

t.test("a line that is refused and stored is found, and so is one that is accepted and not stored", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.stores(1, { author: ann, body: "t1.2" });
  bob.gets("[ann]: t1.2");
  ann.tries("t1.2", refusalSentence(new Refusal("store-unavailable")));
  t.same(found(tale), ["outcome"]);
  const other = aTale();
  other.ann.tries("t1.2");
  t.same(found(other.tale), ["outcome"]);
});

t.test("lines of one author in another order are found", async (t) => {
  const { tale, ann, bob } = aTale();
  ann.tries("t1.2");
  tale.says(ann, "t1.3", bob);
  tale.stores(1, { author: ann, body: "t1.2" });
  bob.gets("[ann]: t1.2");
  t.same(found(tale), ["author-order"]);
});

t.test("an earlier session that speaks under a name is found, and so are two at the end", async (t) => {
  const { tale, ann, bob } = aTale();
  const other = tale.enters("ANN");
  t.same(found(tale), ["name"]);
  tale.says(other, "t3.1", ann, bob);
  tale.says(ann, "t1.2", other, bob);
  other.ends();
  t.same(found(tale), ["name"]);
});

t.test("whoever is put out and sees, says or stays is found", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.makesRoom(ann, 2, "r1", false);
  tale.joins(ann, "r1");
  tale.joins(bob, "r1");
  tale.says(ann, "t1.2", bob);
  tale.stores(2, { kind: kinds.kicked, author: ann, body: `${bob.session} bob` });
  t.same(found(tale), ["put-out"]);
  bob.gets(`[*]: ${texts.youWereKicked("r1", "ann")}`);
  t.same(found(tale), []);
  tale.says(ann, "t1.3", bob);
  t.same(found(tale), ["put-out"]);
  const other = aTale();
  other.tale.stores(1, { kind: kinds.banned, author: other.ann, body: `${other.bob.session} bob` });
  other.bob.gets(`[*]: ${texts.youWereBanned("lobby", "ann", "1 day, 12 hours", "for nothing")}`);
  other.tale.says(other.bob, "t2.2", other.ann);
  t.same(found(other.tale), ["put-out"]);
});

t.test("somebody who never said anything and stays after a kick is found", async (t) => {
  const { tale, ann, bob } = aTale();
  const cat = tale.enters("cat");
  tale.says(ann, "t1.2", bob, cat);
  tale.stores(1, { kind: kinds.kicked, author: ann, body: `${cat.session} cat` });
  t.same(found(tale), ["put-out"]);
  cat.gets(`[*]: ${texts.youWereKicked("lobby", "ann")}`);
  t.same(found(tale), []);
  const nobody = aTale();
  const quiet = nobody.tale.enters("cat");
  nobody.tale.says(nobody.ann, "t1.2", nobody.bob, quiet);
  nobody.tale.stores(1, { kind: kinds.banned, author: nobody.ann, body: "0 cat" });
  t.same(found(nobody.tale), [], "nobody of that name was there");
  const earlier = aTale();
  const former = earlier.tale.enters("cat");
  former.ends();
  const later = earlier.tale.enters("cat");
  earlier.tale.says(earlier.ann, "t1.2", earlier.bob, later);
  earlier.tale.stores(1, { kind: kinds.kicked, author: earlier.ann, body: `${former.session} cat` });
  t.same(found(earlier.tale), [], "it may have been somebody of that name who has left");
});

t.test("somebody in a private room without an invitation is found", async (t) => {
  const { tale, ann, bob } = aTale();
  tale.makesRoom(ann, 2, "x1", true);
  tale.joins(bob, "x1");
  t.same(found(tale), ["private"]);
});

t.test("nodes that do not agree about people are found", async (t) => {
  const { tale } = aTale();
  tale.views(["ann", "bob", "cat"]);
  t.same(found(tale), ["agreement"]);
  const other = aTale();
  other.tale.views(["ann"]);
  t.same(found(other.tale), ["agreement"]);
});

t.test("a whisper that comes twice, to somebody else, after a refusal, or never is found", async (t) => {
  const twice = aTale();
  twice.ann.whispers("bob", "t1.2");
  twice.bob.gets("<<ann>>: t1.2", "<<ann>>: t1.2");
  t.same(found(twice.tale), ["whisper"]);
  const other = aTale();
  other.ann.whispers("cat", "t1.2");
  other.bob.gets("<<ann>>: t1.2");
  t.same(found(other.tale), ["whisper"]);
  const refused = aTale();
  refused.ann.whispers("bob", "t1.2", refusalSentence(new Refusal("no-such-user")));
  refused.bob.gets("<<ann>>: t1.2");
  t.same(found(refused.tale), ["whisper"]);
  const lost = aTale();
  lost.ann.whispers("bob", "t1.2");
  t.same(found(lost.tale), ["whisper"]);
});

t.test("somebody who is never answered is found", async (t) => {
  const { tale, ann } = aTale();
  ann.types("/users");
  t.same(found(tale), ["answered"]);
});
