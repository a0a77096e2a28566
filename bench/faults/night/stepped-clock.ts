/** Loaded before chatd by `node --import`: its wall clock is off by the milliseconds that a file says at the moment. */
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 50;
const file = process.env["CHATD_TEST_CLOCK_FILE"];
const realNow = Date.now.bind(Date);
let offMs = 0;

if (file !== undefined) {
  setInterval(() => {
    offMs = Number(readFileSync(file, "utf8"));
  }, LOOK_EVERY_MS).unref();
  Date.now = () => realNow() + offMs;
}
