import { createInterface } from "node:readline";

/** Asks on a terminal. Resolves with whether the answer is yes; ^C, ^D and an empty line are no. */
export async function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  try {
    const answer = await new Promise<string | null>((resolve) => {
      terminal.once("close", () => resolve(null));
      terminal.question(`${question} [y/N] `, resolve);
    });
    // Without an answer the cursor still stands behind the question.
    if (answer === null) output.write("\n");
    return answer !== null && /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    terminal.close();
  }
}
