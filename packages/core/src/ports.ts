import type { CostRow, ResourceCost } from "./cost-row.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Resource, SecondOpinion } from "./resource.ts";
import type { MetricSeries, TimeWindow, UtilizationProfile } from "./utilization.ts";

/** A repair that a collector made to outside data, counted over its rows: said aloud, never silent. */
export interface Repair {
  readonly file: string;
  /** Stable, kebab-case: "timestamp-without-zone". */
  readonly code: string;
  readonly summary: string;
  readonly count: number;
  /** The first line where it was needed, from 1. */
  readonly firstLine?: number;
}

/** What a bill calls a resource, and what it tells beside: whose it is. */
export interface BilledResource extends Pick<CostRow, "Tags" | "RegionId" | "SubAccountId"> {
  readonly ResourceId: string;
}

/**
 * Rows of a bill as a Parquet file, for stores that read one: millions of rows without an object for each. It is there until the
 * next item is asked for, and is not to be written to.
 */
export interface CostTable {
  /**
   * Where the file lies. Its columns are those of {@link CostRow}: text, Tags as JSON; decimals are DECIMAL(38,18), and null where they
   * do not fit, with their text in `exactCostColumn`.
   */
  readonly path: string;
  readonly rowCount: number;
  /** The same rows one by one, for who needs them so. */
  rows(): AsyncIterable<readonly CostRow[]>;
  /** Each resource once with all that is told of it, in batches. */
  resources(): AsyncIterable<readonly BilledResource[]>;
  /** Ids under which rows are to be kept in place of their own; of a table that was just collected there are none. */
  readonly renamed?: readonly { readonly resource: BilledResource; readonly id: string }[];
}

/** Rows of a bill on their way into a store. */
export type CostBatch = readonly CostRow[] | CostTable;

/** What a collector yields, in batches that fit in memory. */
export type Collected =
  | { readonly kind: "cost"; readonly rows: readonly CostRow[] }
  /** Only from a collector that was asked for tables. */
  | { readonly kind: "cost-table"; readonly table: CostTable }
  | { readonly kind: "resource"; readonly resource: Resource }
  | { readonly kind: "samples"; readonly series: MetricSeries }
  | { readonly kind: "opinion"; readonly opinion: SecondOpinion }
  | { readonly kind: "repair"; readonly repair: Repair }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic };

/** Tells long work to stop: an AbortSignal fits, and so does a test's object. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** A {@link Cancellation} that tells when it happens: an AbortSignal, without needing its type here. */
export interface StopSignal extends Cancellation {
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * A source of bills, inventory and utilisation. A failure of one part (a file, a region) is a diagnostic and the rest
 * goes on; only an unusable scope throws an AdapterError. Stops soon after `signal` is aborted.
 */
export interface Collector<Scope> {
  collect(scope: Scope, signal: Cancellation): AsyncIterable<Collected>;
}

/**
 * A piece of a live collection that is done whole or done again: one service in one region of one account, or one batch of
 * metrics. Its key is the same in every collection, so that what a part yields replaces what it yielded before.
 */
export interface CollectionPart {
  /** "aws/123456789012/eu-west-1/ec2-instances": letters, digits and "-_./:@" alone. */
  readonly key: string;
  /** For progress: "EC2 instances in eu-west-1 of 123456789012". */
  readonly title: string;
  /** Ends with an AdapterError when the part failed; what it yielded until then does not count. */
  collect(signal: Cancellation): AsyncIterable<Collected>;
}

/**
 * A cloud, or a metrics server, that is asked over the network. Parts are independent of each other: they run side by side,
 * one that fails costs only itself, and those that an interrupted collection finished are not done again.
 */
export interface LiveCollector {
  /**
   * Inventory, bills and opinions. Looks for accounts and regions first; those that are off or refused become parts that
   * say so when they are collected. Throws an AdapterError when nothing can be asked at all: no or wrong credentials.
   */
  parts(signal: Cancellation): Promise<readonly CollectionPart[]>;
  /** The metrics of what was found, in parts of a size that a restart can afford to repeat. */
  metricParts(
    resources: readonly Resource[],
    window: TimeWindow,
    signal: Cancellation,
  ): Promise<readonly CollectionPart[]>;
}

/** Resources whose ids, compared by code unit, are in a range; an end that is absent is open. */
export interface ResourceRange {
  /** Included. */
  readonly from?: string;
  /** Excluded. */
  readonly before?: string;
}

/** Where samples live. One writer at a time per resource set. */
export interface SampleStore {
  /** Adds series; a second write of the same resource, metric, part, statistic and timestamp replaces the value. */
  write(series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>): Promise<{ readonly points: number }>;
  /** The window that the stored samples span, `undefined` when there are none. */
  window(): Promise<TimeWindow | undefined>;
  /**
   * Profiles one resource at a time, ordered by id, so that a fleet never has to fit in memory; of all resources, or of those
   * in `range`. The arrays may be shared between series and are not to be written to.
   */
  profiles(window: TimeWindow, range?: ResourceRange): AsyncIterable<UtilizationProfile>;
}

/** Where bills live. */
export interface CostStore {
  /** Replaces all rows of (provider, billing account, billing period) present in `rows` atomically; never adds to a delivered month. */
  replacePeriods(rows: AsyncIterable<CostBatch>): Promise<{ readonly rows: number }>;
  /** Cost per resource over all stored usage, by ResourceId. */
  costByResource(): Promise<readonly ResourceCost[]>;
}
