import { createProgram } from "./program.ts";
import { exitCodeOf, report } from "./exit.ts";

// The one-file executable is made of CommonJS, which has no `await` here.
createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    report(error);
    // Ends what is still running, too.
    process.exit(exitCodeOf(error));
  });
