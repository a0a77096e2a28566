import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { cleanText } from "../../src/domain/text.ts";
import { MAX_DATA_BYTES, readTrackedData } from "../../src/domain/tracked-data.ts";
import { wildText } from "../../tools/wild-bytes.ts";
import { holds } from "../support/property.ts";

/** The data as it is kept. */
function kept(body: string): string {
  const read = readTrackedData(body);
  if ("fault" in read) throw new Error(`${read.fault}: ${body}`);
  return read.json;
}

function faultOf(body: string): string | null {
  const read = readTrackedData(body);
  return "fault" in read ? read.fault : null;
}

t.test("data is kept as JSON in one line, without the blanks between", async (t) => {
  t.equal(kept('{ "data": "0d599f0ec05c3bda8c3b8a68c32a1b47" }'), '"0d599f0ec05c3bda8c3b8a68c32a1b47"');
  t.equal(kept('{"data":\n {"b" : [1, true,\tnull], "a": "x"}}'), '{"b":[1,true,null],"a":"x"}');
  t.equal(kept('{"data":null}'), "null", "null is data, too");
  t.equal(kept('{"other":1,"data":2,"data":3}'), "3");
  t.equal(kept('{"data":{"__proto__":1,"rawJSON":"2"}}'), '{"__proto__":1,"rawJSON":"2"}');
});

t.test("numbers are kept digit for digit", async (t) => {
  const numbers = "[12345678901234567890123,0.1000000000000000055511151231257827,1e400,-0,1.0,1E5]";
  t.equal(kept(`{"data":${numbers}}`), numbers);
});

t.test("what may not reach a terminal is written as an escape", async (t) => {
  t.equal(
    kept('{"data":"a\\u001b[31m\u202eb\u200b\u{e0041}\u0085"}'),
    '"a\\u001b[31m\\u202eb\\u200b\\udb40\\udc41\\u0085"',
  );
  t.equal(kept(`{"data":"${" ".repeat(11)}x"}`), `"${" ".repeat(8)}\\u0020\\u0020\\u0020x"`);
  t.equal(kept('{"data":"привет 👍🏽 العربية"}'), '"привет 👍🏽 العربية"');
  t.equal(kept('{"data":"\\ud800"}'), '"\\ud800"');
});

t.test("any data is equal JSON and clean text afterwards", async (t) => {
  const wild = fc.oneof(fc.jsonValue(), wildText, fc.dictionary(wildText, wildText), fc.string({ unit: "binary" }));
  holds(
    t,
    fc.property(wild, (data) => {
      const json = kept(JSON.stringify({ data }));
      equal(cleanText(json), json);
      deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(data)));
    }),
  );
});

t.test("what is not JSON, has no data, or has too much, is told apart", async (t) => {
  for (const body of ["", "{", "{'data':1}", '{"data":}', "\ufeff{}", '{"data":01}', "undefined"])
    t.equal(faultOf(body), "not-json", body);
  for (const body of ["{}", '{"Data":1}', "[1]", "5", '"data"', "null"]) t.equal(faultOf(body), "no-data", body);
  t.equal(faultOf(`{"data":"${"x".repeat(MAX_DATA_BYTES - 2)}"}`), null);
  t.equal(faultOf(`{"data":"${"x".repeat(MAX_DATA_BYTES - 1)}"}`), "too-long");
  t.equal(faultOf(`{"data":"${"\u202e".repeat(MAX_DATA_BYTES / 6 + 1)}"}`), "too-long", "as it is kept");
});

t.test("data that is nested too deep is no JSON, and ends nothing", async (t) => {
  const depth = 32_000;
  t.equal(faultOf(`{"data":${"[".repeat(depth)}${"]".repeat(depth)}}`), "not-json");
});
