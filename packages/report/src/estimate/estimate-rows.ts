import {
  type Currency,
  compareDecimals,
  type Decimal,
  decimal,
  differsByUse,
  multiply,
  parseAddress,
  type ResourceDifference,
  sumDecimals,
} from "@apex/core";
import { compareText } from "../compare-text.ts";
import type { EstimatedProject, EstimateReport } from "./estimate-report.ts";
import { isChanged, magnitude } from "./estimate-totals.ts";

/** Resources of one project that are alike in everything but their keys; mostly one. */
export interface EstimateRow {
  readonly project: EstimatedProject;
  readonly currency: Currency;
  /** "aws_instance.web", or for several of them "aws_instance.web[*]". */
  readonly name: string;
  readonly resources: readonly [ResourceDifference, ...ResourceDifference[]];
  readonly count: number;
  /** Of all of them; `null` when it is not known. */
  readonly delta: Decimal | null;
}

/** The rows of the table, and what it leaves out. */
export interface EstimateRows {
  /** Biggest difference first, those that are not known last. */
  readonly rows: readonly EstimateRow[];
  /** Resources that change in what decides their price, and cost the same. */
  readonly withoutDifference: number;
}

/** What changes in cost, all projects together. */
export function estimateRows(report: EstimateReport): EstimateRows {
  const changed = report.projects.flatMap((project, index) =>
    (project.difference?.resources ?? []).filter(isChanged).map((resource) => ({ project, index, resource })),
  );
  const shown = changed.filter(({ resource }) => differs(resource));
  const groups = new Map<
    string,
    { readonly project: EstimatedProject; readonly resource: ResourceDifference }[]
  >();
  for (const entry of shown) {
    const key = likeness(entry.resource, entry.index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const rows = [...groups.values()].flatMap((group) => rowOf(group));
  return { rows: rows.toSorted(biggestFirst), withoutDifference: changed.length - shown.length };
}

/** An amount that all resources of a row have, as often as they have it. */
export function ofAll(row: Pick<EstimateRow, "count">, amount: Decimal | null): Decimal | null {
  return amount === null ? null : multiply(amount, decimal(row.count));
}

/** The sum of the known differences of some rows, and how many of them have none. */
export function sumOfRows(rows: readonly EstimateRow[]): {
  readonly delta: Decimal;
  readonly unknown: number;
} {
  const known = rows.flatMap(({ delta }) => (delta === null ? [] : [delta]));
  return { delta: sumDecimals(known), unknown: rows.length - known.length };
}

function differs(resource: ResourceDifference): boolean {
  const { delta, mayBeMore, mayBeLess } = resource;
  const isOther = delta === null || compareDecimals(delta, decimal(0)) !== 0;
  return isOther || mayBeMore || mayBeLess || differsByUse(resource);
}

/** Equal for resources that differ in their keys only. */
function likeness(resource: ResourceDifference, project: number): string {
  const { address, previousAddress, kind, before, after, delta, mayBeMore, mayBeLess, attributes } = resource;
  const items = resource.lineItems.map((item) => [item.before?.name, item.after?.name, item.delta]);
  return JSON.stringify([
    project,
    keyless(address, ""),
    previousAddress ?? null,
    kind,
    before,
    after,
    delta,
    mayBeMore,
    mayBeLess,
    attributes,
    items,
  ]);
}

/** An address with `mark` in place of each key; one of a form that is not known stays as it is. */
function keyless(address: string, mark: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  const steps = [
    ...parsed.modules.map((step) => `module.${step.name}${step.key === undefined ? "" : mark}`),
    `${parsed.mode === "data" ? "data." : ""}${parsed.type}`,
    `${parsed.name}${parsed.key === undefined ? "" : mark}`,
  ];
  return steps.join(".");
}

function rowOf(
  group: readonly { readonly project: EstimatedProject; readonly resource: ResourceDifference }[],
): EstimateRow[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const { project, resource } = first;
  const count = group.length;
  return [
    {
      project,
      currency: project.difference?.currency ?? "USD",
      name: count === 1 ? resource.address : keyless(resource.address, "[*]"),
      resources: [resource, ...others.map((other) => other.resource)],
      count,
      delta: ofAll({ count }, resource.delta),
    },
  ];
}

function biggestFirst(a: EstimateRow, b: EstimateRow): number {
  const [left, right] = [a.delta, b.delta];
  if (left === null || right === null) {
    if (left !== right) return left === null ? 1 : -1;
  } else {
    const order = compareDecimals(magnitude(right), magnitude(left));
    if (order !== 0) return order;
  }
  return compareText(a.project.directory, b.project.directory) || compareText(a.name, b.name);
}
