import { randomUUID } from "node:crypto";
import { AdapterError, type CostBatch, type CostRow, type ResourceCost } from "@apex/core";
import type { BilledAccount, BillingPeriod, BillName, StoredCosts } from "../costs/cost-store.ts";
import { rowsOfBatches } from "../costs/rows-of-batches.ts";
import { addLong, resourceCost, type Sums, stored } from "../costs/cost-by-resource.ts";
import { costRow } from "../costs/read-costs.ts";
import { USAGE_KINDS, type UsageTotal, usageTotal } from "../costs/usage-totals.ts";
import { COST_COLUMNS } from "../costs/cost-columns.ts";
import { cell, PERIODS_MAX } from "../costs/write-costs.ts";
import type { ClickHouseConnection } from "./clickhouse-connection.ts";
import { RowBinaryReader, RowBinaryWriter } from "./row-binary.ts";
import { nextVersion } from "./write-version.ts";

/** Summed as Decimal(38,18) where they fit; 16 digits before the point leave room for sums. */
const SUMMED = ["BilledCost", "EffectiveCost", "ListCost", "PricingQuantity"] as const;

/** NULL for what is absent or does not fit; both branches of an `if` are worked out, so that no branch may fail. */
function summable(column: string): string {
  const text = `ifNull(${column}, '')`;
  return `toDecimal128OrNull(if(match(${text}, '^-?[0-9]{1,15}([.][0-9]{1,18})?$'), ${text}, ''), 18)`;
}

/**
 * Every column as the text that it came as, so that no digit is lost, and what is summed as decimals besides. Each delivery is
 * a partition of its own, and what a month's delivery is stands in `cost_periods`.
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS costs (delivery String, ${COST_COLUMNS.map((column) => `${column} Nullable(String)`).join(", ")},
    ${SUMMED.map((column) => `sum_${column} Nullable(Decimal(38, 18)) MATERIALIZED ${summable(column)}`).join(", ")})
    ENGINE = MergeTree PARTITION BY delivery ORDER BY (ifNull(ResourceId, ''), ifNull(ChargePeriodStart, ''))`,
  `CREATE TABLE IF NOT EXISTS cost_periods (provider String, account String, period String, delivery String, rows UInt64, version UInt64)
    ENGINE = ReplacingMergeTree(version) ORDER BY (provider, account, period)`,
];

/** Names of months in one text, as {@link NAMED} has them. */
function namesOf(bills: readonly BillName[]): Readonly<Record<string, unknown>> {
  const without = bills.map(({ providerName, billingAccountId, billingPeriodStart }) =>
    [providerName, billingAccountId, billingPeriodStart].join("\n"),
  );
  return { without };
}

const NAMED = "concat(provider, '\n', account, '\n', period)";

const LIVE = `(ifNull(ProviderName, ''), ifNull(BillingAccountId, ''), ifNull(BillingPeriodStart, ''), delivery) IN
  (SELECT provider, account, period, delivery FROM cost_periods FINAL)`;

/** {@link LIVE} without the months that a parameter names. */
const LIVE_BUT = LIVE.replace("FINAL)", `FINAL WHERE NOT has({without: Array(String)}, ${NAMED}))`);

const IS_COMMITTED =
  "(ifNull(CommitmentDiscountStatus, '') = 'Used' OR ifNull(PricingCategory, '') = 'Committed')";

const SENT_BYTES = 4 * 1024 * 1024;
const BATCH_ROWS = 2_048;

/** A delivery that no month names and that is older belongs to a writer that was killed. */
const DELIVERY_ABANDONED_MS = 7 * 24 * 60 * 60 * 1_000;

/** Opens the bills of a database. */
export async function openClickHouseCosts(
  connection: ClickHouseConnection,
  signal: AbortSignal | undefined,
): Promise<StoredCosts> {
  for (const table of TABLES) await connection.command(table);
  return {
    replacePeriods: (batches) => replacePeriods(connection, batches, signal),
    costByResource: (without = []) => costByResource(connection, namesOf(without)),
    periods: () => periodsOf(connection),
    accounts: () => accountsOf(connection),
    usageTotals: (without = []) => totalsOf(connection, namesOf(without)),
    rows: () => rowsOf(connection, signal),
  };
}

/** Rows arrive unseen; one insert then names their delivery as that of all its months. */
async function replacePeriods(
  connection: ClickHouseConnection,
  batches: AsyncIterable<CostBatch>,
  signal: AbortSignal | undefined,
): Promise<{ readonly rows: number }> {
  const delivery = `${Date.now()}-${randomUUID()}`;
  const months = new Map<string, BillingPeriod>();
  try {
    await connection.insert(
      `INSERT INTO costs (delivery, ${COST_COLUMNS.join(", ")})
       SELECT * FROM input('delivery String, ${COST_COLUMNS.map((column) => `${column} Nullable(String)`).join(", ")}')`,
      encoded(batches, delivery, months, signal),
    );
    signal?.throwIfAborted();
    if (months.size > 0) await publish(connection, delivery, [...months.values()]);
  } catch (cause) {
    await dropDelivery(connection, delivery).catch(() => undefined);
    throw cause;
  }
  await dropReplaced(connection);
  return { rows: [...months.values()].reduce((sum, { rows }) => sum + rows, 0) };
}

async function* encoded(
  batches: AsyncIterable<CostBatch>,
  delivery: string,
  months: Map<string, BillingPeriod>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const writer = new RowBinaryWriter();
  for await (const rows of rowsOfBatches(batches)) {
    signal?.throwIfAborted();
    for (const row of rows) {
      count(months, row);
      writer.text(delivery);
      for (const column of COST_COLUMNS) writer.nullableText(cell(row, column));
      if (writer.size >= SENT_BYTES) yield writer.take();
    }
  }
  signal?.throwIfAborted();
  if (writer.size > 0) yield writer.take();
}

function count(months: Map<string, BillingPeriod>, row: CostRow): void {
  const { ProviderName, BillingAccountId, BillingPeriodStart } = row;
  const key = JSON.stringify([ProviderName, BillingAccountId, BillingPeriodStart]);
  const rows = (months.get(key)?.rows ?? 0) + 1;
  months.set(key, {
    providerName: ProviderName,
    billingAccountId: BillingAccountId,
    billingPeriodStart: BillingPeriodStart,
    rows,
  });
  if (months.size <= PERIODS_MAX) return;
  throw new AdapterError(
    "invalid",
    `one delivery holds more than ${PERIODS_MAX} billing periods: is BillingPeriodStart really the start of a month?`,
  );
}

async function publish(
  connection: ClickHouseConnection,
  delivery: string,
  months: readonly BillingPeriod[],
): Promise<void> {
  const version = nextVersion();
  const writer = new RowBinaryWriter();
  for (const { providerName, billingAccountId, billingPeriodStart, rows } of months) {
    writer.text(providerName);
    writer.text(billingAccountId);
    writer.text(billingPeriodStart);
    writer.text(delivery);
    writer.uint64(BigInt(rows));
    writer.uint64(version);
  }
  await connection.insert(
    `INSERT INTO cost_periods (provider, account, period, delivery, rows, version)
     SELECT * FROM input('provider String, account String, period String, delivery String, rows UInt64, version UInt64')`,
    [writer.take()],
  );
}

/** Takes away deliveries that no month names any more, and those that a killed writer left. */
async function dropReplaced(connection: ClickHouseConnection): Promise<void> {
  const unnamed = await connection.rows<{ delivery: string; wasNamed: number }>(
    `SELECT DISTINCT delivery, delivery IN (SELECT delivery FROM cost_periods) AS wasNamed FROM costs
     WHERE delivery NOT IN (SELECT delivery FROM cost_periods FINAL)`,
  );
  for (const { delivery, wasNamed } of unnamed) {
    const isAbandoned = Date.now() - Number(delivery.split("-")[0]) > DELIVERY_ABANDONED_MS;
    if (wasNamed === 1 || isAbandoned) await dropDelivery(connection, delivery);
  }
}

async function dropDelivery(connection: ClickHouseConnection, delivery: string): Promise<void> {
  // Our own name for it: digits, letters and dashes.
  if (!/^[0-9a-f-]+$/.test(delivery)) return;
  await connection.command(`ALTER TABLE costs DROP PARTITION '${delivery}'`);
}

async function periodsOf(connection: ClickHouseConnection): Promise<readonly BillingPeriod[]> {
  const rows = await connection.rows<Record<"provider" | "account" | "period" | "rows", string>>(
    "SELECT provider, account, period, rows FROM cost_periods FINAL ORDER BY provider, account, period",
  );
  return rows.map(({ provider, account, period, rows: count }) => ({
    providerName: provider,
    billingAccountId: account,
    billingPeriodStart: period,
    rows: Number(count),
  }));
}

async function accountsOf(connection: ClickHouseConnection): Promise<readonly BilledAccount[]> {
  return connection.rows<BilledAccount>(
    `SELECT ProviderName AS providerName, BillingAccountId AS billingAccountId, BillingPeriodStart AS billingPeriodStart,
       SubAccountId AS subAccountId, min(ChargePeriodStart) AS start, max(ChargePeriodEnd) AS end
     FROM costs WHERE ${LIVE} GROUP BY ALL ORDER BY ALL`,
  );
}

async function* rowsOf(
  connection: ClickHouseConnection,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly CostRow[]> {
  const reader = new RowBinaryReader(
    await connection.stream(`SELECT ${COST_COLUMNS.join(", ")} FROM costs WHERE ${LIVE}
      ORDER BY ProviderName, BillingAccountId, BillingPeriodStart`),
  );
  let batch: CostRow[] = [];
  try {
    while (await reader.hasMore()) {
      const values: (string | null)[] = [];
      for (let index = 0; index < COST_COLUMNS.length; index += 1) values.push(await reader.nullableText());
      batch.push(costRow(values));
      if (batch.length < BATCH_ROWS) continue;
      signal?.throwIfAborted();
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await reader.cancel();
  }
}

/** What resources cost, of what is summed. */
const COSTS = ["BilledCost", "EffectiveCost", "ListCost"] as const;

function sum(column: string, suffix = "", condition = ""): string {
  return `toString(sum${suffix}(toDecimal256(ifNull(sum_${column}, 0), 18)${condition}))`;
}

/** Whether an amount has more digits than its summed column holds. */
function isLong(column: string): string {
  return `(${column} IS NOT NULL AND sum_${column} IS NULL)`;
}

async function totalsOf(
  connection: ClickHouseConnection,
  without: Readonly<Record<string, unknown>>,
): Promise<readonly UsageTotal[]> {
  const kinds = USAGE_KINDS.join(", ");
  const usage = `${LIVE_BUT} AND ChargeCategory = 'Usage'`;
  const long = `(${isLong("EffectiveCost")} OR ${isLong("PricingQuantity")})`;
  const rows = await connection.rows<Readonly<Record<string, string | null>>>(
    `SELECT ${kinds}, if(PricingQuantity IS NULL AS isUnknown, NULL, ${sum("PricingQuantity")}) AS quantity,
       ${sum("EffectiveCost")} AS cost
     FROM costs WHERE ${usage} AND NOT ${long} GROUP BY ${kinds}, isUnknown
     UNION ALL SELECT ${kinds}, PricingQuantity AS quantity, assumeNotNull(EffectiveCost) AS cost FROM costs WHERE ${usage} AND ${long}`,
    without,
  );
  return rows.map((row) =>
    usageTotal([...USAGE_KINDS, "quantity", "cost"].map((column) => row[column] ?? null)),
  );
}

interface SummedRow {
  readonly resourceId: string;
  readonly currency: string;
  readonly start: string;
  readonly end: string;
  readonly tells: number;
  readonly billed: string;
  readonly effective: string;
  readonly committed: string;
  readonly list: string | null;
  readonly types: readonly string[];
}

interface LongRow extends Record<(typeof COSTS)[number], string | null> {
  readonly resourceId: string;
  readonly currency: string;
  readonly isCommitted: number;
}

/** Decimal256 holds the sum of any bill; what did not fit into the summed columns is added here. */
async function costByResource(
  connection: ClickHouseConnection,
  without: Readonly<Record<string, unknown>>,
): Promise<readonly ResourceCost[]> {
  const usage = `${LIVE_BUT} AND ChargeCategory = 'Usage' AND ResourceId IS NOT NULL`;
  const rows = await connection.rows<SummedRow>(
    `WITH telling AS (
       SELECT ProviderName AS p, BillingAccountId AS a, BillingPeriodStart AS b,
         max(CommitmentDiscountStatus IS NOT NULL OR PricingCategory IS NOT NULL) AS tells
       FROM costs WHERE ${LIVE} GROUP BY p, a, b)
     SELECT ResourceId AS resourceId, BillingCurrency AS currency, min(ChargePeriodStart) AS start, max(ChargePeriodEnd) AS end,
       min(tells) AS tells, ${sum("BilledCost")} AS billed, ${sum("EffectiveCost")} AS effective,
       ${sum("EffectiveCost", "If", `, ${IS_COMMITTED}`)} AS committed,
       if(countIf(ListCost IS NULL) = 0, ${sum("ListCost")}, NULL) AS list,
       arraySort(groupUniqArrayIf(assumeNotNull(CommitmentDiscountType), ${IS_COMMITTED} AND CommitmentDiscountType IS NOT NULL)) AS types
     FROM costs JOIN telling ON p = ProviderName AND a = BillingAccountId AND b = BillingPeriodStart
     WHERE ${usage} GROUP BY resourceId, currency ORDER BY resourceId, currency`,
    without,
  );
  const sums = rows.map(sumsOf);
  const byKey = new Map(sums.map((one) => [JSON.stringify([one.resourceId, one.currency]), one]));
  const long = await connection.rows<LongRow>(
    `SELECT ResourceId AS resourceId, BillingCurrency AS currency, ${IS_COMMITTED} AS isCommitted,
       ${COSTS.map((column) => `if(${isLong(column)}, ${column}, NULL) AS ${column}`).join(", ")}
     FROM costs WHERE ${usage} AND (${COSTS.map(isLong).join(" OR ")})`,
    without,
  );
  for (const { resourceId, currency, isCommitted, BilledCost, EffectiveCost, ListCost } of long) {
    const one = byKey.get(JSON.stringify([resourceId, currency]));
    if (one === undefined) continue;
    addLong(one, {
      billed: BilledCost,
      effective: EffectiveCost,
      list: ListCost,
      isCommitted: isCommitted === 1,
    });
  }
  return sums.map(resourceCost);
}

function sumsOf(row: SummedRow): Sums {
  const { resourceId, currency, start, end, tells, types, billed, effective, committed, list } = row;
  return {
    resourceId,
    currency,
    start,
    end,
    tellsCommitments: tells === 1,
    commitmentTypes: types,
    billed: stored(billed),
    effective: stored(effective),
    committed: stored(committed),
    list: list === null ? null : stored(list),
  };
}
