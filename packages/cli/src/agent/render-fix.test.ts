import type { GaveUpReason, LoopOutcome, Problem } from "@apex/agent";
import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { renderFixJson } from "./fix-json.ts";
import { type FixReport, followNews, reportedProblems } from "./fix-report.ts";
import { renderFixMarkdown, renderFixTable } from "./render-fix.ts";

const USED: FixReport["used"] = {
  rounds: 1,
  attempts: 1,
  checks: 2,
  turns: 2,
  tokens: { inputTokens: 1_200, outputTokens: 34 },
  turnsWithoutUsage: 1,
  estimatedTokens: 0,
  cost: { amount: decimal("0.003"), currency: "USD" },
  ms: 1_234,
};

function aReport(changes: Partial<FixReport> = {}): FixReport {
  return {
    apexVersion: "0.1.0",
    generatedAt: "2026-11-22T00:00:00Z",
    directory: "stack",
    runId: "fix-a",
    transcript: ".apex/transcripts/fix-a.jsonl",
    outcome: { kind: "fixed" },
    isWritten: true,
    isDryRun: false,
    isResumed: false,
    problems: [],
    repairs: [],
    unsure: [],
    diff: "",
    terraform: { providers: "stand-in", version: "1.11.4" },
    notes: [],
    model: "m",
    whyNoModel: null,
    used: USED,
    ...changes,
  };
}

function aProblem(detail: string, file = "main.tf"): Problem {
  return {
    class: "unsupported-argument",
    diagnostic: { severity: "error", summary: "Unsupported argument", detail },
    names: {},
    place: { file, start: 0, end: 1 },
  };
}

test("nothing that a configuration, a model or a server says moves the cursor", () => {
  const evil = "\u001b]0;owned\u0007\u001b[2Kx\r";
  const report = aReport({
    outcome: { kind: "refused", violations: [{ rule: "check-removed", sentence: evil }] },
    problems: [
      { class: "syntax", summary: evil, detail: evil, address: evil, file: evil, line: 1, isMended: false },
    ],
    repairs: [{ by: evil, sentence: evil, files: [evil] }],
    unsure: [{ kind: "unsure", fixer: "f", reason: evil, candidates: [evil] }],
    diff: `--- a/x\n+++ b/x\n@@ -1 +1 @@\n-${evil}\n+\t${evil}\n`,
    notes: [evil],
    model: evil,
    transcript: evil,
  });
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(renderFixTable(report, { colour: false })).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
});

test("a diff cannot end its fence, and text is no Markdown", () => {
  const problem = {
    class: "syntax" as const,
    summary: "| a | <b> | @everyone",
    detail: null,
    address: null,
    file: "a`b.tf",
    line: null,
    isMended: true,
  };
  const markdown = renderFixMarkdown(aReport({ diff: "+```\n+# not a title\n", problems: [problem] }));
  expect(markdown).toContain("````diff\n+```\n+# not a title\n````");
  expect(markdown).not.toMatch(/<b>|@everyone/);
});

test("what is not known is said to be so, and what was not planned is not said to plan", () => {
  const table = renderFixTable(aReport(), { colour: false });
  expect(table).toContain("m: 2 turns, 1 attempt, at least 1,234 tokens for at least $0.0030");
  const unknown = renderFixTable(aReport({ used: { ...USED, cost: null } }), { colour: false });
  expect(unknown).toContain("at a price that is not known");
  const gaveUp = aReport({
    outcome: { kind: "gave-up", reason: "attempts", sentence: "It is not mended" },
    isWritten: false,
    diff: "--- a/x\n+++ b/x\n",
  });
  expect(renderFixTable(gaveUp, { colour: false })).toMatch(/^Not fixed: .*No file was changed/);
  expect(renderFixTable(gaveUp, { colour: false })).toContain("As far as it came, not written");
  expect(renderFixTable(gaveUp, { colour: false })).not.toContain("plans it");
  expect(JSON.parse(renderFixJson(gaveUp))).toMatchObject({ schema: "apex.fix/v1", isWritten: false });
  const unwritten = renderFixTable(aReport({ isWritten: false }), { colour: false });
  expect(unwritten).toMatch(/^Fixed: .* The files could not be written\./);
});

test("what was not mended says what to do next: an option that allows more, or what only a person decides", () => {
  const said = (reason: GaveUpReason) => {
    const outcome = { kind: "gave-up", reason, sentence: "It is not mended" } as const;
    const report = aReport({ outcome, isWritten: false });
    return renderFixTable(report, { colour: false }).replace(/^[^]*It is not mended/, "");
  };
  expect(said("attempts")).toContain("--max-attempts");
  expect(said("tokens")).toContain("--max-tokens");
  expect(said("cost")).toContain("--max-cost");
  expect(said("time")).toContain("--timeout");
  expect(said("model-unavailable")).toContain("OPENAI_BASE_URL (--base-url)");
  expect(said("not-code")).toContain("--var-file");
  expect(said("model-gave-up")).toContain("run apex fix again");
  const refused = { kind: "refused", violations: [] } as const;
  expect(renderFixTable(aReport({ outcome: refused }), { colour: false })).toContain("make it yourself");
});

test("repairs that were taken back are not among those that stand", () => {
  const { add, followed } = followNews();
  const edited = (by: string, file: string) =>
    add({ kind: "edited", by, sentence: "s", edits: [{ file, start: 0, end: 0, text: "" }] });
  const [first, second] = [aProblem("a"), aProblem("b", "other.tf")];
  add({ kind: "problems", problems: [first, second] });
  edited("kept", "main.tf");
  add({ kind: "problems", problems: [second] });
  edited("one", "main.tf");
  edited("two", "other.tf");
  add({ kind: "refused", by: "one, two", violations: [] });
  add({ kind: "undone", edits: 2 });
  edited("last", "other.tf");
  const { problems, repairs } = followed();
  expect(repairs.map(({ by }) => by)).toEqual(["kept", "last"]);
  const outcome: LoopOutcome = {
    kind: "gave-up",
    reason: "no-model",
    sentence: "",
    left: [second],
    partial: new Map(),
    used: USED,
  };
  expect(reportedProblems(problems, outcome).map(({ file, isMended }) => [file, isMended])).toEqual([
    ["main.tf", true],
    ["other.tf", false],
  ]);
});
