import t from "tap";
import type { ApplicationView } from "../../../src/http/admin/applications.ts";
import { controlsIn } from "../../../tools/control-characters.ts";
import { anOperated } from "../../support/sockets/admin.ts";
import { Client } from "../../support/sockets/client.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

type Made = Omit<ApplicationView, "chats">;

t.test("an application is made with a token that nobody can guess, and listed with its rooms", async (t) => {
  const { port, admin } = await anOperated(t);
  const made = await admin.post<Made>("/applications", { title: "celtra" });
  t.match(made, { handle: "celtra", title: "celtra", token: UUID, active: true, open: false });
  const one = await Client.login(t, port, "one");
  await one.ask(`/enter celtra ${made.token}`, "/create Planes", "/create_private Den");
  t.same(await admin.get<ApplicationView[]>("/applications"), [
    { handle: "main", title: "main", token: null, active: true, open: true, chats: 1 },
    { ...made, chats: 1 },
  ]);
});

t.test("a name that is taken, or cannot be typed as a room's name, gives another handle", async (t) => {
  const { admin } = await anOperated(t);
  const handles: string[] = [];
  for (const title of ["celtra", "Celtra", "main", "Žalec d.o.o.", "x".repeat(64), "x".repeat(64), "a/b"]) {
    handles.push((await admin.post<Made>("/applications", { title })).handle);
  }
  const [long, longer] = ["x".repeat(64), `${"x".repeat(62)}-2`];
  t.same(handles, ["celtra", "Celtra-2", "main-2", "app-5", long, longer, "app-8"]);
  const tokens = (await admin.get<ApplicationView[]>("/applications")).map(({ token }) => token);
  t.equal(new Set(tokens).size, 8, "each has a token of its own");
});

t.test("there is a handle for every name, however many cannot be typed", async (t) => {
  const { admin } = await anOperated(t);
  for (let n = 0; n < 30; n++) {
    const { handle } = await admin.post<Made>("/applications", { title: "my app" });
    t.equal(handle, `app-${n + 2}`);
  }
  await admin.post("/applications/app-7/end", {});
  t.match(await admin.post("/applications", { title: "my app" }), { handle: "app-32" });
  for (let n = 0; n < 12; n++) await admin.post("/applications", { title: "celtra" });
  t.match(await admin.post("/applications", { title: "celtra" }), { handle: "app-44" });
});

t.test("the name is cleaned as what people write, and must be there", async (t) => {
  const { admin } = await anOperated(t);
  const made = await admin.post<Made>("/applications", { title: " cel\u001b[2Jtra\u202e\r\nnext " });
  t.match(made, { title: /^cel\S*tra\S* next$/, handle: "app-2" });
  t.same(controlsIn(made.title), []);
  for (const title of ["", " ", "\u200b\r\n"]) {
    await t.rejects(admin.post("/applications", { title }), { code: title === "" ? "bad-request" : "empty-text" });
  }
  await t.rejects(admin.post("/applications", { title: "x".repeat(201) }), { code: "bad-request" });
  await t.rejects(admin.post("/applications", {}), { code: "bad-request" });
});

t.test("it is opened, closed, deactivated, activated and renamed, and its token is replaced", async (t) => {
  const { admin } = await anOperated(t);
  const made = await admin.post<Made>("/applications", { title: "celtra" });
  const change = (what: object, handle = "CELTRA") => admin.post<Made>(`/applications/${handle}`, what);
  t.same(await change({ open: true }), { ...made, open: true });
  t.same(await change({ open: false, active: false }), { ...made, active: false });
  t.same(await change({ active: true }), made);
  const other = await change({ token: "new" });
  t.match(other.token, UUID);
  t.not(other.token, made.token);
  t.match(await change({ title: "acme" }), { handle: "acme", title: "acme", token: other.token });
  await admin.post("/applications", { title: "taken" });
  t.match(await change({ title: "taken" }, "acme"), { handle: "acme", title: "taken" }, "the handle stays");
  for (const what of [{ open: "yes" }, { token: "mine" }, { owner: 1 }, { title: "" }]) {
    await t.rejects(change(what, "acme"), { code: "bad-request" }, JSON.stringify(what));
  }
});

t.test("what is not there is said not to be, and main stays as it is", async (t) => {
  const { admin } = await anOperated(t);
  for (const [handle, shown] of [
    ["nix", "nix"],
    ["a b", "a b"],
    ["a/b", "a/b"],
    ["\u001b[31mred", "red"],
  ] as const) {
    const path = `/applications/${encodeURIComponent(handle)}`;
    const code = "no-such-application";
    const message = `There is no application "${shown}". chatd admin application list shows them.`;
    await t.rejects(admin.post(path, { open: true }), { message, code });
    await t.rejects(admin.post(`${path}/end`, {}), { message, code });
  }
  for (const path of ["/applications/main", "/applications/MAIN"]) {
    await t.rejects(admin.post(path, { active: false }), { code: "main-stays" });
    await t.rejects(admin.post(`${path}/end`, {}), { code: "main-stays" });
  }
});

t.test("one that has ended is gone: its rooms, its handle and its token", async (t) => {
  const { port, admin } = await anOperated(t);
  const made = await admin.post<Made>("/applications", { title: "celtra" });
  const one = await Client.login(t, port, "one");
  await one.ask(`/enter celtra ${made.token}`, "/create Planes", "/join Planes");
  t.same(await admin.post("/applications/Celtra/end", {}), { handle: "celtra" });
  await one.expect("[*]: The operator destroyed room celtra/Planes.");
  await one.expect("Names of rooms mean those of main again.");
  await t.rejects(admin.post("/applications/celtra/end", {}), { code: "no-such-application" });
  t.same(await one.ask(`/enter celtra ${made.token}`), [
    "There is no application with this name, or this is not its token: /enter APP TOKEN.",
  ]);
  t.match(await admin.get("/applications"), [{ handle: "main" }]);
  const next = await admin.post<Made>("/applications", { title: "celtra" });
  t.equal(next.handle, "celtra", "somebody else may have it");
  t.same(await one.ask(`/enter celtra ${made.token}`), [
    "There is no application with this name, or this is not its token: /enter APP TOKEN.",
  ]);
});
