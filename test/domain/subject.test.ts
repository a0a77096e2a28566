import t from "tap";
import { parseSubject, subjectBody } from "../../src/domain/subject.ts";

t.test("whom an entry is about comes back from its body, with an end where there is one", async (t) => {
  const two = { id: 17, name: { shown: "Two" } };
  t.equal(subjectBody(two), "17 Two");
  t.same(parseSubject("17 Two"), { id: 17, name: "Two", key: "two", untilMicros: null });
  t.equal(subjectBody(two, 5), "17 Two 5");
  t.same(parseSubject("17 Two 5"), { id: 17, name: "Two", key: "two", untilMicros: 5 });
});

t.test("a body that names nobody is about nobody", async (t) => {
  t.equal(subjectBody(null), "");
  for (const body of ["", "17", "17 ", "17 not-a-name"]) t.equal(parseSubject(body), null, body);
});
