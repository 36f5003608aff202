import { escapeHtml } from "../html-text.ts";
import type { Axis } from "./chart-axis.ts";

/** The part of a drawing that values are drawn in. */
export interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A coordinate to a tenth of a pixel: more only makes the file longer. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A text at a place. */
export function label(text: string, x: number, y: number, className = ""): string {
  const attribute = className === "" ? "" : ` class="${className}"`;
  return `<text${attribute} x="${px(x)}" y="${px(y)}">${escapeHtml(text)}</text>`;
}

/** A straight line. */
export function rule(
  from: readonly [number, number],
  to: readonly [number, number],
  className: string,
): string {
  return `<line class="${className}" x1="${px(from[0])}" y1="${px(from[1])}" x2="${px(to[0])}" y2="${px(to[1])}"/>`;
}

/** A line through points; `null` interrupts it. Points that fall on one another are drawn once. */
export function polyline(points: readonly (readonly [number, number] | null)[], className: string): string {
  let path = "";
  let previous = "";
  let isUp = true;
  for (const point of points) {
    if (point === null) {
      isUp = true;
      continue;
    }
    const place = `${px(point[0])} ${px(point[1])}`;
    if (isUp || place !== previous) path += `${isUp ? "M" : "L"}${place}`;
    previous = place;
    isUp = false;
  }
  return path === "" ? "" : `<path class="${className}" d="${path}"/>`;
}

/** Lines across a panel at the ticks of its vertical axis, with their labels to the left. */
export function horizontalGrid(axis: Axis, panel: Panel): string {
  return axis.ticks
    .map(
      ({ position, label: text }) =>
        rule([panel.left, position], [panel.right, position], "grid") +
        label(text, panel.left - 6, position + 4, "end"),
    )
    .join("");
}

/** Lines up a panel at the ticks of its horizontal axis, with their labels below. */
export function verticalGrid(axis: Axis, panel: Panel): string {
  return axis.ticks
    .map(
      ({ position, label: text }) =>
        rule([position, panel.top], [position, panel.bottom], "grid") +
        label(text, position, panel.bottom + 14, "middle"),
    )
    .join("");
}

/** A text's place beside a line that ends at `y`. */
export interface SideLabel {
  readonly text: string;
  readonly y: number;
  readonly className: string;
}

const LABEL_HEIGHT = 13;

/** Labels one below the other at their lines' ends, moved apart where they would overlap, and back up where they leave the panel. */
export function sideLabels(labels: readonly SideLabel[], x: number, panel: Panel): string {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  let lowest = panel.top - LABEL_HEIGHT;
  const down = sorted.map(({ y }) => (lowest = Math.max(y, lowest + LABEL_HEIGHT)));
  let highest = panel.bottom + LABEL_HEIGHT;
  const places = down
    .toReversed()
    .map((y) => (highest = Math.min(y, highest - LABEL_HEIGHT)))
    .toReversed();
  return sorted
    .map(({ text, className }, index) => label(text, x, (places[index] ?? 0) + 4, className))
    .join("");
}
