import { type LearntRate, rateLearner } from "@apex/catalog";
import type {
  BilledResource,
  Cancellation,
  Collected,
  Collector,
  CostBatch,
  CostTable,
  Diagnostic,
  MetricSeries,
  Repair,
  Resource,
  ResourceCost,
  SampleStore,
} from "@apex/core";
import type { Store } from "@apex/store";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { type IdentityIndex, indexIdentities } from "./identity-index.ts";
import { joinInventory } from "./join-inventory.ts";

/** The collectors of the three kinds of input, and the files for each. */
export interface InputSources {
  readonly state: {
    readonly collector: Collector<{ files: readonly string[] }>;
    readonly files: readonly string[];
  };
  readonly cost: {
    readonly collector: Collector<{ files: readonly string[] }>;
    readonly files: readonly string[];
  };
  readonly metrics: {
    readonly collector: Collector<{ files: readonly string[] }>;
    readonly files: readonly string[];
    /** Samples that the files' are added to, and lose against. */
    readonly before?: AsyncIterable<MetricSeries>;
  };
  /** What a live collection found, where there is one. */
  readonly inventory?: readonly Resource[];
}

/** What the inputs gave, apart from the samples, which stay in the store. */
export interface CollectedInputs {
  readonly resources: readonly Resource[];
  readonly costs: readonly ResourceCost[];
  /** What the bills show of prices that are really paid. */
  readonly learntRates: readonly LearntRate[];
  readonly rows: number;
  readonly points: number;
  readonly repairs: readonly Repair[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Gathered {
  readonly repairs: Repair[];
  readonly diagnostics: Diagnostic[];
}

/** Sorts what a collector yields: values of `kinds` go on, repairs and diagnostics are kept. */
async function* only<Kind extends "cost" | "cost-table" | "resource" | "samples">(
  collected: AsyncIterable<Collected>,
  kinds: readonly Kind[],
  gathered: Gathered,
): AsyncGenerator<Extract<Collected, { kind: Kind }>> {
  for await (const item of collected) {
    if (item.kind === "repair") gathered.repairs.push(item.repair);
    else if (item.kind === "diagnostic") gathered.diagnostics.push(item.diagnostic);
    else if (kinds.some((kind) => kind === item.kind)) yield item as Extract<Collected, { kind: Kind }>;
  }
}

async function* seriesUnderIds(
  collected: AsyncIterable<MetricSeries>,
  identities: IdentityIndex,
  onSeries: (series: MetricSeries) => void,
): AsyncGenerator<MetricSeries> {
  for await (const series of collected) {
    onSeries(series);
    yield { ...series, ...identities.measured(series.resourceId) };
  }
}

async function* seriesOf(
  collected: AsyncIterable<Extract<Collected, { kind: "samples" }>>,
): AsyncGenerator<MetricSeries> {
  for await (const { series } of collected) yield series;
}

async function* batchesUnderIds(
  collected: AsyncIterable<Extract<Collected, { kind: "cost" | "cost-table" }>>,
  identities: IdentityIndex,
  onRows: (count: number) => void,
): AsyncGenerator<CostBatch> {
  for await (const item of collected) {
    if (item.kind === "cost-table") {
      onRows(item.table.rowCount);
      yield { ...item.table, renamed: await renamedResources(item.table, identities) };
      continue;
    }
    onRows(item.rows.length);
    yield item.rows.map((row) => {
      const { ResourceId } = row;
      return ResourceId === null
        ? row
        : { ...row, ResourceId: identities.billedResourceId({ ...row, ResourceId }) };
    });
  }
}

async function renamedResources(
  table: CostTable,
  identities: IdentityIndex,
): Promise<NonNullable<CostTable["renamed"]>> {
  const renamed: { readonly resource: BilledResource; readonly id: string }[] = [];
  for await (const resources of table.resources()) {
    for (const resource of resources) {
      const id = identities.billedResourceId(resource);
      if (id !== resource.ResourceId) renamed.push({ resource, id });
    }
  }
  return renamed;
}

/** As many reasons as fit on a screen. */
const REASONS_MAX = 10;

/**
 * A broken file among good ones loses only itself. When an option gave nothing at all and errors say why, going on would
 * read as "no cost" or "no load", so it ends here. Files that are merely empty are no error.
 */
function requireSome(option: string, count: number, diagnostics: readonly Diagnostic[]): void {
  const reasons = diagnostics.filter(({ severity }) => severity === "error");
  if (count > 0 || reasons.length === 0) return;
  const lines = reasons.slice(0, REASONS_MAX).map(({ summary, detail, source }) => {
    const place = source === undefined || summary.includes(source.file) ? "" : `${source.file}: `;
    return `  ${place}${summary}${detail === undefined ? "" : `. ${detail}`}`;
  });
  if (reasons.length > lines.length) lines.push(`  and ${reasons.length - lines.length} more`);
  throw new CommandError(EXIT_CODES.badInput, `nothing of ${option} could be used:\n${lines.join("\n")}`);
}

/**
 * Reads state, bills and metrics into the stores. Bills and metrics name resources in their own ways (ARN, self link,
 * instance id): they are filed under the resource's id, which is the join of a CloudWatch series with the
 * Terraform address that an edit needs. Throws a CommandError when nothing of an option could be used.
 */
export async function collectInputs(
  sources: InputSources,
  stores: { readonly samples: SampleStore; readonly costs: Store["costs"] },
  signal: Cancellation,
  onProgress: (text: string) => void,
): Promise<CollectedInputs> {
  const gathered: Gathered = { repairs: [], diagnostics: [] };
  const managed: Resource[] = [];
  const { state, cost, metrics, inventory } = sources;
  for await (const { resource } of only(
    state.collector.collect({ files: state.files }, signal),
    ["resource"],
    gathered,
  )) {
    managed.push(resource);
  }
  requireSome("--state", managed.length, gathered.diagnostics);
  const joined = inventory === undefined ? undefined : joinInventory(managed, inventory);
  const resources = joined?.resources ?? managed;
  gathered.diagnostics.push(...(joined?.diagnostics ?? []));
  const identities = indexIdentities(resources);
  if (metrics.before !== undefined)
    await stores.samples.write(seriesUnderIds(metrics.before, identities, () => undefined));

  const beforeCost = gathered.diagnostics.length;
  let rows = 0;
  const learner = rateLearner();
  if (cost.files.length > 0) {
    const collected = only(
      cost.collector.collect({ files: cost.files }, signal),
      ["cost", "cost-table"],
      gathered,
    );
    await stores.costs.replacePeriods(
      batchesUnderIds(collected, identities, (count) => {
        rows += count;
        onProgress(`${rows.toLocaleString("en-US")} cost rows`);
      }),
    );
    learner.add(await stores.costs.usageTotals());
  }
  requireSome("--cost", rows, gathered.diagnostics.slice(beforeCost));
  const beforeMetrics = gathered.diagnostics.length;
  let points = 0;
  if (metrics.files.length > 0) {
    const collected = only(
      metrics.collector.collect({ files: metrics.files }, signal),
      ["samples"],
      gathered,
    );
    await stores.samples.write(
      seriesUnderIds(seriesOf(collected), identities, (series) => {
        points += series.values.length;
        onProgress(`${points.toLocaleString("en-US")} samples`);
      }),
    );
  }
  requireSome("--metrics", points, gathered.diagnostics.slice(beforeMetrics));
  const costs = cost.files.length > 0 ? await stores.costs.costByResource() : [];
  const learntRates = learner.rates();
  return {
    resources,
    costs,
    learntRates,
    rows,
    points,
    repairs: gathered.repairs,
    diagnostics: gathered.diagnostics,
  };
}
