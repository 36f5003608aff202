import type { MarkdownBlock } from "../markdown-document.ts";
import { tableRow } from "../markdown-text.ts";
import type { ReportedSide, ReportedValidation } from "./reported-validation.ts";
import { msText } from "./validation-wording.ts";

/** How a page can show a plot: as Mermaid, which GitHub and GitLab draw; as a table; or not at all. */
export type PlotForm = "mermaid" | "table" | "none";

const PERCENTILES = [
  ["p50", "p50Ms"],
  ["p90", "p90Ms"],
  ["p95", "p95Ms"],
  ["p99", "p99Ms"],
] as const satisfies readonly (readonly [string, keyof ReportedSide])[];

/** One percentile would be a bar and a dot. */
const PERCENTILES_MIN = 2;

/** Above the highest value, so that neither bar nor line ends at the frame. */
const ROOM = 1.1;

/** Grey and blue that show on white and on black. */
const COLOURS = "#a8b1bb, #1f6feb";

interface Point {
  readonly percentile: string;
  readonly baselineMs: number;
  readonly candidateMs: number;
}

/** The judged percentile as the verdict tells it, which compares pairs of runs: a page must not give two figures for one thing. */
function pointsOf({ baseline, candidate, judgedLatency: judged }: ReportedValidation): readonly Point[] {
  return PERCENTILES.flatMap(([percentile, key]) => {
    const isJudged = judged?.percentile === percentile;
    const baselineMs = (isJudged ? judged.baselineMs : baseline[key]) ?? null;
    const candidateMs = (isJudged ? judged.candidateMs : candidate[key]) ?? null;
    const isShown = (value: number | null): value is number => value !== null && value >= 0;
    return isShown(baselineMs) && isShown(candidateMs) ? [{ percentile, baselineMs, candidateMs }] : [];
  });
}

/**
 * Latency by percentile, now and after; nothing where fewer than two are known of both sides. There is nothing in it but
 * numbers: the page's own sentence names what was tried.
 */
export function latencyPlot(validation: ReportedValidation, form: PlotForm): readonly MarkdownBlock[] {
  const points = pointsOf(validation);
  if (form === "none" || points.length < PERCENTILES_MIN) return [];
  return form === "mermaid" ? mermaid(points) : table(points);
}

/** Digits that Mermaid's parser takes: no exponent, whatever the size. */
function plain(value: number): string {
  const digits = value >= 100 ? 0 : 3;
  return value < 1e9 ? String(Number(value.toFixed(digits))) : "999999999";
}

function mermaid(points: readonly Point[]): readonly MarkdownBlock[] {
  const values = (of: (point: Point) => number) => points.map((point) => plain(of(point))).join(", ");
  const highest = Math.max(...points.flatMap(({ baselineMs, candidateMs }) => [baselineMs, candidateMs]));
  // Shown as one block: a fence that was cut would swallow the rest of the page.
  return [
    "Latency by percentile in milliseconds: bars now, line after.",
    "",
    [
      "```mermaid",
      `%%{init: {"xyChart": {"width": 560, "height": 260}, "themeVariables": {"xyChart": {"plotColorPalette": "${COLOURS}"}}}}%%`,
      "xychart-beta",
      `    x-axis [${points.map(({ percentile }) => percentile).join(", ")}]`,
      `    y-axis "ms" 0 --> ${plain(Math.max(highest * ROOM, 0.001))}`,
      `    bar [${values(({ baselineMs }) => baselineMs)}]`,
      `    line [${values(({ candidateMs }) => candidateMs)}]`,
      "```",
    ].join("\n"),
    "",
  ];
}

function table(points: readonly Point[]): readonly MarkdownBlock[] {
  const row = (title: string, of: (point: Point) => number) =>
    tableRow([title, ...points.map((point) => msText(of(point)))]);
  return [
    tableRow(["Latency", ...points.map(({ percentile }) => percentile)]),
    tableRow(["---", ...points.map(() => "---:")]),
    row("now", ({ baselineMs }) => baselineMs),
    row("after", ({ candidateMs }) => candidateMs),
    "",
  ];
}
