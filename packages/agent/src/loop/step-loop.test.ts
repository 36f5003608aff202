import { decimal } from "@apex/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../diagnostics/problem.ts";
import type { Fixer } from "../fixers/fixer.ts";
import { ModelError, type ModelReply } from "../model/model-client.ts";
import type { World } from "../world/world.ts";
import type { LoopInput } from "./loop-state.ts";
import { calling, callsOf, proposing, renaming, repair } from "./testing/repair-run.ts";

const queue = (body: string, label = "jobs") => `resource "aws_sqs_queue" "${label}" {\n${body}}\n`;
const BROKEN = { "main.tf": queue('  naem = "jobs"\n') };
const MENDED = queue('  name = "jobs"\n');
const NAME = renaming("naem", "name");
const PROSE: ModelReply = { text: "It is a typo.", toolCalls: [], ending: "stop", usage: null, model: "m" };

describe("fixers", () => {
  it("find nothing to do where nothing is broken", async () => {
    const { outcome, checks } = await repair({ "main.tf": MENDED }, { fixers: [NAME] });
    expect(outcome).toMatchObject({ kind: "fixed", used: { rounds: 0, checks: 1 } });
    expect(outcome.kind === "fixed" && outcome.files.size).toBe(0);
    expect(checks).toBe(1);
  });

  it("mend all that they are certain of in one round, and Terraform is asked again", async () => {
    const files = { "main.tf": queue('  naem = "a"\n', "a") + queue('  naem = "b"\n  dealy = 3\n', "b") };
    const { outcome, checks } = await repair(files, { fixers: [NAME, renaming("dealy", "delay")] });
    expect(outcome).toMatchObject({ kind: "fixed", used: { rounds: 1, checks: 2 } });
    const after = queue('  name = "a"\n', "a") + queue('  name = "b"\n  delay = 3\n', "b");
    expect(outcome.kind === "fixed" && outcome.files).toEqual(new Map([["main.tf", after]]));
    expect(checks).toBe(2);
  });

  it("are taken back when they mended nothing, and do not try it again", async () => {
    const { outcome, checks } = await repair(BROKEN, { fixers: [renaming("naem", "nmae")] });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "no-model", partial: new Map() });
    expect(outcome.kind === "gave-up" && outcome.left.map(({ names }) => names["name"])).toEqual(["naem"]);
    expect(checks).toBe(2);
  });

  it("are taken back once for each of several equal problems", async () => {
    const files = { "main.tf": queue('  naem = "a"\n  naem = "a"\n') };
    const { outcome } = await repair(files, { fixers: [renaming("naem", "nmae")] });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "no-model", partial: new Map() });
  });

  it("that make a circle end it", async () => {
    const { outcome } = await repair(BROKEN, {
      fixers: [renaming("naem", "nmae"), renaming("nmae", "naem")],
    });
    expect(outcome).toMatchObject({ kind: "gave-up" });
  });

  it("are asked again one by one when their edits together mended nothing", async () => {
    const files = { "main.tf": queue('  naem = "a"\n  dealy = 3\n') };
    const { outcome } = await repair(files, {
      fixers: [renaming("naem", "nmae"), renaming("dealy", "delay"), NAME],
    });
    expect(outcome).toMatchObject({ kind: "fixed" });
  });

  it("are bounded by rounds", async () => {
    const names = "abcdefghij".split("").map((letter) => `naem${letter}`);
    const files = { "main.tf": queue(names.map((name) => `  ${name} = 1\n`).join("")) };
    // Certain of one problem in each round, and each round mends it.
    const slow = {
      ...NAME,
      propose: ({ place, names: { name } }: Problem, { configuration }: World) => {
        const mended = configuration.source.files.get("main.tf")?.match(/delay/g)?.length ?? 0;
        if (place === undefined || name !== names[mended]) return null;
        return { kind: "edits" as const, edits: [{ ...place, text: "delay" }], sentence: "one more" };
      },
    };
    const { outcome } = await repair(files, { fixers: [slow] });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "rounds", used: { rounds: 8 } });
  });

  it("say once what they are not sure of, however many errors it shows as", async () => {
    const files = { "main.tf": queue('  naem = "a"\n  naem = "b"\n  dealy = 3\n') };
    const doubting = {
      ...NAME,
      propose: ({ place }: Problem) =>
        place === undefined
          ? null
          : { kind: "unsure" as const, reason: "a string has no end", candidates: ["here"] },
    };
    const { news } = await repair(files, { fixers: [doubting] });
    expect(news.filter(({ kind }) => kind === "unsure")).toHaveLength(1);
  });

  it("that break a rule are not made", async () => {
    const deleting = {
      name: "deleting",
      classes: ["unsupported-argument"] as const,
      propose: () => ({
        kind: "edits" as const,
        edits: [{ file: "main.tf", start: 0, end: (BROKEN["main.tf"] ?? "").length, text: "" }],
        sentence: "Without the resource there is no error",
      }),
    };
    const { outcome, checks } = await repair(BROKEN, { fixers: [deleting] });
    expect(outcome).toMatchObject({ kind: "refused" });
    expect(outcome.kind === "refused" && outcome.violations.map(({ rule }) => rule)).toContain(
      "declaration-removed",
    );
    expect(checks).toBe(1);
  });
});

describe("the model", () => {
  it("is asked for what no fixer is certain of, and its edit is checked like any other", async () => {
    const { outcome, requests, news } = await repair(BROKEN, { model: [proposing("naem", "name")] });
    expect(outcome).toMatchObject({ kind: "fixed", used: { attempts: 1, turns: 1, checks: 2 } });
    expect(outcome.kind === "fixed" && outcome.files.get("main.tf")).toBe(MENDED);
    expect(outcome.used.tokens).toEqual({ inputTokens: 100, outputTokens: 10 });
    expect(outcome.used.cost).toBeNull();
    expect(requests[0]?.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(news).toContainEqual(expect.objectContaining({ kind: "edited", by: "model" }));
  });

  it("costs what its tokens cost, exactly", async () => {
    const { outcome } = await repair(BROKEN, {
      model: [proposing("naem", "name")],
      change: (input) => ({
        ...input,
        model: {
          outputTokensMax: 100,
          prices: { inputPerMillion: decimal("2.5"), outputPerMillion: decimal("10"), currency: "USD" },
        },
      }),
    });
    expect(outcome.used.cost).toEqual({ amount: "0.00035", currency: "USD" });
  });

  it("is bounded by money where its server tells no tokens", async () => {
    const silent = { ...calling(["list_names", { directory: "" }]), usage: null };
    const prices = { inputPerMillion: decimal(1_000), outputPerMillion: decimal(1_000), currency: "USD" };
    const { outcome, requests } = await repair(BROKEN, {
      model: [silent],
      change: (input) => ({
        ...input,
        budget: { ...input.budget, costMax: { amount: decimal(3), currency: "USD" } },
        model: { outputTokensMax: 1_000, prices },
      }),
    });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "cost", used: { cost: null } });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["tokens", { tokensMax: 4_000 }],
    ["cost", { costMax: { amount: decimal("4"), currency: "USD" } }],
  ])("may write no more than what is left of the budget of %s", async (reason, budget) => {
    const prices = { inputPerMillion: decimal(1_000), outputPerMillion: decimal(1_000), currency: "USD" };
    const { outcome, requests } = await repair(BROKEN, {
      model: [{ ...calling(["list_names", { directory: "" }]), usage: null }],
      change: (input) => ({
        ...input,
        budget: { ...input.budget, ...budget },
        model: { outputTokensMax: 8_000, prices },
      }),
    });
    expect(outcome).toMatchObject({ kind: "gave-up", reason });
    expect(outcome.kind === "gave-up" && outcome.sentence).toMatch(/4,?000 tokens|\$4\.00/);
    const [first] = requests;
    const sent = Math.ceil(JSON.stringify([first?.messages, first?.tools]).length / 4);
    expect(first?.outputTokensMax).toBe(4_000 - sent);
  });

  it("pays for turns that broke off, as far as that can be told", async () => {
    const cut = new ModelError({ kind: "unavailable", message: "cut", hasBegun: true });
    const { outcome } = await repair(BROKEN, { model: [cut, proposing("naem", "name")] });
    expect(outcome).toMatchObject({ kind: "fixed", used: { turns: 1, turnsWithoutUsage: 1 } });
    expect(outcome.used.estimatedTokens).toBeGreaterThan(1_000);
  });

  it("that asks for very much at once is told to ask again, and has the budget to do so", async () => {
    const long = `# ${"long ".repeat(700)}\n`.repeat(40);
    const files = { ...BROKEN, "long.tf": long };
    const lines = Array.from(
      { length: 20 },
      (_, at) => ["read_file", { path: "long.tf", from_line: at + 1, to_line: at + 4 }] as const,
    );
    const { outcome, requests } = await repair(files, {
      model: [calling(...lines), proposing("naem", "name")],
    });
    expect(outcome).toMatchObject({ kind: "fixed" });
    const answers = requests[1]?.messages.flatMap((each) => (each.role === "tool" ? [each.text] : []));
    expect(answers).toHaveLength(20);
    expect(answers?.at(-1)).toMatch(/^Not done: the answers to this reply are long already/);
  });

  it("that only breaks rules ends the run as refused, with the files as they were", async () => {
    const { outcome, checks } = await repair(BROKEN, { model: [proposing(BROKEN["main.tf"], "")] });
    expect(outcome).toMatchObject({ kind: "refused", partial: new Map(), used: { attempts: 3 } });
    expect(checks).toBe(1);
  });

  it("keeps what mended something, and fixers go on with the rest", async () => {
    const files = { "main.tf": queue('  nm = "a"\n  dealy = 3\n') };
    const dealy = { ...renaming("dealy", "delay"), name: "later" };
    let asked = 0;
    const later = {
      ...dealy,
      // Certain only once the other problem is gone.
      propose: (...given: Parameters<typeof dealy.propose>) =>
        given[1].configuration.source.files.get("main.tf")?.includes("nm") === true
          ? null
          : dealy.propose(...given),
    };
    const { outcome } = await repair(files, {
      fixers: [later],
      model: [
        () => {
          asked += 1;
          return proposing("nm =", "name =");
        },
      ],
    });
    expect(outcome).toMatchObject({ kind: "fixed", used: { rounds: 1, attempts: 1 } });
    expect(asked).toBe(1);
  });

  it("is told what became of its edit, and of what was done meanwhile", async () => {
    const files = { "main.tf": queue('  nm = "a"\n  dly = 3\n') };
    const { outcome, requests } = await repair(files, {
      model: [proposing("nm =", "nmm ="), proposing("nm =", "name ="), proposing("dly =", "delay =")],
    });
    expect(outcome).toMatchObject({ kind: "fixed", used: { attempts: 3 } });
    const answers = requests.map((request) => request.messages.at(-1));
    expect(answers[1]).toMatchObject({ role: "tool", text: expect.stringMatching(/undone/) });
    expect(answers[2]).toMatchObject({ role: "tool", text: expect.stringContaining("dly") });
  });

  it("has every call answered before it is asked again, whatever the calls are", async () => {
    const many = calling(
      ["read_file", { path: "main.tf", from_line: 1, to_line: 5 }],
      ["no_such_tool", {}],
      ["propose_edit", "{ cut off"],
      ["propose_edit", { edits: [{ path: "main.tf", old_text: "naem", new_text: "nome" }], reason: "?" }],
      ["propose_edit", { edits: [{ path: "main.tf", old_text: "naem", new_text: "name" }], reason: "?" }],
    );
    const { requests } = await repair(BROKEN, { model: [many, calling(["give_up", { reason: "no" }])] });
    const last = requests.at(-1);
    const { calls, answered } = callsOf(last ?? requests[0]!);
    expect(calls).toHaveLength(5);
    expect(answered.toSorted()).toEqual(calls.map(({ id }) => id).toSorted());
  });

  it("has only the first of very many calls done, and all of them answered", async () => {
    const many = calling(
      ...Array.from({ length: 500 }, (_, line) => ["read_file", { path: "main.tf", start: line }] as const),
    );
    const { requests, news } = await repair(BROKEN, {
      model: [many, calling(["give_up", { reason: "no" }])],
    });
    expect(news.filter(({ kind }) => kind === "tool").length).toBeLessThan(30);
    const [, second] = requests;
    expect(second && new Set(callsOf(second).answered).size).toBe(500);
  });

  it("that writes prose is reminded twice", async () => {
    const { outcome, requests } = await repair(BROKEN, { model: [PROSE] });
    expect(outcome).toMatchObject({
      kind: "gave-up",
      reason: "attempts",
      used: { turns: 3, turnsWithoutUsage: 3 },
    });
    expect(outcome.used.estimatedTokens).toBeGreaterThan(0);
    expect(requests).toHaveLength(3);
  });

  it.each([
    [{ ...PROSE, ending: "refused" as const }, "model-gave-up"],
    [calling(["give_up", { reason: "A person has to choose the name." }]), "model-gave-up"],
  ])("may decline: %#", async (reply, reason) => {
    expect((await repair(BROKEN, { model: [reply] })).outcome).toMatchObject({ kind: "gave-up", reason });
  });

  it("is asked again after the wait that its server asks for", async () => {
    const limited = new ModelError({ kind: "rate-limited", message: "slow down", retryAfterMs: 7_000 });
    const { outcome, waits } = await repair(BROKEN, { model: [limited, limited, proposing("naem", "name")] });
    expect(outcome).toMatchObject({ kind: "fixed" });
    expect(waits).toEqual([7_000, 7_000]);
  });

  it("is not waited for longer than the run may take, which is said", async () => {
    const tomorrow = new ModelError({ kind: "rate-limited", message: "slow down", retryAfterMs: 86_400_000 });
    const { outcome, waits } = await repair(BROKEN, { model: [tomorrow] });
    expect(waits).toEqual([]);
    expect(outcome).toMatchObject({
      kind: "gave-up",
      reason: "model-unavailable",
      sentence: expect.stringMatching(/slow down\. It is to be asked again in 86400 s, and 600 s are left$/),
    });
  });

  it("that does not answer in time has used up the time", async () => {
    const late = new ModelError({ kind: "unavailable", message: "no answer" });
    const { outcome } = await repair(BROKEN, { model: [late], pace: 400_000 });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "time" });
  });

  it("that only looks things up comes to an end, which is said", async () => {
    const looking = Array.from({ length: 40 }, (_, at) =>
      calling(["read_file", { path: "main.tf", from_line: 1, to_line: at + 1 }]),
    );
    const { outcome } = await repair(BROKEN, { model: looking });
    expect(outcome).toMatchObject({
      kind: "gave-up",
      reason: "attempts",
      sentence: expect.stringContaining("24 turns, 0 of them with a change"),
      used: { turns: 24 },
    });
  });

  it("that proposes the same edit for ever has its attempts and no more", async () => {
    const { outcome, checks } = await repair(BROKEN, { model: [proposing("naem", "nome")] });
    expect(outcome).toMatchObject({ kind: "gave-up", reason: "attempts", used: { attempts: 3 } });
    expect(checks).toBe(2);
  });

  it("may not touch what only an edit broke that was taken back", async () => {
    const files = { "main.tf": queue('  naem = "a"\n', "a"), "other.tf": queue("  delay = 3\n", "b") };
    const breaking = calling([
      "propose_edit",
      { edits: [{ path: "main.tf", old_text: "naem", new_text: "nome" }], reason: "?" },
    ]);
    const { news, outcome } = await repair(files, { model: [breaking, proposing("naem", "name")] });
    expect(outcome).toMatchObject({ kind: "fixed" });
    const told = news.flatMap((each) => (each.kind === "problems" ? each.problems : []));
    expect(told.map(({ names }) => names["name"])).toEqual(["naem"]);
  });

  it.each([
    ["unavailable", 4],
    ["denied", 0],
    ["invalid", 0],
    ["malformed", 1],
  ] as const)("that is %s is asked %i times more", async (kind, waits) => {
    const run = await repair(BROKEN, { model: [new ModelError({ kind, message: "no" })] });
    expect(run.outcome).toMatchObject({ kind: "gave-up", reason: "model-unavailable" });
    expect(run.waits).toHaveLength(waits);
    expect(run.waits).toEqual([1_000, 2_000, 4_000, 8_000].slice(0, waits));
  });

  it.each([
    ["tokens", { tokensMax: 10 }],
    ["time", { timeMaxMs: 5 }],
  ])("is not asked beyond the budget of %s", async (reason, budget) => {
    const { outcome, requests } = await repair(BROKEN, {
      model: [proposing("naem", "name")],
      change: (input) => ({ ...input, budget: { ...input.budget, ...budget } }),
    });
    expect(outcome).toMatchObject({ kind: "gave-up", reason });
    expect(requests).toHaveLength(0);
  });
});

describe("a run", () => {
  it("mends what an apply told of a configuration that plans", async () => {
    const files = { "main.tf": queue('  name = "jobs"\n  delay = 901\n') };
    const reported = {
      severity: "error" as const,
      summary: "Unsupported argument",
      detail: 'An argument named "delay" is not expected here.',
      range: {
        filename: "main.tf",
        start: { line: 3, column: 3, byte: 52 },
        end: { line: 3, column: 8, byte: 57 },
      },
    };
    const fixer = {
      ...NAME,
      propose: () => ({
        kind: "edits" as const,
        edits: [
          {
            file: "main.tf",
            start: files["main.tf"].indexOf("901"),
            end: files["main.tf"].indexOf("901") + 3,
            text: "900",
          },
        ],
        sentence: "900 is the most",
      }),
    };
    const { outcome } = await repair(files, {
      fixers: [fixer],
      change: (input) => ({ ...input, reported: [reported] }),
    });
    expect(outcome).toMatchObject({ kind: "fixed" });
    expect(outcome.kind === "fixed" && outcome.files.get("main.tf")).toContain("delay = 900");
  });

  describe("what an apply told", () => {
    const range = (text: string, word: string) => {
      const byte = text.indexOf(word);
      const line = text.slice(0, byte).split("\n").length;
      const at = (offset: number) => ({ line, column: 3, byte: offset });
      return { filename: "main.tf", start: at(byte), end: at(byte + word.length) };
    };
    const text = queue('  name = "jobs"\n  naem = "typo"\n  delay = 901\n');
    const reported = (summary: string, detail: string) => (input: LoopInput) => ({
      ...input,
      reported: [{ severity: "error" as const, summary, detail, range: range(text, "delay") }],
    });

    it("is not answered by an edit of the model's that mends something else", async () => {
      const model = [proposing('  naem = "typo"\n', ""), proposing("901", "900")];
      const { outcome, requests } = await repair(
        { "main.tf": text },
        { model, change: reported("creating queue", "InvalidAttributeValue: DelaySeconds is at most 900") },
      );
      expect(requests).toHaveLength(2);
      expect(outcome.kind === "fixed" && outcome.files.get("main.tf")).toBe(
        queue('  name = "jobs"\n  delay = 900\n'),
      );
    });

    it("is no edit's to answer where it is nobody's here", async () => {
      const { outcome } = await repair(
        { "main.tf": text },
        {
          model: [proposing('  naem = "typo"\n', "")],
          change: reported(
            "Error creating Queue: googleapi: Error 403: Quota 'QUEUES' exceeded.  Limit: 5.0 globally., quotaExceeded",
            "",
          ),
        },
      );
      expect(outcome).toMatchObject({ kind: "gave-up", reason: "not-code" });
    });

    it("is looked for where it has moved to", async () => {
      const places: (string | undefined)[] = [];
      const looking: Fixer = {
        name: "looking",
        classes: ["unclassified"],
        propose({ place }, { configuration }) {
          const now = configuration.source.files.get("main.tf") ?? "";
          places.push(place === undefined ? undefined : now.slice(place.start, place.end));
          return null;
        },
      };
      const { outcome } = await repair(
        { "main.tf": text },
        {
          fixers: [looking],
          model: [proposing('  naem = "typo"\n', ""), proposing("901", "900")],
          change: reported("creating queue", "InvalidAttributeValue: DelaySeconds is at most 900"),
        },
      );
      expect(outcome).toMatchObject({ kind: "fixed" });
      expect(new Set(places)).toEqual(new Set(["delay"]));
    });
  });

  it("takes no event for the answer to what was not asked for", async () => {
    const whole = await repair(BROKEN, { model: [proposing("naem", "name")] });
    const [first, , last] = whole.events;
    expect([first?.kind, last?.kind]).toEqual(["checked", "checked"]);
    // The model's reply is missing: what was checked next is not the configuration as it was given.
    const past = [first, last].filter((event) => event !== undefined);
    await expect(repair(BROKEN, { model: [PROSE], past })).rejects.toThrow("not those of its inputs");
  });

  it("goes on from any of its events as if nothing had happened, and asks nothing twice", async () => {
    const model = [
      calling(["list_names", { directory: "" }]),
      proposing("naem", "nome"),
      new ModelError({ kind: "unavailable", message: "gone" }),
      proposing("naem", "name"),
    ];
    const whole = await repair(BROKEN, { model, fixers: [renaming("naem", "nmae")] });
    expect(whole.outcome).toMatchObject({ kind: "fixed" });
    for (let kept = 0; kept <= whole.events.length; kept++) {
      const past = whole.events.slice(0, kept);
      const asked = past.filter(({ kind }) => kind === "replied" || kind === "model-failed").length;
      const rest = await repair(BROKEN, {
        model: model.slice(asked),
        fixers: [renaming("naem", "nmae")],
        past,
      });
      expect({ ...rest.outcome, used: { ...rest.outcome.used, ms: 0 } }).toEqual({
        ...whole.outcome,
        used: { ...whole.outcome.used, ms: 0 },
      });
      expect(rest.events).toHaveLength(whole.events.length - kept);
    }
  });

  it("ends within its bounds with one outcome and no half-answered call, whatever a model writes", async () => {
    const text = fc.oneof(
      fc.constantFrom("naem", "name", "", "main.tf", BROKEN["main.tf"], '"jobs"'),
      fc.string(),
    );
    const edits = fc.array(fc.record({ path: text, old_text: text, new_text: text }), { maxLength: 3 });
    const call = fc.oneof(
      fc.tuple(fc.constant("propose_edit"), fc.record({ edits, reason: text })),
      fc.tuple(
        fc.constantFrom("read_file", "check", "list_names", "provider_schema", "give_up", "x"),
        fc.jsonValue(),
      ),
      fc.tuple(fc.constant("propose_edit"), fc.string()),
    );
    const reply = fc.oneof(
      fc.array(call, { maxLength: 4 }).map((calls) => calling(...calls)),
      fc.constant(PROSE),
      fc.constant({ ...PROSE, ending: "length" as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 12 }), async (model) => {
        const { outcome, requests } = await repair(BROKEN, { model });
        expect(outcome.used.attempts).toBeLessThanOrEqual(3);
        expect(requests.length).toBeLessThanOrEqual(24);
        for (const request of requests) {
          const { calls, answered } = callsOf(request);
          expect(answered.length).toBe(calls.length);
        }
        const written = outcome.kind === "fixed" ? outcome.files.get("main.tf") : MENDED;
        expect(written).toMatch(/^resource "aws_sqs_queue" "jobs"/m);
      }),
      { numRuns: 60 },
    );
  });
});
