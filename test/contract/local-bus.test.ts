import t from "tap";
import { LocalHub } from "../../src/bus/local.ts";
import { testBus } from "./bus.ts";

testBus(t, () => {
  const hub = new LocalHub();
  return Promise.resolve({ one: hub.join(), two: hub.join() });
});
