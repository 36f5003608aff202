import { escapeHtml } from "../html-text.ts";

/** A drawing: its title and what it shows in words, for those who cannot see it, and its content as SVG elements. */
export interface Chart {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** Text in it is escaped already. */
  readonly body: string;
}

/**
 * The colours by class, light and dark. Sides differ in dash and shape as well as in colour, and lie far apart in
 * lightness: grey and blue are told apart by every kind of colour vision.
 */
const COLOURS = {
  paper: ["#ffffff", "#0d1117"],
  ink: ["#1b1f24", "#e6edf3"],
  dim: ["#59636e", "#9198a1"],
  grid: ["#d1d9e0", "#3d444d"],
  baseline: ["#6e7781", "#9198a1"],
  candidate: ["#0969da", "#58a6ff"],
  bound: ["#bc4c00", "#db6d28"],
} as const;

/** Rules for the classes of all charts; `scope` comes before every selector. */
function rules(scope: string, colour: (name: keyof typeof COLOURS) => string): string {
  return [
    `${scope} .paper { fill: ${colour("paper")}; }`,
    `${scope} text { fill: ${colour("dim")}; }`,
    `${scope} text.title { fill: ${colour("ink")}; }`,
    `${scope} .grid { stroke: ${colour("grid")}; }`,
    `${scope} .line.baseline { stroke: ${colour("baseline")}; }`,
    `${scope} .line.candidate { stroke: ${colour("candidate")}; }`,
    `${scope} .line.bound { stroke: ${colour("bound")}; }`,
    `${scope} .dot.baseline { stroke: ${colour("baseline")}; fill: ${colour("paper")}; }`,
    `${scope} .dot.candidate { stroke: ${colour("candidate")}; fill: ${colour("candidate")}; }`,
    `${scope} text.baseline { fill: ${colour("baseline")}; }`,
    `${scope} text.candidate { fill: ${colour("candidate")}; }`,
    `${scope} text.bound { fill: ${colour("bound")}; }`,
  ].join("\n");
}

/** What does not depend on light or dark. */
function shape(scope: string): string {
  return [
    `${scope} text { font: 11px system-ui, sans-serif; }`,
    `${scope} text.title { font-size: 12px; font-weight: 600; }`,
    `${scope} .end { text-anchor: end; }`,
    `${scope} .middle { text-anchor: middle; }`,
    `${scope} .line { fill: none; stroke-width: 2; stroke-linejoin: round; }`,
    `${scope} .line.baseline { stroke-dasharray: 6 3; }`,
    `${scope} .line.bound { stroke-dasharray: 2 2; }`,
    `${scope} .line.thin { stroke-width: 1; stroke-dasharray: none; opacity: 0.35; }`,
    `${scope} .line.span { stroke-width: 6; stroke-dasharray: none; opacity: 0.3; }`,
    `${scope} .line.middle { stroke-dasharray: none; }`,
    `${scope} .dot { stroke-width: 1.5; }`,
  ].join("\n");
}

/** The style of the charts inside a page that switches between light and dark by itself. */
export const CHART_STYLE = `${shape("svg.plot")}\n${rules("svg.plot", (name) => `light-dark(${COLOURS[name].join(", ")})`)}
svg.plot { display: block; margin: 0.6rem 0; max-width: 100%; height: auto; }`;

function content({ title, description, body, width, height }: Chart): string {
  return [
    `<title>${escapeHtml(title)}</title><desc>${escapeHtml(description)}</desc>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="8" y="16">${escapeHtml(title)}</text>`,
    body,
  ].join("\n");
}

/** A chart inside a page that has {@link CHART_STYLE}. */
export function inlineChart(chart: Chart): string {
  const { width, height } = chart;
  return `<svg class="plot" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${content(chart)}</svg>`;
}

/** A chart as a file of its own: it loads nothing, and brings its ground so that it reads on any page. */
export function chartFile(chart: Chart): string {
  const { width, height } = chart;
  const style = [
    shape("svg"),
    rules("svg", (name) => COLOURS[name][0]),
    `@media (prefers-color-scheme: dark) {\n${rules("svg", (name) => COLOURS[name][1])}\n}`,
  ].join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">\n<style>\n${style}\n</style>\n${content(chart)}\n</svg>\n`;
}
