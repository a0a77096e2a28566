import t from "tap";
import { refusalCodes } from "../../src/domain/refusals.ts";
import { answerOfRefusal, answerOfStoreError } from "../../src/http/status-of.ts";

t.test("every refusal has a status of its own kind, and a sentence that ends", async (t) => {
  for (const refusal of refusalCodes) {
    const { status, code, error } = answerOfRefusal(refusal);
    t.ok([400, 403, 404, 409, 412, 413, 422, 429, 500, 503, 504].includes(status), refusal);
    t.match(code, /^[a-z-]+$/);
    t.match(
      error,
      status === 404 && code === "not-found" ? /^Resource Not Found$/ : /^[A-Z].+\.$|^[a-z]+ .+\.$/,
      refusal,
    );
  }
  t.equal(refusalCodes.filter((code) => answerOfRefusal(code).status === 500).join(), "internal", "no other is a bug");
});

t.test("trouble of the store says whether anything may have been stored", async (t) => {
  t.match(answerOfStoreError("unavailable", true), { status: 504, code: "outcome-unknown" });
  t.match(answerOfStoreError("unavailable", false), { status: 503, code: "read-failed" });
  t.match(answerOfStoreError("unreached", true), { status: 503, code: "store-unavailable" });
  t.match(answerOfStoreError("fenced", true), { status: 503, code: "store-unavailable" });
  t.match(answerOfStoreError("broken", true), { status: 503, code: "store-unavailable" });
  t.match(answerOfStoreError("full", true), { status: 503, code: "store-full" });
  t.match(answerOfStoreError("bad-input", true), { status: 422, code: "line-not-storable" });
});
