import {
  addDecimals,
  type CostEstimate,
  decimal,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  subtract,
  type TerraformPlan,
} from "@apex/core";
import { pricePlan } from "../price-plan.ts";
import { workOut } from "./arithmetic.ts";
import { planOf } from "./plan-builder.ts";
import { recordReads } from "./read-recorder.ts";

/**
 * A change of ONE attribute and what it adds to the month:
 *
 * - attribute: `"(all)"` for a resource that appears with the table's base; `"size"`, `"root_block_device.volume_size"` (the first block; `"override.1.weighted_capacity"` for another), of another
 *   resource of the plan `"aws_launch_template.app: instance_type"`, of the usage file `"usage: monthly_data_processed_gb"`
 * - value: what it changes to from what the table's base says; `undefined` takes it away
 * - delta: an exact decimal, `"-4.5"`; `"unknown"` where the cost cannot be told any more
 * - arithmetic: how the delta comes about from the price list, `"50 GB x 0.08 + 1000 IOPS x 0.005"`, which is worked out and
 *   must give the delta; with `"unknown"` a part of the reason that is given
 * - given: what the case needs otherwise than the table's base
 */
export type DeltaCase = readonly [
  attribute: string,
  value: JsonValue | undefined,
  delta: string,
  arithmetic: string,
  given?: JsonObject,
];

/** Cases of one resource type from one base. A type may have several tables. */
export interface DeltaTable {
  readonly type: string;
  /** The attributes before the change. */
  readonly base: JsonObject;
  /** Other resources of the plan, by address. */
  readonly others?: Readonly<Record<string, JsonObject>>;
  /** What a usage file says of the resource. */
  readonly usage?: JsonObject;
  /** "us-east-1" when absent. */
  readonly region?: string;
  readonly cases: readonly DeltaCase[];
}

const NAME = "this";

/** The attribute of a case that has the resource appear. */
const ALL = "(all)";

/** Where a case changes something: the address of a resource, or "usage", and a path there. */
interface Place {
  readonly owner: string;
  readonly path: JsonPath;
}

function placeOf(table: DeltaTable, attribute: string): Place {
  const [owner, written] = attribute.includes(": ") ? attribute.split(": ", 2) : [undefined, attribute];
  const path = (written ?? "").split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return { owner: owner ?? `${table.type}.${NAME}`, path };
}

/**
 * The value with something else at a path. A name where a list stands means its first block. What is not there yet is made of `none`:
 * a list of one block, as in the providers' schemas, or an object, as in usage files.
 */
function withValue(
  at: JsonValue | undefined,
  { path, none }: { readonly path: JsonPath; readonly none: JsonValue },
  value: JsonValue | undefined,
): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  if (typeof step === "number" || Array.isArray(at)) {
    const list = Array.isArray(at) ? [...(at as readonly JsonValue[])] : [];
    const [index, inner] = typeof step === "number" ? [step, rest] : [0, path];
    list[index] = withValue(list[index], { path: inner, none }, value);
    return list;
  }
  const { [step]: old, ...others }: JsonObject = isJsonObject(at) ? at : {};
  if (rest.length === 0) return value === undefined ? others : { ...others, [step]: value };
  return { ...others, [step]: withValue(old ?? none, { path: rest, none }, value) };
}

/** Attributes by owner: the resource's own, the others', and "usage". */
type World = Readonly<Record<string, JsonObject | null>>;

function changed(world: World, { owner, path }: Place, value: JsonValue | undefined): World {
  const before = world[owner];
  if (before === undefined || before === null) throw new Error(`the table has no ${owner}`);
  const none = owner === "usage" ? {} : [{}];
  return { ...world, [owner]: withValue(before, { path, none }, value) as JsonObject };
}

/** A plan from one world to another whose values tell of what is read, as "aws_ebs_volume: size". */
function planBetween(
  before: World,
  after: World,
  given: { readonly region: string; readonly reads: Set<string> },
): TerraformPlan {
  const plan = planOf(
    ...Object.keys(before)
      .filter((owner) => owner !== "usage")
      .map((address) => ({
        address,
        before: before[address] ?? null,
        after: after[address] ?? null,
        region: given.region,
      })),
  );
  const recorded = (values: JsonObject | null, type: string): JsonObject | null =>
    values && recordReads(values, (path) => given.reads.add(`${type}: ${plainPath(path)}`));
  return {
    ...plan,
    resources: plan.resources.map((resource) => ({
      ...resource,
      before: recorded(resource.before, resource.type),
      after: recorded(resource.after, resource.type),
    })),
  };
}

/** A path without the indices of blocks. */
function plainPath(path: JsonPath): string {
  return path.filter((step) => typeof step === "string").join(".");
}

function typeOf(address: string): string {
  return address.split(".")[0] ?? "";
}

/** What the whole plan costs; the reasons when something of it cannot be told. */
function costOf({
  resources,
  total,
}: CostEstimate): { readonly total: string } | { readonly unknown: string } {
  const open = resources.filter((resource) => resource.monthlyCost === null);
  return open.length === 0 ? { total } : { unknown: open.map((resource) => resource.unpriced).join("; ") };
}

function differenceOf(before: CostEstimate, after: CostEstimate): string {
  const [from, to] = [costOf(before), costOf(after)];
  if ("unknown" in from) return `unknown before: ${from.unknown}`;
  if ("unknown" in to) return `unknown: ${to.unknown}`;
  return subtract(decimal(to.total), decimal(from.total));
}

/** What a case gives. */
export interface MeasuredDelta {
  /** After the change less before it, of the whole plan; "unknown: REASON". */
  readonly delta: string;
  /** The same when the change is taken back, as one plan back again would; undefined where the delta is unknown. */
  readonly back: string | undefined;
  /** What was looked at, as "TYPE: PATH" or, of the usage file, "TYPE: usage.PATH". */
  readonly reads: ReadonlySet<string>;
}

/** Prices both sides of a case. */
export function measureDelta(table: DeltaTable, deltaCase: DeltaCase): MeasuredDelta {
  const { type, base, others = {}, usage = {}, region = "us-east-1" } = table;
  const [attribute, value, , , given = {}] = deltaCase;
  const own = `${type}.${NAME}`;
  const whole: World = { ...others, [own]: { ...base, ...given }, usage };
  const before: World = attribute === ALL ? { ...whole, [own]: null } : whole;
  const after = attribute === ALL ? whole : changed(whole, placeOf(table, attribute), value);
  const reads = new Set<string>();
  const price = (plan: TerraformPlan, side: "before" | "after", world: World): CostEstimate =>
    pricePlan(plan, side, {
      usage: {
        of: ({ address }) =>
          address === own
            ? recordReads(world["usage"] ?? {}, (path) => reads.add(`${type}: usage.${plainPath(path)}`))
            : undefined,
      },
    });
  const between = (from: World, to: World): string => {
    const plan = planBetween(from, to, { region, reads });
    return differenceOf(price(plan, "before", from), price(plan, "after", to));
  };
  const delta = between(before, after);
  return { delta, back: delta.startsWith("unknown") ? undefined : between(after, before), reads };
}

/** What {@link measureDelta} has to give by the case's own word and by its arithmetic. */
export function expectedDelta([, , delta, arithmetic]: DeltaCase): {
  readonly stated: string;
  readonly worked: string;
  readonly back: string;
} {
  const stated = addDecimals(decimal(delta));
  return { stated, worked: workOut(arithmetic), back: subtract(decimal(0), stated) };
}

/** "TYPE: PATH" of the attribute that a case changes. */
export function changedAttribute(table: DeltaTable, [attribute]: DeltaCase): string {
  const { owner, path } = placeOf(table, attribute);
  return owner === "usage"
    ? `${table.type}: usage.${plainPath(path)}`
    : `${typeOf(owner)}: ${plainPath(path)}`;
}

/** The resources that the first table of each type begins with, and what they point at: sound ones of every tabled type. */
export function tabledResources(tables: readonly DeltaTable[]): readonly (readonly [string, JsonObject])[] {
  const first = new Map(tables.toReversed().map((table) => [table.type, table]));
  return [...first.values()].flatMap(({ type, base, others = {} }) => [
    ...Object.entries(others).map(([address, values]) => [typeOf(address), values] as const),
    [type, base] as const,
  ]);
}
