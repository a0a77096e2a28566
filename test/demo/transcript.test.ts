import t from "tap";
import { columnsOf, putInto, takeFrom } from "../../demo/recording/transcript.ts";

const transcript = ["$ nc localhost 8080   $ nc localhost 8080", "Login:one", "                      Login:two"].join(
  "\n",
);
const page = `# Page\n\n<!-- recorded: talk (npm run record) -->\n\n\`\`\`text\n${transcript}\n\`\`\`\n\nMore.\n`;

t.test("a transcript has what each of two people sees", async (t) => {
  t.same(columnsOf(transcript), ["$ nc localhost 8080\nLogin:one", "$ nc localhost 8080\nLogin:two"]);
});

t.test("a transcript is put in the place of the one before, and nothing else changes", async (t) => {
  t.equal(takeFrom(page, "talk"), transcript);
  const other = putInto(page, "talk", "$& is no pattern");
  t.equal(takeFrom(other, "talk"), "$& is no pattern");
  t.equal(putInto(other, "talk", transcript), page);
});

t.test("the first transcript of a page fills an empty block, and no other", async (t) => {
  const empty = page.replace(`${transcript}\n`, "");
  t.equal(putInto(`${empty}\n\`\`\`sh\nls\n\`\`\`\n`, "talk", transcript), `${page}\n\`\`\`sh\nls\n\`\`\`\n`);
});

t.test("a page without the transcript is told so", async (t) => {
  t.throws(() => putInto(page, "walk", transcript), { message: "the page has no transcript walk" });
});
