import { Transform, type TransformCallback } from "node:stream";
import { Parser, type Result } from "tap-parser";
import { stringify } from "tap-yaml";

/**
 * What `npm test` shows: a line for each file as it ends, what was skipped and why, and every failure in full, once
 * where it happened and again by name at the end. Thousands of assertions that held are only counted.
 */
// The test runner loads the module's default export.
// oxlint-disable-next-line import/no-default-export
export default class Reporter extends Transform {
  readonly #failed: string[] = [];
  /** Comments of the file that runs, such as the seed of its random values: wanted when it fails. */
  #comments: string[] = [];
  #held = 0;

  readonly #parser = new Parser()
    .on("assert", (file) => this.#onFile(file))
    .on("pass", () => void this.#held++)
    .on("skip", ({ fullname, skip }) => this.#line(`  skipped: ${fullname}: ${skip}`))
    .on("fail", (result) => this.#onFailure(result))
    .on("child", (child) => this.#listen(child))
    .on("bailout", (reason) => this.#line(`stopped: ${reason}`));

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#parser.write(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#parser.end();
    this.#line(`\n${this.#held} assertions held, ${this.#failed.length} failed`);
    for (const name of this.#failed) this.#line(`  failed: ${name}`);
    done();
  }

  #listen(child: Parser): void {
    child.on("comment", (comment) => this.#onComment(comment.trim()));
    child.on("child", (grandchild) => this.#listen(grandchild));
  }

  #onComment(comment: string): void {
    if (!/^# (Subtest:|time=)/.test(comment)) this.#comments.push(comment);
  }

  #onFile({ ok, name, time }: Result): void {
    const seconds = ((time ?? 0) / 1_000).toFixed(1);
    this.#line(`${ok ? "ok" : "NOT OK"} ${name} (${seconds} s)`);
    if (!ok) for (const comment of this.#comments) this.#line(`  ${comment}`);
    this.#comments = [];
  }

  #onFailure({ fullname, diag }: Result): void {
    this.#failed.push(fullname);
    this.#line(`  failed: ${fullname}`);
    if (diag) this.#line(stringify(diag).trimEnd().replaceAll(/^/gm, "    "));
  }

  #line(text: string): void {
    this.push(`${text}\n`);
  }
}
