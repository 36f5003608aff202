import { codeSpan, escapeMarkdown, painter } from "@apex/report";
import { printable } from "../printable.ts";
import { whereabouts, nextSteps, sentenceOf, shortened, usedSentence, verdictOf } from "./fix-wording.ts";
import type { FixReport } from "./fix-report.ts";

interface RenderOptions {
  readonly colour: boolean;
}

/** A unified diff as terminals show it. */
function paintedDiff(diff: string, { colour }: RenderOptions): string {
  const paint = painter(colour);
  return diff
    .split("\n")
    .map((raw) => {
      // Tabs are part of configurations; all other control characters could move the cursor.
      const line = raw.split("\t").map(printable).join("\t");
      if (/^(diff |--- |\+\+\+ )/.test(line)) return paint(line, "bold");
      if (line.startsWith("@@")) return paint(line, "dim");
      if (line.startsWith("+")) return paint(line, "green");
      return line.startsWith("-") ? paint(line, "red") : line;
    })
    .join("\n");
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** The report for a terminal. */
export function renderFixTable(report: FixReport, options: RenderOptions): string {
  const paint = painter(options.colour);
  const { outcome, problems, repairs, unsure, diff, notes } = report;
  const isGood = outcome.kind === "fixed" || outcome.kind === "nothing-broken";
  const shownDiff = diff === "" ? [] : ["", paintedDiff(diff.trimEnd(), options)];
  const asFarAs = isGood || diff === "" ? [] : ["", paint("As far as it came, not written:", "bold")];
  return `${[
    paint(verdictOf(report), isGood ? "green" : "red"),
    ...asFarAs,
    ...shownDiff,
    ...list(
      paint("Problems", "bold"),
      problems.map((each) => {
        const mark = each.isMended ? paint("✓", "green") : paint("✗", "red");
        return `${mark} ${whereabouts(each)}  ${shortened(sentenceOf(each))}`;
      }),
    ),
    ...list(
      paint(isGood ? "Mended by" : "Mended so far by", "bold"),
      repairs.map(({ by, sentence }) => `${printable(by)}: ${shortened(sentence, 240)}`),
    ),
    ...list(
      paint("Rules that stand in the way", "bold"),
      outcome.kind === "refused"
        ? outcome.violations.map(({ rule, sentence }) => `${rule}: ${shortened(sentence, 240)}`)
        : [],
    ),
    ...list(
      paint("Not certain", "bold"),
      isGood
        ? []
        : unsure.map(({ fixer, reason, candidates }) => {
            const may = candidates.length === 0 ? "" : ` (may be ${candidates.slice(0, 5).join(", ")})`;
            return `${fixer}: ${shortened(`${reason}${may}`, 240)}`;
          }),
    ),
    ...list(
      paint("Next", "bold"),
      nextSteps(report).map((line) => shortened(line, 500)),
    ),
    ...list(
      paint("Notes", "bold"),
      notes.map((note) => printable(note)),
    ),
    "",
    paint(`${usedSentence(report)}. Transcript: ${printable(report.transcript)}`, "dim"),
  ].join("\n")}\n`;
}

function fenced(diff: string): string {
  const longest = Math.max(2, ...[...diff.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${diff.trimEnd()}\n${fence}`;
}

/** The report as Markdown, for a pull request. */
export function renderFixMarkdown(report: FixReport): string {
  const { outcome, problems, repairs, diff } = report;
  const rows = problems.map(
    (each) =>
      `| ${each.isMended ? "✓" : "✗"} | ${codeSpan(whereabouts(each))} | ${escapeMarkdown(shortened(sentenceOf(each)))} |`,
  );
  const violations = outcome.kind === "refused" ? outcome.violations : [];
  return `${[
    `## apex fix: ${escapeMarkdown(verdictOf(report))}`,
    ...(rows.length === 0 ? [] : ["", "| | Where | Problem |", "| --- | --- | --- |", ...rows]),
    ...(repairs.length === 0 ? [] : [""]),
    ...repairs.map(({ by, sentence }) => `- ${codeSpan(by)}: ${escapeMarkdown(shortened(sentence, 240))}`),
    ...(violations.length === 0 ? [] : ["", "Rules that stand in the way:", ""]),
    ...violations.map(
      ({ rule, sentence }) => `- ${codeSpan(rule)}: ${escapeMarkdown(shortened(sentence, 240))}`,
    ),
    ...(diff === "" ? [] : ["", fenced(diff)]),
    ...nextSteps(report).flatMap((step) => ["", escapeMarkdown(step)]),
    "",
    `${escapeMarkdown(usedSentence(report))}.`,
  ].join("\n")}\n`;
}
