import { createProgram } from "./program.ts";
import { exitCodeOf, report } from "./exit.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  report(error);
  // What did not end by itself ends with the process.
  process.exit(exitCodeOf(error));
}
