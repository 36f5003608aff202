import { axisFor, linearAxisFor } from "../validation/chart-axis.ts";
import type { Chart } from "../validation/chart-frame.ts";
import { horizontalGrid, label, type Panel, px, rule, verticalGrid } from "../validation/chart-parts.ts";
import type { BacktestCalibration, BacktestReport } from "./backtest-report.ts";
import { bySaving, sharePercent } from "./backtest-wording.ts";

const WIDTH = 720;
const HEIGHT = 400;
const PANEL: Panel = { left: 64, right: WIDTH - 90, top: 34, bottom: HEIGHT - 44 };
const LABEL_HEIGHT = 12;

/** Ours are filled dots, peers are rings: they differ in more than colour. */
export const BACKTEST_CHART_STYLE = `
svg.plot .mark { fill: none; stroke-width: 2; stroke: light-dark(#59636e, #9198a1); }
svg.plot .mark.ours { fill: light-dark(#0969da, #58a6ff); stroke: light-dark(#0969da, #58a6ff); } svg.plot text.ours { fill: light-dark(#0969da, #58a6ff); font-weight: 600; }
svg.plot .lead { stroke: light-dark(#d1d9e0, #3d444d); } svg.plot .diagonal { stroke: light-dark(#59636e, #9198a1); stroke-dasharray: 4 4; }
`;

interface Placed {
  readonly name: string;
  readonly isOurs: boolean;
  readonly x: number;
  readonly y: number;
}

/** Saving against shortage: right is better, down is better. */
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
  const placed = rules.map(({ name, isOurs, removedShare, shortShare }) => {
    return { name, isOurs, x: x.position(removedShare * 100), y: y.position(shortShare * 100) };
  });
  return {
    title: "vCPU removed, and how much of the later time was short",
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
      ...nameLabels(placed),
      ...placed.map(
        (one) =>
          `<circle class="mark${one.isOurs ? " ours" : ""}" cx="${px(one.x)}" cy="${px(one.y)}" r="4"/>`,
      ),
      label("% of vCPU removed", (PANEL.left + PANEL.right) / 2, HEIGHT - 12, "middle"),
      label("% of later samples short (mean)", 8, PANEL.top - 4),
    ].join("\n"),
  };
}

/** Names in a column right of the panel would cross too many lines: each stands beside its point, moved down where another is. */
function nameLabels(placed: readonly Placed[]): readonly string[] {
  const taken: { left: number; right: number; y: number }[] = [];
  return placed
    .toSorted((a, b) => Number(b.isOurs) - Number(a.isOurs) || a.y - b.y)
    .map(({ name, isOurs, x, y }) => {
      const width = name.length * 6.2;
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
      label("stated, %", (SQUARE.left + SQUARE.right) / 2, SIDE + 34, "middle"),
      label("held, %", 8, SQUARE.top - 2),
    ].join("\n"),
  };
}
