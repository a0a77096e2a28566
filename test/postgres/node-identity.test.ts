import t from "tap";
import { NodeIdentity } from "../../src/postgres/node-identity.ts";

function anIdentity() {
  const events: string[] = [];
  const identity = new NodeIdentity({
    fenced: () => events.push("fenced"),
    restored: () => events.push("restored"),
  });
  return { identity, events };
}

t.test("what is known of people is of the node that it is now", (t) => {
  const { identity } = anIdentity();
  const first = identity.signature;
  identity.told(first, 7);
  t.equal(identity.signature.version, 7);
  identity.become(identity.newId());
  t.equal(identity.signature.version, 0);
  identity.told(first, 8);
  t.equal(identity.signature.version, 0, "an answer to the one that it was comes too late");
  t.not(identity.id, first.id);
  t.end();
});

t.test("a state that a write got begins what follows from it, once", (t) => {
  const { identity, events } = anIdentity();
  const first = identity.signature;
  identity.told(first, 7);
  t.match(identity.refusal("write", "past", first), { code: "fenced" });
  t.same(events, [], "since it was sent, the database has told another version");
  t.match(identity.refusal("write", "past", identity.signature), {
    code: "fenced",
    message: /^write: the database was/,
  });
  t.same(events, ["restored"]);
  t.match(identity.refusal("write", "fenced", identity.signature), { code: "fenced", message: /taken for dead/ });
  t.same(events.splice(0), ["restored", "fenced"]);
  const before = identity.signature;
  identity.become(identity.newId());
  t.match(identity.refusal("write", "fenced", before), { code: "fenced" });
  t.match(identity.refusal("write", "past", before), { code: "fenced" });
  t.same(events, [], "it is another one by now");
  t.match(identity.refusal("write", "late", before), { code: "broken", message: /the database says "late"/ });
  t.end();
});
