import { reportAsJson, wantsJsonErrors } from "./admin/json-errors.ts";
import { createProgram } from "./program.ts";
import { exitCodeOf, report } from "./exit.ts";

const program = createProgram();

// The one-file executable is made of CommonJS, which has no `await` here.
program.parseAsync().catch((error: unknown) => {
  if (wantsJsonErrors(program)) reportAsJson(error);
  else report(error);
  // Ends what is still running, too.
  process.exit(exitCodeOf(error));
});
