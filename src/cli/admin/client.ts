import type { IncomingMessage } from "node:http";
import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";

/** An `import` of it evaluates all its exports, a second HTTP client among them, at every start of the server. */
const { request } = process.getBuiltinModule("node:http");

/** The server refused, or does not answer. The message is one sentence that says what to do. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  /** For programs. The server's codes, or `not-running`, `not-permitted`, `unreachable`, `not-backed-up`, `not-confirmed`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Talks to the running server over its socket. Everything rejects with an `AdminError`. */
export class AdminClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async get<T>(path: string): Promise<T> {
    return this.#whole<T>("GET", path, null);
  }

  /** Does something, under the name of the user who runs this program. */
  async post<T>(path: string, body: object): Promise<T> {
    return this.#whole<T>("POST", path, { ...body, by: userInfo().username });
  }

  /** The same as `post`, for what takes long: yields each line of the answer as it comes. */
  async *watch<T>(path: string, body: object): AsyncGenerator<T> {
    const answer = await this.#send("POST", path, { ...body, by: userInfo().username });
    // The server sends its views (http/admin/views.ts), and the caller names the one.
    for await (const line of createInterface({ input: answer })) yield JSON.parse(line) as T;
  }

  async #whole<T>(method: string, path: string, body: object | null): Promise<T> {
    const answer = await this.#send(method, path, body);
    return JSON.parse(await textOf(answer)) as T;
  }

  #send(method: string, path: string, body: object | null): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = body ? { "content-type": "application/json" } : {};
      const sent = request({ socketPath: this.#socketPath, method, path, headers }, (answer) => {
        if (answer.statusCode === 200) return resolve(answer);
        textOf(answer).then((text) => reject(refusalIn(text)), reject);
      });
      sent.on("error", (error: NodeJS.ErrnoException) => reject(this.#unreachable(error)));
      sent.end(body ? JSON.stringify(body) : undefined);
    });
  }

  #unreachable({ code, message }: NodeJS.ErrnoException): AdminError {
    const path = this.#socketPath;
    if (code === "ENOENT" || code === "ECONNREFUSED") {
      return new AdminError("not-running", `no chatd answers at ${path}. Is it running, with the same --data-dir?`);
    }
    if (code === "EACCES") {
      return new AdminError("not-permitted", `${path} belongs to somebody else. Run this as the user who runs chatd.`);
    }
    return new AdminError("unreachable", `talk to chatd at ${path}: ${message}`);
  }
}

async function textOf(answer: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return text;
}

function refusalIn(text: string): AdminError {
  // The body of every error is one (http/errors.ts).
  const { error, code } = JSON.parse(text) as { error: string; code: string };
  return new AdminError(code, error);
}
