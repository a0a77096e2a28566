import { createProgram } from "./program.ts";
import { exitCodeOf, report } from "./exit.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  report(error);
  // Ends what is still running, too.
  process.exit(exitCodeOf(error));
}
