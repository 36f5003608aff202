import { gzipSync } from "node:zlib";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { collectLive, testClient, testRegion } from "../../testing/aws.ts";
import { describeWithMoto, type Moto } from "../../testing/moto.ts";
import { BILLING_EXPORT, billingExportMonths } from "./billing-export.ts";

const REGION = "eu-central-1";

/** A FOCUS delivery of one row a cost, all in one month. */
function focus(month: string, costs: readonly string[]): string {
  const next = `2026-${String(Number(month.slice(5)) + 1).padStart(2, "0")}`;
  const header =
    "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ResourceId";
  const start = `${month}-01T00:00:00Z`;
  const rows = costs.map(
    (cost) =>
      `${cost},${cost},123456789012,USD,${start},${next}-01T00:00:00Z,Usage,${start},${month}-02T00:00:00Z,AWS,EC2,i-1`,
  );
  return [header, ...rows].join("\n");
}

function legacy(costs: readonly string[]): string {
  const header =
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,bill/BillingPeriodEndDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/ResourceId,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost";
  const rows = costs.map(
    (cost, index) =>
      `${index},123456789012,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,123456789012,Usage,2026-09-04T00:00:00Z,2026-09-05T00:00:00Z,AmazonEC2,BoxUsage,i-1,1,USD,${cost}`,
  );
  return [header, ...rows].join("\n");
}

/** Puts objects into a bucket of its own. */
async function deliver(
  moto: Moto,
  bucket: string,
  objects: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const client = new S3Client({ ...testClient(moto.url, REGION), forcePathStyle: true });
  await client
    .send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "BucketAlreadyOwnedByYou") throw error;
    });
  for (const [Key, Body] of Object.entries(objects))
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  client.destroy();
}

/** Reads all months of an export, as the collector does part by part. */
async function read(moto: Moto, uri: string, loaded: ReadonlySet<string> = new Set()) {
  const { opened } = testRegion(moto.url, { region: REGION });
  const { signal } = new AbortController();
  const months = await opened.ask(signal, BILLING_EXPORT.calls, (session) =>
    billingExportMonths(session, uri, loaded),
  );
  const answers = [];
  for (const month of months) {
    const collected = await collectLive(
      { calls: BILLING_EXPORT.calls, collect: (session) => month.collect(session) },
      moto.url,
      { region: REGION },
    );
    answers.push({ name: month.name, ...collected });
  }
  return answers;
}

const dataExport = (month: string, files: readonly string[]) =>
  JSON.stringify({ dataFiles: files, executionId: month, columns: [] });

describeWithMoto("billing exports in S3", (moto) => {
  it("a FOCUS export gives its newest months, each with what its manifest lists and nothing else", async () => {
    const folder = "exports/focus";
    const data = (month: string, name: string) => `${folder}/data/billing_period=${month}/${name}`;
    const months = ["2026-06", "2026-07", "2026-08", "2026-09"];
    await deliver(moto, "bills-focus", {
      ...Object.fromEntries(
        months.map((month) => [data(month, "focus-1.csv.gz"), gzipSync(focus(month, ["1.5", "2"]))]),
      ),
      [data("2026-09", "focus-2.csv.gz")]: gzipSync(focus("2026-09", ["0.25"])),
      [data("2026-09", "left-over.csv.gz")]: gzipSync(focus("2026-09", ["999"])),
      ...Object.fromEntries(
        months.map((month) => [
          `${folder}/metadata/billing_period=${month}/focus-Manifest.json`,
          dataExport(month, [
            data(month, "focus-1.csv.gz"),
            ...(month === "2026-09" ? [`s3://bills-focus/${data(month, "focus-2.csv.gz")}`] : []),
          ]),
        ]),
      ),
    });
    const found = await read(moto, "s3://bills-focus/exports/focus/");
    expect(found.map(({ name, rows }) => [name, rows.map(({ BilledCost }) => BilledCost)])).toEqual([
      ["2026-09", ["1.5", "2", "0.25"]],
      ["2026-08", ["1.5", "2"]],
      ["2026-07", ["1.5", "2"]],
    ]);
    expect(
      found.flatMap(({ diagnostics }) => diagnostics).filter(({ severity }) => severity === "error"),
    ).toEqual([]);
    expect(new Set(found.flatMap(({ sent }) => sent))).toEqual(new Set(["s3 GetObject", "s3 HeadObject"]));
  });

  it("a delivery that is loaded is not read again until its manifest changes", async () => {
    const manifest = "cur2/metadata/BILLING_PERIOD=2026-09/cur2-Manifest.json";
    const file = "cur2/data/BILLING_PERIOD=2026-09/cur2-00001.csv";
    await deliver(moto, "bills-again", {
      [file]: focus("2026-09", ["3"]),
      [manifest]: dataExport("a", [file]),
    });
    const [first] = await read(moto, "s3://bills-again/cur2");
    const delivery = first?.diagnostics.find(({ code }) => code === "bill-delivery")?.detail ?? "";
    const [second] = await read(moto, "s3://bills-again/cur2", new Set([delivery]));
    expect(second?.rows).toEqual([]);
    expect(second?.sent).toEqual([]);
    expect(second?.diagnostics).toMatchObject([
      { code: "bill-delivery", summary: "The bill of 2026-09 is unchanged", detail: delivery },
    ]);
    await deliver(moto, "bills-again", {
      [file]: focus("2026-09", ["4"]),
      [manifest]: dataExport("b", [file]),
    });
    const [third] = await read(moto, "s3://bills-again/cur2", new Set([delivery]));
    expect(third?.rows.map(({ BilledCost }) => BilledCost)).toEqual(["4"]);
  });

  it("a legacy report is read by the manifest of its month, not by the copies that its versions have", async () => {
    const month = "cur/report/20260901-20261001";
    const manifest = (assembly: string) =>
      JSON.stringify({
        assemblyId: assembly,
        bucket: "bills-legacy",
        reportKeys: [`${month}/${assembly}/report-1.csv.gz`],
      });
    await deliver(moto, "bills-legacy", {
      [`${month}/old/report-1.csv.gz`]: gzipSync(legacy(["9"])),
      [`${month}/new/report-1.csv.gz`]: gzipSync(legacy(["0.096", "0.2"])),
      [`${month}/new/report-Manifest.json`]: manifest("new"),
      [`${month}/report-Manifest.json`]: manifest("new"),
      [`${month}/old/report-Manifest.json`]: manifest("old"),
    });
    const found = await read(moto, "s3://bills-legacy/cur");
    expect(found.map(({ name, rows }) => [name, rows.map(({ BilledCost }) => BilledCost)])).toEqual([
      ["2026-09", ["0.096", "0.2"]],
    ]);
  });

  it("a month that lacks a file, or has a broken one, fails as a whole and names the object", async () => {
    const manifest = "e/metadata/BILLING_PERIOD=2026-09/e-Manifest.json";
    const good = "e/data/BILLING_PERIOD=2026-09/e-1.csv";
    const broken = "e/data/BILLING_PERIOD=2026-09/e-2.csv.gz";
    await deliver(moto, "bills-broken", {
      [good]: focus("2026-09", ["1"]),
      [broken]: gzipSync(focus("2026-09", Array<string>(500).fill("1"))).subarray(0, 60),
      [manifest]: dataExport("a", [good, broken]),
    });
    await expect(read(moto, "s3://bills-broken/e")).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(`s3://bills-broken/${broken}`),
    });
    await deliver(moto, "bills-broken", { [manifest]: dataExport("b", [good, "e/data/none.csv"]) });
    await expect(read(moto, "s3://bills-broken/e")).rejects.toMatchObject({ name: "AdapterError" });
  });

  it("no place, no manifest and several exports at once are told with the next step", async () => {
    await deliver(moto, "bills-two", {
      "a/metadata/BILLING_PERIOD=2026-09/a-Manifest.json": dataExport("a", []),
      "b/metadata/BILLING_PERIOD=2026-09/b-Manifest.json": dataExport("b", []),
    });
    const reasons = ["bills-two/a", "s3://bills-two/none", "s3://bills-two"].map((uri) =>
      read(moto, uri).then(
        () => "nothing",
        (error: unknown) => (error instanceof Error ? error.message : ""),
      ),
    );
    expect(await Promise.all(reasons)).toEqual([
      expect.stringContaining("write s3://BUCKET/PREFIX"),
      expect.stringContaining("holds no manifest of a billing export"),
      expect.stringContaining("holds 2 exports (a, b); name the folder of one of them"),
    ]);
  });
});
