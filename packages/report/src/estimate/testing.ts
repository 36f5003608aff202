import {
  type CostDifference,
  type Decimal,
  decimal,
  type LineItem,
  type LineItemDifference,
  type ResourceDifference,
  type SideCost,
  subtract,
  sumDecimals,
} from "@apex/core";
import { ESTIMATE_SCHEMA, type EstimatedProject, type EstimateReport } from "./estimate-report.ts";

/** An amount where one is known. */
type Amount = string | null;

function side(amount: Amount | undefined, unpriced: string | undefined): SideCost | null {
  if (amount === undefined) return null;
  const reason = unpriced ?? (amount === null ? "no price for this machine type" : undefined);
  return {
    monthlyCost: amount === null ? null : decimal(amount),
    ...(reason === undefined ? {} : { unpriced: reason }),
  };
}

/** 730 hours of a machine. */
export function hours(name: string, monthlyCost: string, changes: Partial<LineItem> = {}): LineItem {
  return {
    name,
    unit: "hours",
    quantity: decimal(730),
    unitPrice: decimal("0.096"),
    monthlyCost: decimal(monthlyCost),
    usageBased: false,
    region: "eu-west-1",
    purchase: "on-demand",
    ...changes,
  };
}

function itemOf(before: Amount | undefined, after: Amount | undefined): LineItemDifference[] {
  const item = (amount: Amount | undefined) =>
    amount === undefined || amount === null ? null : hours(`Instance usage (${amount})`, amount);
  const [left, right] = [item(before), item(after)];
  if (left === null && right === null) return [];
  const kind = left === null ? "added" : right === null ? "removed" : before === after ? "same" : "changed";
  return [{ kind, before: left, after: right, delta: null }];
}

/**
 * A resource that costs so much before and after: a side that is left out does not have it, `null` is not known. With `unpriced`
 * it lacks that part on both.
 */
export function resource(
  address: string,
  { before, after, unpriced }: { before?: Amount | undefined; after?: Amount | undefined; unpriced?: string },
  changes: Partial<ResourceDifference> = {},
): ResourceDifference {
  const sides = [before, after];
  const isKnown = !sides.includes(null);
  const known = (amount: Amount | undefined) => decimal(amount ?? "0");
  const changed = before === after ? "same" : "changed";
  const isEither = before !== undefined && after !== undefined && before !== after && !isKnown;
  return {
    address,
    type: "aws_instance",
    kind: before === undefined ? "added" : after === undefined ? "removed" : changed,
    before: side(before, unpriced),
    after: side(after, unpriced),
    delta: isKnown ? subtract(known(after), known(before)) : null,
    mayBeMore: isEither || (before === undefined && after === null),
    mayBeLess: isEither || (after === undefined && before === null),
    lineItems: itemOf(before, after),
    attributes: [],
    ...changes,
  };
}

/** The difference that these resources make. */
export function differenceOf(
  resources: readonly ResourceDifference[],
  changes: Partial<CostDifference> = {},
): CostDifference {
  const sum = (amounts: readonly (Decimal | null | undefined)[]) =>
    sumDecimals(amounts.map((amount) => amount ?? decimal(0)));
  return {
    resources,
    before: sum(resources.map(({ before }) => before?.monthlyCost)),
    after: sum(resources.map(({ after }) => after?.monthlyCost)),
    delta: sum(resources.map(({ delta }) => delta)),
    mayBeMore: resources.some(({ mayBeMore }) => mayBeMore),
    mayBeLess: resources.some(({ mayBeLess }) => mayBeLess),
    currency: "USD",
    priceDates: { "EC2 eu-west-1": "2026-07-20" },
    ...changes,
  };
}

/** A root module with these resources; `null` for one that could not be planned. */
export function project(
  resources: readonly ResourceDifference[] | null,
  changes: Partial<EstimatedProject> = {},
): EstimatedProject {
  return {
    directory: "envs/prod",
    varFiles: [],
    difference: resources === null ? null : differenceOf(resources),
    problems: [],
    notes: [],
    ...changes,
  };
}

/** The estimate of a pull request that makes one machine larger. */
export function anEstimateOf(changes: Partial<EstimateReport> = {}): EstimateReport {
  const web = resource(
    'aws_instance.web["a"]',
    { before: "70.08", after: "111.28" },
    { attributes: [{ path: "instance_type", from: "m5.large", to: "m5.xlarge" }] },
  );
  return {
    schema: ESTIMATE_SCHEMA,
    apexVersion: "0.1.0",
    commits: { base: "1".repeat(40), head: "2".repeat(40) },
    terraform: { version: "1.11.4", providers: "stand-in" },
    basis: "on-demand list prices",
    usageFile: null,
    projects: [project([web, resource("aws_instance.batch", { before: "560.64", after: "560.64" })])],
    untouched: 9,
    missed: [],
    validation: [],
    ...changes,
  };
}
