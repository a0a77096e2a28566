import t from "tap";
import { DO, DONT, IAC, type Verb, WILL, WONT } from "../../src/telnet/decoder.ts";
import { BINARY, ECHO, NAWS, SGA, TelnetOptions, TIMING_MARK } from "../../src/telnet/options.ts";

const VERBS: readonly Verb[] = [DO, DONT, WILL, WONT];

type Request = readonly [verb: Verb, option: number];

function bytesOf(...requests: readonly Request[]): string {
  return requests.map(([verb, option]) => String.fromCharCode(IAC, verb, option)).join("");
}

/** Answers to a series of requests, each as its bytes. */
function answers(options: TelnetOptions, ...requests: readonly Request[]): string[] {
  return requests.map(([verb, option]) => options.answer(verb, option));
}

t.test("options have the numbers that all agreed on", async (t) => {
  t.same({ BINARY, ECHO, SGA, TIMING_MARK, NAWS }, { BINARY: 0, ECHO: 1, SGA: 3, TIMING_MARK: 6, NAWS: 31 });
});

t.test("a peer that asks for echo and no go-ahead gets both", async (t) => {
  const options = new TelnetOptions();
  t.same(answers(options, [DO, ECHO], [DO, SGA]), [bytesOf([WILL, ECHO]), bytesOf([WILL, SGA])]);
});

t.test("what already holds is not answered again", async (t) => {
  const options = new TelnetOptions();
  answers(options, [DO, ECHO], [DO, SGA], [WILL, SGA]);
  t.same(answers(options, [DO, ECHO], [DO, SGA], [WILL, SGA], [DO, ECHO]), ["", "", "", ""]);
});

t.test("turning an option off is agreed to once, and it can be turned on again", async (t) => {
  for (const option of [ECHO, SGA]) {
    const options = new TelnetOptions();
    const requests: Request[] = [
      [DONT, option],
      [DO, option],
      [DONT, option],
      [DONT, option],
      [DO, option],
    ];
    const on = bytesOf([WILL, option]);
    t.same(answers(options, ...requests), ["", on, bytesOf([WONT, option]), "", on]);
  }
});

t.test("the peer may leave out its own go-ahead and tell its window, and nothing else is wanted of it", async (t) => {
  const options = new TelnetOptions();
  const [first, second, third, fourth] = answers(options, [WILL, SGA], [WONT, SGA], [WONT, SGA], [WILL, ECHO]);
  t.equal(first, bytesOf([DO, SGA]));
  t.equal(second, bytesOf([DONT, SGA]));
  t.equal(third, "");
  t.equal(fourth, bytesOf([DONT, ECHO]));
  t.same(answers(options, [WILL, NAWS], [WILL, NAWS], [WONT, NAWS]), [bytesOf([DO, NAWS]), "", bytesOf([DONT, NAWS])]);
});

t.test("what chatd asks for is on when the peer agrees, which is not answered, and off when it refuses", async (t) => {
  const options = new TelnetOptions();
  const asked = bytesOf([WILL, ECHO], [WILL, SGA], [DO, NAWS], [DO, BINARY]);
  t.equal(options.askForKeys(), asked);
  t.equal(options.askForKeys(), "", "it is asked for once");
  t.notOk(options.isEchoing);
  t.same(answers(options, [DO, ECHO], [DO, SGA], [WILL, NAWS], [WILL, BINARY]), ["", "", "", ""]);
  t.ok(options.isEchoing);
  t.equal(options.askForKeys(), "");
  t.equal(options.endKeys(), bytesOf([WONT, ECHO], [WONT, SGA]));
  t.notOk(options.isEchoing);
  t.equal(options.endKeys(), "");
  t.same(answers(options, [DONT, ECHO], [DONT, SGA]), ["", ""]);
  const refusing = new TelnetOptions();
  refusing.askForKeys();
  t.same(answers(refusing, [DONT, ECHO], [DONT, SGA], [WONT, NAWS], [WONT, BINARY]), ["", "", "", ""]);
  t.notOk(refusing.isEchoing);
  t.equal(refusing.askForKeys(), asked, "it may be asked for again");
});

t.test("both sides of no go-ahead are apart", async (t) => {
  const options = new TelnetOptions();
  t.equal(options.answer(DO, SGA), bytesOf([WILL, SGA]));
  t.equal(options.answer(WILL, SGA), bytesOf([DO, SGA]));
  t.equal(options.answer(DONT, SGA), bytesOf([WONT, SGA]));
  t.equal(options.answer(WILL, SGA), "", "the peer's side still holds");
});

t.test("every timing mark that is asked for is given", async (t) => {
  const options = new TelnetOptions();
  const mark = bytesOf([WILL, TIMING_MARK]);
  t.same(answers(options, [DO, TIMING_MARK], [DO, TIMING_MARK], [DO, TIMING_MARK]), [mark, mark, mark]);
});

t.test("every other option is refused, and a refusal of it is not answered", async (t) => {
  for (let option = 0; option <= 255; option++) {
    const options = new TelnetOptions();
    if (![ECHO, SGA, TIMING_MARK].includes(option)) {
      t.equal(options.answer(DO, option), bytesOf([WONT, option]), `DO ${option}`);
    }
    if (![SGA, NAWS, BINARY].includes(option))
      t.equal(options.answer(WILL, option), bytesOf([DONT, option]), `WILL ${option}`);
    t.equal(new TelnetOptions().answer(DONT, option), "", `DONT ${option}`);
    t.equal(new TelnetOptions().answer(WONT, option), "", `WONT ${option}`);
    t.notOk(options.isEchoing && option !== ECHO);
  }
});

t.test("only echo is echo", async (t) => {
  const options = new TelnetOptions();
  answers(options, [DO, SGA], [WILL, SGA], [WILL, ECHO], [DO, NAWS]);
  t.notOk(options.isEchoing);
  options.answer(DO, ECHO);
  t.ok(options.isEchoing);
  answers(options, [DONT, SGA], [DO, SGA], [WONT, ECHO]);
  t.ok(options.isEchoing);
  options.answer(DONT, ECHO);
  t.notOk(options.isEchoing);
});

t.test("an answer is the one that the request allows, whatever was agreed before", async (t) => {
  const allowed: Readonly<Record<Verb, readonly Verb[]>> = {
    [DO]: [WILL, WONT],
    [DONT]: [WONT],
    [WILL]: [DO, DONT],
    [WONT]: [DONT],
  };
  for (const before of VERBS) {
    for (const verb of VERBS) {
      for (let option = 0; option <= 255; option++) {
        const options = new TelnetOptions();
        options.answer(before, option);
        const answer = options.answer(verb, option);
        const expected = ["", ...allowed[verb].map((answer) => bytesOf([answer, option]))];
        if (!expected.includes(answer)) t.fail(`${before} then ${verb} of ${option} was answered ${answer}`);
      }
    }
  }
  t.pass("for every pair of requests and every option");
});

t.test("two ends that both answer so never talk for ever", async (t) => {
  for (const first of VERBS) {
    for (let option = 0; option <= 255; option++) {
      const ends = [new TelnetOptions(), new TelnetOptions()] as const;
      let said = bytesOf([first, option]);
      let turns = 0;
      while (said !== "" && turns < 10) said = ends[turns++ % 2]?.answer(verbOf(said), option) ?? "";
      if (said !== "") t.fail(`${first} of ${option} is still talked about after ${turns} turns`);
    }
  }
  t.pass("for every request and every option");
});

t.test("a broken peer that sends each answer back as a new request is answered at most twice", async (t) => {
  const asRequest = new Map<Verb, Verb>([
    [WILL, DO],
    [WONT, DONT],
    [DO, WILL],
    [DONT, WONT],
  ]);
  for (const verb of VERBS) {
    for (const option of [0, ECHO, SGA, NAWS, 255]) {
      const options = new TelnetOptions();
      let answered = 0;
      for (let request: Verb | undefined = verb; request !== undefined && answered < 10;) {
        const answer = options.answer(request, option);
        request = answer === "" ? undefined : asRequest.get(verbOf(answer));
        if (answer !== "") answered += 1;
      }
      t.ok(answered <= 2, `${verb} of ${option}: ${answered} answers`);
    }
  }
});

function verbOf(said: string): Verb {
  // Only what `answer` or `bytesOf` made comes here.
  return said.charCodeAt(1) as Verb;
}
