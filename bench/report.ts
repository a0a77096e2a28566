/** Reads results of the bench: as Markdown tables, or two of them against each other. */
import { Command } from "commander";
import { compareResults } from "./report/compare.ts";
import { writeDocs } from "./report/docs.ts";
import { readResults } from "./report/results.ts";
import { renderTables } from "./report/table.ts";

const program = new Command("report").description("reads the JSON that the bench writes");

program
  .command("table")
  .description("the results as Markdown")
  .argument("<file>")
  .action((file: string) => {
    process.stdout.write(`${renderTables(readResults(file))}\n`);
  });

program
  .command("docs")
  .description("the results into docs/benchmarks.md, with their chart")
  .argument("<file>")
  .action((file: string) => writeDocs(readResults(file)));

program
  .command("compare")
  .description(
    "exits 1 when the second is worse than the first by more than the threshold, and than each of its rounds",
  )
  .argument("<before>")
  .argument("<after>")
  .option("--threshold <percent>", "how much worse is too much", Number, 10)
  .action((before: string, after: string, { threshold }: { threshold: number }) => {
    for (const { text, worsePercent, isDecided } of compareResults(readResults(before), readResults(after))) {
      const tooMuch = isDecided && worsePercent > threshold;
      process.stdout.write(`${tooMuch ? "worse" : "ok   "}  ${text}\n`);
      if (tooMuch) process.exitCode = 1;
    }
  });

program.parse();
