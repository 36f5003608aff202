import { KNOWN_AFTER_APPLY, type LineItem, type ResourceDifference, unpricedReason } from "@apex/core";
import { compareText } from "../compare-text.ts";
import { list, section, sharedLines } from "../markdown-details.ts";
import type { MarkdownBlock } from "../markdown-document.ts";
import { escapeMarkdown } from "../markdown-text.ts";
import { plural } from "../wording.ts";
import type { EstimatedProject, EstimateReport } from "./estimate-report.ts";
import { isChanged } from "./estimate-totals.ts";
import type { FlavouredMarkdown } from "./markdown-flavour.ts";

/** More names than this in one line are counted: the JSON report has them all. */
const NAMES_MAX = 12;

/** More entries than this of a kind are counted: somebody else's report may have millions, and each takes its time. */
const ENTRIES_MAX = 1_000;

/** A note with a path and a reason in it fits. */
const NOTE_LENGTH_MAX = 600;

/** A project as people name it: its directory and what tells its environments apart. */
export function projectName({
  directory,
  varFiles,
}: Pick<EstimatedProject, "directory" | "varFiles">): string {
  const name = directory === "." ? "repository root" : directory;
  if (varFiles.length === 0) return name;
  const files = varFiles.map((file) => file.slice(file.lastIndexOf("/") + 1));
  return `${name} with ${files.slice(0, NAMES_MAX).join(", ")}`;
}

/** What the amounts rest on: prices, regions, how it is bought, use, the plan, and what was not known. */
export function assumptionBlocks(
  report: EstimateReport,
  flavour: FlavouredMarkdown,
): readonly MarkdownBlock[] {
  const resources = report.projects.flatMap(({ difference }) => difference?.resources ?? []);
  const changed = resources.filter(isChanged);
  const unpriced = resources.flatMap((resource) => reasons(resource));
  const unknowns = changed.flatMap((resource) => unknownAttributes(resource));
  const notes = report.projects.flatMap((project) =>
    project.notes.map((text) => ({ name: projectName(project), text })),
  );
  const warnings = report.projects.flatMap((project) =>
    project.difference === null
      ? []
      : project.problems.map(({ severity, summary }) => ({
          name: projectName(project),
          text: `${severity}: ${summary}`,
        })),
  );
  return flavour.folded("Assumptions", [
    list(basis(report, changed, flavour), "assumption"),
    "",
    ...section("Price tables", priceTables(report), "table"),
    ...section("Not or only partly priced", namedLines(unpriced, flavour), "reason"),
    ...section("Known only after apply", namedLines(unknowns, flavour), "attribute"),
    ...section("Notes of the plan", noteLines(report, notes, flavour), "note"),
    ...section("Messages", noteLines(report, warnings, flavour), "message"),
  ]);
}

/** Something said of something. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

function namedLines(rows: readonly NamedText[], { code }: FlavouredMarkdown): string[] {
  const more = rows.length - ENTRIES_MAX;
  return [...sharedLines(rows.slice(0, ENTRIES_MAX), code), ...(more > 0 ? [`- and ${more} more`] : [])];
}

/** With one project there is no need to say whose notes they are. */
function noteLines(report: EstimateReport, rows: readonly NamedText[], flavour: FlavouredMarkdown): string[] {
  if (report.projects.length > 1) return namedLines(rows, flavour);
  return [...new Set(rows.slice(0, ENTRIES_MAX).map(({ text }) => text))].map(
    (text) => `- ${escapeMarkdown(text, NOTE_LENGTH_MAX)}`,
  );
}

function reasons({ address, before, after }: ResourceDifference): NamedText[] {
  const reason = unpricedReason(after) ?? unpricedReason(before);
  return reason === undefined ? [] : [{ name: address, text: reason }];
}

function unknownAttributes({ address, attributes }: ResourceDifference): NamedText[] {
  return attributes
    .filter(({ from, to }) => from === KNOWN_AFTER_APPLY || to === KNOWN_AFTER_APPLY)
    .map(({ path }) => ({ name: address, text: path }));
}

/** Each table once with its date: one that two projects read on different days is told twice. */
function priceTables({ projects }: EstimateReport): string[] {
  const tables = projects.flatMap(({ difference }) => Object.entries(difference?.priceDates ?? {}));
  const lines = tables
    .slice(0, ENTRIES_MAX)
    .map(([table, date]) => `- ${escapeMarkdown(table, 120)} of ${escapeMarkdown(date, 30)}`);
  return [...new Set(lines)].toSorted(compareText);
}

function basis(
  report: EstimateReport,
  changed: readonly ResourceDifference[],
  { code }: FlavouredMarkdown,
): string[] {
  const items = changed.flatMap(({ lineItems }) =>
    lineItems.flatMap(({ before, after }) => [before, after].filter((item) => item !== null)),
  );
  const regions = names(
    items.flatMap(({ region }) => region ?? []),
    code,
  );
  const purchases = names(
    items.flatMap(({ purchase }) => purchase ?? []),
    escapeMarkdown,
  );
  return [
    `- Prices: ${escapeMarkdown(report.basis, 120)}; a month has 730 hours`,
    ...(regions === "" ? [] : [`- Regions of what changes: ${regions}`]),
    ...(purchases === "" ? [] : [`- Bought: ${purchases}`]),
    `- Use: ${useText(report, items, code)}`,
    `- Plan: ${planText(report)}`,
    ...(report.untouched === 0
      ? []
      : [`- ${plural(report.untouched, "other configuration")} of the repository untouched: not planned`]),
  ];
}

function useText(
  { usageFile }: EstimateReport,
  items: readonly LineItem[],
  code: (text: string) => string,
): string {
  const open = items.filter(({ quantity }) => quantity === null).length;
  const source = usageFile === null ? "no usage file" : `as in ${code(usageFile)}`;
  if (open === 0) return source;
  return `${source}; ${plural(open, "line item")} by use that is not known, at their unit prices and in no amount`;
}

function planText({ terraform }: EstimateReport): string {
  if (terraform === null) return "as given";
  const who =
    terraform.providers === "stand-in"
      ? "stand-in providers (offline, no cloud was asked)"
      : "the real providers";
  return `Terraform ${escapeMarkdown(terraform.version, 20)} with ${who}`;
}

/** Each once, in order, the rest counted; "" for none. */
function names(texts: readonly string[], quoted: (text: string, max: number) => string): string {
  const distinct = [...new Set(texts)].toSorted(compareText);
  const shown = distinct.slice(0, NAMES_MAX).map((text) => quoted(text, 40));
  const more = distinct.length > NAMES_MAX ? [`${distinct.length - NAMES_MAX} more`] : [];
  return [...shown, ...more].join(", ");
}
