import { accountKey, accountOf } from "@apex/billing";
import { AdapterError, type CostRow } from "@apex/core";
import { costExportCollector } from "@apex/collectors";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { expandInputs } from "../input-files.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import type { Progress } from "../progress.ts";
import type { ResourceChanges } from "./savings-changes.ts";

/** Rows of bills that are about resources with changes. */
export interface SavingsBill {
  /** Under the id that the bill has, which the customer's own query asks for. */
  readonly rows: ReadonlyMap<string, readonly CostRow[]>;
  /** The months of any row, of whatever resource, by the key of its account: a bill says nothing of another account's. */
  readonly months: ReadonlyMap<string, ReadonlySet<string>>;
}

const REASONS_MAX = 10;

/** Whether the bill's id means the resource: it is the id, or an ARN or a link that ends with it. */
export function means(billed: string, resourceId: string): boolean {
  return billed === resourceId || billed.endsWith(`/${resourceId}`) || billed.endsWith(`:${resourceId}`);
}

/** The rows of a resource. */
export interface BilledResource {
  /** As the bill has it. */
  readonly billedId: string;
  readonly rows: readonly CostRow[];
}

/** The wanted rows of the bills. A file that cannot be used ends it: half a bill proves nothing. */
export async function readSavingsBill(
  io: Io,
  options: {
    readonly cost: readonly string[];
    readonly changes: readonly ResourceChanges[];
    readonly progress: Progress;
  },
): Promise<SavingsBill> {
  const files = await expandInputs("--cost", options.cost, io.cwd);
  const wanted = new Map<string, boolean>();
  const isWanted = (id: string): boolean => {
    const known = wanted.get(id);
    if (known !== undefined) return known;
    const found = options.changes.some(({ resourceId }) => means(id, resourceId));
    wanted.set(id, found);
    return found;
  };
  const rows = new Map<string, CostRow[]>();
  const errors: string[] = [];
  let count = 0;
  const months = new Map<string, Set<string>>();
  for await (const item of costExportCollector().collect({ files }, io.signal)) {
    if (item.kind === "repair") {
      const { file, summary, count: times } = item.repair;
      io.err(`apex: repaired ${printable(file)}: ${printable(summary)} (${times} times)\n`);
    }
    if (item.kind === "diagnostic") {
      const { severity, summary, detail } = item.diagnostic;
      const said = printable(detail === undefined ? summary : `${summary}. ${detail}`);
      if (severity === "error") errors.push(said);
      else io.err(`apex: ${severity}: ${said}\n`);
    }
    if (item.kind !== "cost") continue;
    count += item.rows.length;
    options.progress.detail(`${count.toLocaleString("en-US")} rows`);
    for (const row of item.rows) {
      const account = accountKey(accountOf(row));
      const own = months.get(account) ?? new Set();
      months.set(account, own.add(row.ChargePeriodStart.slice(0, "2026-11".length)));
      if (row.ResourceId === null || !isWanted(row.ResourceId)) continue;
      const ofResource = rows.get(row.ResourceId);
      if (ofResource === undefined) rows.set(row.ResourceId, [row]);
      else ofResource.push(row);
    }
  }
  io.signal.throwIfAborted();
  if (errors.length > 0) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `savings are proven from whole bills, and these are not:\n  ${errors.slice(0, REASONS_MAX).join("\n  ")}`,
    );
  }
  return { rows, months };
}

/** The bill's rows of a resource. Throws an AdapterError where the bill has it under several ids, or a line twice. */
export function rowsOf({ rows }: SavingsBill, resourceId: string): BilledResource | undefined {
  const ids = [...rows.keys()].filter((id) => means(id, resourceId));
  const billedId = ids.find((id) => id === resourceId) ?? ids[0];
  if (billedId === undefined) return undefined;
  if (ids.length > 1) {
    throw new AdapterError(
      "invalid",
      `the bills have ${resourceId} as ${ids.join(" and as ")}: give the resourceId as the bill has it`,
    );
  }
  const own = rows.get(billedId) ?? [];
  const lines = own.map((row) => JSON.stringify(row));
  const distinct = new Set(lines);
  if (distinct.size < lines.length) {
    const twice = own.find((_, index) => lines.indexOf(lines[index] ?? "") !== index);
    throw new AdapterError(
      "invalid",
      `the bills have the same line of ${billedId} from ${twice?.ChargePeriodStart} twice: of two deliveries of a month give only the newer`,
    );
  }
  return { billedId, rows: own };
}

const HOUR_UNIT = /^(hours?|hrs?)$/i;

/** The unit that the bill prices a resource's hours by. Throws an AdapterError where it has none, or several. */
export function unitOf(resourceId: string, rows: readonly CostRow[], given: string | undefined): string {
  const units = new Set(
    rows.flatMap((row) => (row.ChargeCategory === "Usage" ? (row.PricingUnit ?? []) : [])),
  );
  const candidates = given === undefined ? [...units].filter((unit) => HOUR_UNIT.test(unit)) : [given];
  const [unit] = candidates;
  if (unit !== undefined && candidates.length === 1 && units.has(unit)) return unit;
  throw new AdapterError(
    "invalid",
    `the bills price ${resourceId} by ${units.size === 0 ? "no unit" : [...units].join(", ")}: write in the change by which of them ("unit")`,
  );
}
