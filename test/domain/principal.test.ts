import t from "tap";
import { operator } from "../../src/domain/principal.ts";

t.test("the name of an operator can be stored and shown, whatever the machine calls them", async (t) => {
  t.equal(operator("ro\u0000ot\u001b[31m").who.name.shown, "root");
});
