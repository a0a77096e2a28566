import t from "tap";
import { isSameSecret } from "../../src/domain/secrets.ts";

t.test("secrets are the same where every character is", (t) => {
  t.ok(isSameSecret("6f1c-2b0a", "6f1c-2b0a"));
  t.ok(isSameSecret("", ""));
  for (const other of ["7f1c-2b0a", "6f1c-2b0b", "6f1c-2b0", "6f1c-2b0a ", "6F1c-2b0a", ""]) {
    t.notOk(isSameSecret("6f1c-2b0a", other), other);
  }
  t.end();
});
