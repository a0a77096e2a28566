import t from "tap";
import { answerTo, foreignLine, foreignStart } from "../../src/net/foreign-protocol.ts";

t.test("a TLS hello is known by its first two bytes", async (t) => {
  t.equal(foreignStart(Buffer.from("16030100f8010000f40303", "hex")), "tls");
  t.equal(foreignStart(Buffer.from("1603", "hex")), "tls");
  t.equal(foreignStart(Buffer.from("160203", "hex")), null, "SSL 2 is long gone");
  t.equal(foreignStart(Buffer.from("16", "hex")), null, "one byte is not enough");
  t.equal(foreignStart(Buffer.from("031603", "hex")), null);
});

t.test("an SSH client is known by how it begins", async (t) => {
  t.equal(foreignStart(Buffer.from("SSH-2.0-OpenSSH_9.9\r\n")), "ssh");
  t.equal(foreignStart(Buffer.from("SSH-")), "ssh");
  t.equal(foreignLine("SSH-2.0-OpenSSH_9.9"), "ssh", "also when its first bytes came apart");
});

t.test("a person who types first is no program, whatever the name", async (t) => {
  for (const first of ["", "one\r\n", "S", "SSH", "ssh-\r\n", "\r\n", "\u0016", "/help\r\n"]) {
    t.equal(foreignStart(Buffer.from(first)), null, JSON.stringify(first));
  }
  t.equal(foreignStart(Buffer.from("fffb1f", "hex")), null, "telnet options");
});

t.test("a whole line among the first bytes is known as it is later", async (t) => {
  t.equal(foreignStart(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n")), "http");
  t.equal(foreignStart(Buffer.from("NICK one\nUSER one 0 * :one\n")), "irc");
  for (const first of ["GET / HTTP/1.1", "one\r\nGET / HTTP/1.1\r\n", "\nNICK one\n"]) {
    t.equal(foreignStart(Buffer.from(first)), null, JSON.stringify(first));
  }
});

t.test("an HTTP request line is known", async (t) => {
  const lines = [
    "GET / HTTP/1.1",
    "POST /api/messages?x=1 HTTP/1.0",
    "OPTIONS * HTTP/1.1",
    "CONNECT example.org:443 HTTP/1.1",
    "PROPFIND /a%20b HTTP/1.1",
    "PRI * HTTP/2.0",
    "PUT x HTTP/1.1",
    "GET / HTTP/2",
    `GET /${"a".repeat(2000)} HTTP/1.1`,
  ];
  for (const line of lines) t.equal(foreignLine(line), "http", line.slice(0, 60));
});

t.test("what an IRC client sends first is known", async (t) => {
  const lines = [
    "CAP LS",
    "CAP LS 302",
    "CAP REQ :sasl",
    "CAP END",
    "NICK one",
    "USER one 0 * :one two",
    "PASS secret",
  ];
  for (const line of lines) t.equal(foreignLine(line), "irc", line);
});

t.test("each protocol is answered in a form that its programs show", async (t) => {
  const [head = "", body = ""] = answerTo("http").split("\r\n\r\n");
  t.same(head.split("\r\n"), [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: text/plain; charset=utf-8",
    "Connection: close",
    `Content-Length: ${Buffer.byteLength(`${body}\r\n`)}`,
  ]);
  t.match(body, /^This is a chat server, not a web server\. [^\r\n]+$/);
  t.match(answerTo("irc"), /^ERROR :This is a chat server for telnet and nc, not an IRC server\./);
  for (const foreign of ["tls", "ssh", "proxy"] as const) t.match(answerTo(foreign), /^This [^\r\n]+$/, foreign);
});

t.test("what a person may type at the prompt is no request line", async (t) => {
  const lines = [
    "NICK",
    "nick one",
    "NICK one two",
    "USER one",
    "PASS",
    "CAP",
    "CAPTAIN",
    "CAP LSD",
    "PASSWORD x",
    "",
    "one",
    "GET",
    "GET /",
    "get / http/1.1",
    "GET a b HTTP/1.1",
    " GET / HTTP/1.1",
    "HTTP/1.1",
    "GET / HTTP/1.1 x",
  ];
  for (const line of lines) t.equal(foreignLine(line), null, line);
});
