import { axisFor, linearAxisFor } from "../validation/chart-axis.ts";
import type { Chart } from "../validation/chart-frame.ts";
import {
  horizontalGrid,
  label,
  type Panel,
  polyline,
  px,
  rule,
  verticalGrid,
} from "../validation/chart-parts.ts";
import type { BacktestCalibration, BacktestedRule, BacktestReport } from "./backtest-report.ts";
import { bySaving, sharePercent } from "./backtest-wording.ts";

const WIDTH = 960;
const HEIGHT = 520;
const PANEL: Panel = { left: 64, right: WIDTH - 120, top: 40, bottom: HEIGHT - 60 };
const LABEL_HEIGHT = 12;

/** Ours are filled dots, peers are rings: they differ in more than colour. */
export const BACKTEST_CHART_STYLE = `
svg.plot .mark { fill: none; stroke-width: 2; stroke: light-dark(#59636e, #9198a1); }
svg.plot .mark.ours { fill: light-dark(#0969da, #58a6ff); stroke: light-dark(#0969da, #58a6ff); } svg.plot text.ours { fill: light-dark(#0969da, #58a6ff); font-weight: 600; }
svg.plot .lead { stroke: light-dark(#d1d9e0, #3d444d); } svg.plot .diagonal { stroke: light-dark(#59636e, #9198a1); stroke-dasharray: 4 4; }
svg.plot path.frontier, svg.plot line.frontier { fill: none; stroke: light-dark(#1a7f37, #3fb950); stroke-width: 1.5; stroke-dasharray: 6 3; } svg.plot text.frontier { fill: light-dark(#1a7f37, #3fb950); }
svg.plot text { paint-order: stroke; stroke: light-dark(#fff, #0d1117); stroke-width: 3; stroke-linejoin: round; }
svg.plot .reach { stroke: light-dark(#59636e, #9198a1); opacity: 0.3; } svg.plot .reach.ours { stroke: light-dark(#0969da, #58a6ff); opacity: 0.6; }
`;

interface Placed {
  readonly name: string;
  readonly isOurs: boolean;
  readonly x: number;
  readonly y: number;
}

/**
 * Saving against shortage: right is better, down is better. Crosses reach as far as 95 % of drawn fleets; the line joins the rules
 * that no other one beats on these machines.
 */
export function backtestChart(report: BacktestReport): Chart {
  const rules = bySaving(report);
  const x = linearAxisFor(
    rules.map(({ removedShare }) => removedShare * 100),
    PANEL.left,
    PANEL.right,
  );
  const y = axisFor(
    rules.map(({ shortShare }) => shortShare * 100),
    PANEL.bottom,
    PANEL.top,
  );
  const at = (removed: number, short: number) => ({
    x: x.position(removed * 100),
    y: y.position(short * 100),
  });
  const placed = rules.map((rule, index) => {
    const { name, isOurs, removedShare, shortShare } = rule;
    return { name: `${index + 1} ${name}`, isOurs, ...at(removedShare, shortShare) };
  });
  const frontier = rules.filter(({ dominatedBy }) => dominatedBy.length === 0);
  return {
    title: "Saving against later shortage: further right and further down is better",
    description: `Each rule as a point; right and down is better. ${rules
      .map(
        ({ title, removedShare, shortShare }) =>
          `${title}: ${sharePercent(removedShare)} removed, ${sharePercent(shortShare)} short.`,
      )
      .join(" ")}`,
    width: WIDTH,
    height: HEIGHT,
    body: [
      horizontalGrid(y, PANEL),
      verticalGrid(x, PANEL),
      ...rules.map((rule) => reach(rule, at)),
      polyline(
        frontierPath(frontier.map(({ removedShare, shortShare }) => at(removedShare, shortShare))),
        "frontier",
      ),
      ...nameLabels(placed),
      ...placed.map(
        (one) =>
          `<circle class="mark${one.isOurs ? " ours" : ""}" cx="${px(one.x)}" cy="${px(one.y)}" r="4"/>`,
      ),
      label("removed: % of all vCPU", (PANEL.left + PANEL.right) / 2, HEIGHT - 30, "middle"),
      label("short: mean % of the later samples that needed more than the size", 8, PANEL.top - 6),
      ...legend(report),
    ].join("\n"),
  };
}

/** How far 95 % of drawn fleets lie to either side of a rule's point. */
function reach(
  { isOurs, removedShare, shortShare, interval95 }: BacktestedRule,
  at: (removed: number, short: number) => { readonly x: number; readonly y: number },
): string {
  if (interval95 === null) return "";
  const className = isOurs ? "reach ours" : "reach";
  const [left, right] = interval95.removedShare.map((removed) => at(removed, shortShare));
  const [down, up] = interval95.shortShare.map((short) => at(removedShare, short));
  const clamped = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
  const point = (one: { readonly x: number; readonly y: number } | undefined): readonly [number, number] => [
    clamped(one?.x ?? 0, PANEL.left, PANEL.right),
    clamped(one?.y ?? 0, PANEL.top, PANEL.bottom),
  ];
  return rule(point(left), point(right), className) + rule(point(down), point(up), className);
}

/** The stairs below which no rule lies: from the least saving to the most. */
function frontierPath(
  points: readonly { readonly x: number; readonly y: number }[],
): readonly (readonly [number, number])[] {
  const ordered = points.toSorted((a, b) => a.x - b.x);
  return ordered.flatMap(({ x, y }, index) => {
    const before = ordered[index - 1];
    return before === undefined ? [[x, y] as const] : [[x, before.y] as const, [x, y] as const];
  });
}

function legend(report: BacktestReport): readonly string[] {
  const y = HEIGHT - 8;
  const hasReach = report.rules.some(({ interval95 }) => interval95 !== null);
  return [
    `<circle class="mark ours" cx="${PANEL.left + 4}" cy="${y - 4}" r="4"/>`,
    label("Apex", PANEL.left + 14, y, "ours"),
    `<circle class="mark" cx="${PANEL.left + 64}" cy="${y - 4}" r="4"/>`,
    label("other tools", PANEL.left + 74, y),
    rule([PANEL.left + 150, y - 4], [PANEL.left + 174, y - 4], "frontier"),
    label("not beaten by any rule", PANEL.left + 180, y, "frontier"),
    ...(hasReach
      ? [
          rule([PANEL.left + 324, y - 4], [PANEL.left + 348, y - 4], "reach ours"),
          label("95 % of fleets drawn anew", PANEL.left + 354, y),
        ]
      : []),
  ];
}

/** Names in a column right of the panel would cross too many lines: each stands beside its point, moved down where another is. */
function nameLabels(placed: readonly Placed[]): readonly string[] {
  const taken: { left: number; right: number; y: number }[] = [];
  return placed
    .toSorted((a, b) => Number(b.isOurs) - Number(a.isOurs) || a.y - b.y)
    .map(({ name, isOurs, x, y }) => {
      // Ours are bold.
      const width = name.length * (isOurs ? 7.2 : 6.2);
      // Left of its point where there is no room to the right.
      const isLeft = x + 9 + width > WIDTH - 4;
      const left = isLeft ? x - 9 - width : x + 9;
      const isTaken = (at: number): boolean =>
        taken.some(
          (one) => Math.abs(one.y - at) < LABEL_HEIGHT && one.left < left + width && left < one.right,
        );
      const steps = Array.from(
        { length: 40 },
        (_, step) => y + (step % 2 === 0 ? 1 : -1) * Math.ceil(step / 2) * 6,
      );
      const at = steps.find((one) => one > PANEL.top - 10 && one < PANEL.bottom + 4 && !isTaken(one)) ?? y;
      taken.push({ left, right: left + width, y: at });
      const lead = Math.abs(at - y) < 3 ? "" : rule([x, y], [isLeft ? x - 7 : x + 7, at], "lead");
      const classes = [isOurs ? "ours" : "", isLeft ? "end" : ""].filter((one) => one !== "").join(" ");
      return lead + label(name, isLeft ? x - 9 : left, at + 4, classes);
    });
}

const SIDE = 300;
const SQUARE: Panel = { left: 52, right: SIDE + 20, top: 34, bottom: SIDE };

/** Stated confidence against the share that held; on the diagonal they agree. */
export function calibrationChart(calibration: BacktestCalibration): Chart {
  const x = linearAxisFor([100], SQUARE.left, SQUARE.right);
  const y = linearAxisFor([100], SQUARE.bottom, SQUARE.top);
  const largest = Math.max(...calibration.bins.map(({ decisions }) => decisions));
  return {
    title: `Stated confidence and what held: ${calibration.rule}`,
    description: calibration.bins
      .map(
        ({ meanConfidence, heldShare, decisions }) =>
          `Stated ${sharePercent(meanConfidence)}: ${sharePercent(heldShare)} of ${decisions} held.`,
      )
      .join(" "),
    width: SIDE + 60,
    height: SIDE + 44,
    body: [
      horizontalGrid(y, SQUARE),
      verticalGrid(x, SQUARE),
      rule([x.position(0), y.position(0)], [x.position(100), y.position(100)], "diagonal"),
      ...calibration.bins.map(({ meanConfidence, heldShare, decisions }) => {
        // The area says how many decisions stand behind a point.
        const radius = 3 + 7 * Math.sqrt(decisions / largest);
        return `<circle class="mark ours" fill-opacity="0.5" cx="${px(x.position(meanConfidence * 100))}" cy="${px(y.position(heldShare * 100))}" r="${px(radius)}"/>`;
      }),
      label("stated confidence, %", (SQUARE.left + SQUARE.right) / 2, SIDE + 34, "middle"),
      label("held later, % (area: how many sizes)", 8, SQUARE.top - 2),
    ].join("\n"),
  };
}
