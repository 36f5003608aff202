import { type Collected, type CostRow, sumDecimals } from "@apex/core";
import { expect, it, onTestFinished } from "vitest";
import { parseBillingTable } from "./billing-query.ts";
import { gcpCollector } from "./collector.ts";
import { type Route, type ServedRequest, startGcpServer } from "./testing/gcp-server.ts";
import { authOf, running } from "./testing/open-collector.ts";

const TABLE = "acme-billing.bills.gcp_billing_export_resource_v1_01AB";
const WEB = "//compute.googleapis.com/projects/acme-prod/zones/europe-west1-b/instances/7001";

/** Columns of the query in the order of its SELECT. */
const COLUMNS =
  "billing_account_id cost_type currency day service sku_id sku is_fee project_id region zone resource_name resource_global_name labels unit pricing_unit amount pricing_amount cost list_cost committed_credit other_credit fees offset_by_fees new_model_lines".split(
    " ",
  );

type Line = Readonly<Record<string, string | null>>;

function line(more: Line = {}): Line {
  return {
    billing_account_id: "01AB",
    cost_type: "regular",
    currency: "EUR",
    day: "2026-10-07T00:00:00Z",
    service: "Compute Engine",
    sku_id: "0048-21CE-74C3",
    sku: "N2 Instance Core running in Belgium",
    is_fee: "false",
    project_id: "acme-prod",
    region: "europe-west1",
    zone: "europe-west1-b",
    resource_name: "web-1",
    resource_global_name: WEB,
    labels: '[{"key":"team","value":"shop"}]',
    unit: "seconds",
    pricing_unit: "hour",
    amount: "691200",
    pricing_amount: "192",
    cost: "6.000000000000000001",
    list_cost: "6.5",
    committed_credit: "0",
    other_credit: "0",
    fees: "0",
    offset_by_fees: "0",
    new_model_lines: "0",
    ...more,
  };
}

interface Export {
  readonly lines: readonly Line[];
  readonly columns?: readonly string[];
  readonly bytes?: string;
  /** Answers before the job is done. */
  readonly waits?: number;
}

const EXPORT_COLUMNS =
  "billing_account_id invoice cost cost_at_list cost_type credits currency labels location project resource service sku usage usage_start_time".split(
    " ",
  );

function routes({
  lines,
  columns = EXPORT_COLUMNS,
  bytes = "5368709120",
  waits = 0,
}: Export): readonly Route[] {
  let left = waits;
  const page = (from: number) => ({
    jobComplete: true,
    jobReference: { projectId: "acme-billing", jobId: "job-1", location: "EU" },
    schema: { fields: COLUMNS.map((name) => ({ name, type: "STRING", mode: "NULLABLE" })) },
    rows: lines
      .slice(from, from + 2)
      .map((row) => ({ f: COLUMNS.map((name) => ({ v: row[name] ?? null })) })),
    ...(from + 2 < lines.length ? { pageToken: `from-${from + 2}` } : {}),
  });
  return [
    {
      path: /\/datasets\/bills\/tables\//,
      message: "bigquery.Table",
      answer: () => ({
        kind: "bigquery#table",
        location: "EU",
        timePartitioning: { type: "DAY" },
        schema: { fields: columns.map((name) => ({ name, type: "STRING" })) },
      }),
    },
    {
      path: /\/projects\/acme-billing\/queries$/,
      message: "bigquery.QueryResponse",
      answer: ({ body }) => {
        if (JSON.parse(body).dryRun === true) return { jobComplete: true, totalBytesProcessed: bytes };
        if (left > 0) return { jobComplete: false, jobReference: { jobId: "job-1", location: "EU" } };
        return page(0);
      },
    },
    {
      path: /\/projects\/acme-billing\/queries\/job-1$/,
      message: "bigquery.GetQueryResultsResponse",
      answer: ({ query }) => {
        left -= 1;
        if (left > 0) return { jobComplete: false, jobReference: { jobId: "job-1", location: "EU" } };
        return page(Number(query.get("pageToken")?.replace("from-", "") ?? 0));
      },
    },
  ];
}

async function collect(held: Export, gibMax = 10) {
  const server = await startGcpServer(routes(held));
  onTestFinished(() => server.close());
  const table = parseBillingTable(TABLE);
  if (table === undefined) throw new Error("no table");
  const collector = gcpCollector({
    auth: authOf(server),
    projects: ["acme-prod"],
    regions: undefined,
    endpointUrl: server.url,
    billing: {
      table,
      startMs: Date.parse("2026-10-07T00:00:00Z"),
      endMs: Date.parse("2026-10-21T00:00:00Z"),
      queryGibMax: gibMax,
    },
    nowMs: () => Date.parse("2026-10-21T00:00:00Z"),
  });
  const [part] = (await collector.parts(running)).filter(({ key }) => key.startsWith("gcp/billing/"));
  const items: Collected[] = [];
  const iterate = async () => {
    if (part === undefined) throw new Error("no part");
    for await (const item of part.collect(running)) items.push(item);
    return {
      part,
      rows: items.flatMap((item): readonly CostRow[] => (item.kind === "cost" ? item.rows : [])),
      codes: items.flatMap((item) => (item.kind === "diagnostic" ? [item.diagnostic.code] : [])),
    };
  };
  return { server, iterate };
}

function queries(requests: readonly ServedRequest[]) {
  return requests.filter(({ path }) => path.endsWith("/queries")).map(({ body }) => JSON.parse(body));
}

it("reads a month by day, resource and SKU, over pages and through waits, exactly", async () => {
  const { server, iterate } = await collect({
    lines: [line(), line({ cost: "1" }), line({ cost: "2" })],
    waits: 2,
  });
  const { rows, codes, part } = await iterate();
  expect(part.key).toBe(`gcp/billing/${TABLE}/202610`);
  expect(rows.map(({ BilledCost }) => BilledCost)).toEqual(["6.000000000000000001", "1", "2"]);
  expect(rows[0]).toMatchObject({
    BillingAccountId: "01AB",
    SubAccountId: "acme-prod",
    BillingPeriodStart: "2026-10-01T00:00:00Z",
    BillingPeriodEnd: "2026-11-01T00:00:00Z",
    ChargePeriodStart: "2026-10-07T00:00:00Z",
    ChargePeriodEnd: "2026-10-08T00:00:00Z",
    ChargeCategory: "Usage",
    PricingCategory: "Standard",
    ListCost: "6.5",
    ResourceId: WEB,
    Tags: { team: "shop" },
  });
  expect(codes).toEqual(["gcp-bill-read"]);
  const [dry, real] = queries(server.requests);
  expect(dry.dryRun).toBe(true);
  expect(real).toMatchObject({
    maximumBytesBilled: String(10 * 1024 ** 3),
    location: "EU",
    useLegacySql: false,
  });
  expect(real.queryParameters).toEqual([
    { name: "month", parameterType: { type: "STRING" }, parameterValue: { value: "202610" } },
  ]);
  expect(real.query).toContain("FROM `acme-billing.bills.gcp_billing_export_resource_v1_01AB`");
  expect(real.query).toContain("_PARTITIONTIME");
});

it("spreads the fees of commitments over what they offset, and no cent is lost or made", async () => {
  const shared = { fees: "30", offset_by_fees: "-60" };
  const { iterate } = await collect({
    lines: [
      line({ ...shared, cost: "40", committed_credit: "-40", other_credit: "0" }),
      line({ ...shared, cost: "30", committed_credit: "-20", other_credit: "-1.5" }),
      line({
        ...shared,
        is_fee: "true",
        sku: "Commitment v1: N2 Cpu",
        resource_global_name: null,
        cost: "30",
      }),
    ],
  });
  const { rows } = await iterate();
  const told = rows.map(({ ChargeCategory, CommitmentDiscountStatus, BilledCost, EffectiveCost }) => [
    ChargeCategory,
    CommitmentDiscountStatus,
    BilledCost,
    EffectiveCost,
  ]);
  expect(told).toEqual([
    ["Usage", "Used", "0", "20"],
    ["Usage", null, "0", "0"],
    ["Usage", "Used", "0", "10"],
    ["Usage", null, "8.5", "8.5"],
    ["Purchase", null, "30", "0"],
  ]);
  expect(sumDecimals(rows.map(({ BilledCost }) => BilledCost))).toBe(
    sumDecimals(rows.map(({ EffectiveCost }) => EffectiveCost)),
  );
});

it("asks for no more than it may read, and says what it would cost", async () => {
  const { server, iterate } = await collect({ lines: [line()], bytes: String(2 * 1024 ** 4) });
  await expect(iterate()).rejects.toThrow(
    "would scan 2048.0 GiB, about $12.50, more than the 10 GiB that it may",
  );
  expect(queries(server.requests)).toHaveLength(1);
});

it.each([
  [0.3, "322122547"],
  [1e300, String(Number.MAX_SAFE_INTEGER)],
])("bounds a query of %d GiB by whole bytes, as BigQuery counts them", async (gib, bytes) => {
  const { server, iterate } = await collect({ lines: [line()], bytes: "1024" }, gib);
  await iterate();
  const [, real] = queries(server.requests);
  expect(real.maximumBytesBilled).toBe(bytes);
});

it("runs no query of which BigQuery does not tell what it would read", async () => {
  const { server, iterate } = await collect({ lines: [line()], bytes: "" });
  await expect(iterate()).rejects.toThrow("the answer is not what Google publishes for bigquery.jobs.query");
  expect(queries(server.requests)).toHaveLength(1);
});

it("asks for the same query again when an answer is lost, so that none is paid twice", async () => {
  const { server, iterate } = await collect({ lines: [line()] });
  server.hangUp(/\/queries$/);
  await iterate();
  const [first, again, real] = queries(server.requests).map(({ requestId }) => requestId);
  expect(first).toMatch(/^[\w-]{36}$/);
  expect(again).toBe(first);
  expect(real).not.toBe(first);
});

it("spreads what the fees come to after their own credits, as their rows state it", async () => {
  const { server, iterate } = await collect({ lines: [line()] });
  await iterate();
  const [, { query }] = queries(server.requests);
  const cost = "CAST(CAST(cost AS STRING) AS BIGNUMERIC)";
  expect(query).toContain(`SUM(IF(x_is_fee, ${cost} + x_committed + x_other, 0))`);
  expect(query).toContain("SUM(IF(x_is_fee, 0, x_committed))");
  expect(query).toContain("cost_type = 'regular' AS x_is_fee");
});

it("says what the standard export lacks, and refuses a table that is no export", async () => {
  const standard = await collect({
    lines: [line({ resource_name: null, resource_global_name: null })],
    columns: EXPORT_COLUMNS.filter((name) => name !== "resource"),
  });
  const { rows, codes } = await standard.iterate();
  expect(rows[0]?.ResourceId).toBeNull();
  expect(codes).toContain("gcp-bill-without-resources");
  const other = await collect({ lines: [], columns: ["BilledCost", "EffectiveCost"] });
  await expect(other.iterate()).rejects.toThrow("is no billing export: it has no column billing_account_id");
});

it("does not claim to know the coverage where commitments price the usage itself, and leaves out what lacks an amount", async () => {
  const { iterate } = await collect({ lines: [line({ new_model_lines: "3" }), line({ cost: null })] });
  const { rows, codes } = await iterate();
  expect(rows.map(({ PricingCategory }) => PricingCategory)).toEqual([null]);
  expect(codes).toEqual(["gcp-bill-read", "gcp-bill-new-commitments", "gcp-bill-rows-unreadable"]);
});

it.each(["a.b", "acme-billing.bills.t`; DROP", "acme-billing.bi lls.t", "X.y.z"])(
  "takes %s for no table",
  (text) => {
    expect(parseBillingTable(text)).toBeUndefined();
  },
);
