import t from "tap";
import { inheritedSockets } from "../../src/systemd/sockets.ts";

t.test("what systemd hands on begins at 3, and one that is named tls is for TLS", async (t) => {
  const env = { LISTEN_PID: "77", LISTEN_FDS: "3", LISTEN_FDNAMES: "telnet:tls:chatd.socket" };
  t.same(inheritedSockets(env, 77), { telnet: [3, 5], tls: [4] });
  t.same(inheritedSockets({ LISTEN_PID: "77", LISTEN_FDS: "1" }, 77), { telnet: [3], tls: [] });
});

t.test("sockets of another process, and none, are no sockets", async (t) => {
  const none = { telnet: [], tls: [] };
  t.same(inheritedSockets({ LISTEN_PID: "78", LISTEN_FDS: "1" }, 77), none);
  t.same(inheritedSockets({}, 77), none);
  t.same(inheritedSockets({ LISTEN_PID: "77", LISTEN_FDS: "many" }, 77), none);
});
