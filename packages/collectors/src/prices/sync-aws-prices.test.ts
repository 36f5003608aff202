import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  machineHourlyPrice,
  type OperatingSystem,
  priceBook,
  rdsHourlyPrice,
  unitPrice,
} from "@apex/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { priceFolder } from "./price-folder.ts";
import { type AwsPriceScope, importAwsPrices, syncAwsPrices } from "./sync-aws-prices.ts";
import type { SyncOutcome } from "./sync-outcome.ts";
import { machine, offerCsv, offerJson, reserved, usage } from "./testing/price-lists.ts";
import { type PriceServer, priceServer } from "./testing/price-server.ts";

const REGION = "eu-north-1";
const EC2 = `/offers/v1.0/aws/AmazonEC2/20261102030405/${REGION}/index.csv`;
const NOW = Date.UTC(2026, 10, 3);

const EC2_ROWS = [
  machine("m5.large", "0.1020000000"),
  machine("m5.large", "0.1940000000", { "Operating System": "Windows", operation: "RunInstances:0002" }),
  machine("m5.large", "0.1310000000", { "Operating System": "RHEL", operation: "RunInstances:0010" }),
  machine("m5.large", "0.1580000000", { "Operating System": "SUSE", operation: "RunInstances:000g" }),
  // None of these is the price of an ordinary machine.
  machine("m5.large", "9.1", { Tenancy: "Dedicated" }),
  machine("m5.large", "9.2", { operation: "RunInstances:0006", "Pre Installed S/W": "SQL Std" }),
  machine("m5.large", "9.3", { CapacityStatus: "AllocatedCapacityReservation", operation: "x" }),
  machine("m5.large", "9.4", { "Region Code": "us-east-1", operation: "y" }),
  machine("m6i.large", "0.0000000000"),
  ...reserved("m5.large", { upfront: "0", hourly: "0.064" }, { years: "1yr", option: "No Upfront" }),
  ...reserved("m5.large", { upfront: "876", hourly: "0" }, { years: "1yr", option: "All Upfront" }),
  usage("EUN1-EBS:VolumeUsage.gp3", "0.0836"),
  usage("EUN1-EBS:VolumeP-Throughput.gp3", "42.8032", { Unit: "GiBps-mo" }),
  usage("EUN1-NatGateway-Hours", "0.046", { "Product Family": "NAT Gateway" }),
  usage("EUN1-CPUCredits:t3", "0.05", { Unit: "vCPU-Hours" }),
];

let folder: string;
let server: PriceServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-prices-test-"));
  server = await priceServer();
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function sync(other: Partial<AwsPriceScope> = {}): Promise<readonly SyncOutcome[]> {
  const scope: AwsPriceScope = {
    regions: [REGION],
    services: ["ec2"],
    into: folder,
    endpointUrl: server.url,
    nowMs: NOW,
    ...other,
  };
  const outcomes: SyncOutcome[] = [];
  for await (const outcome of syncAwsPrices(scope, new AbortController().signal)) outcomes.push(outcome);
  return outcomes;
}

async function book(): Promise<ReturnType<typeof priceBook>> {
  return priceBook(await priceFolder(folder).tables());
}

describe("syncAwsPrices", () => {
  it("takes machines by licence, reservations, storage and gateways of a region", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), etag: '"one"' });
    expect(await sync()).toMatchObject([
      { kind: "synced", list: "AmazonEC2", region: REGION, date: "2026-11-02" },
    ]);
    const prices = await book();
    const hourly = (operatingSystem: OperatingSystem): unknown =>
      machineHourlyPrice({ provider: "aws", name: "m5.large", region: REGION, operatingSystem }, prices);
    expect(hourly("linux")).toEqual({
      kind: "known",
      value: { price: "0.102", date: "2026-11-02", table: "EC2 eu-north-1 linux", region: "eu-north-1" },
    });
    expect(hourly("windows")).toMatchObject({ value: { price: "0.194" } });
    expect(hourly("rhel")).toMatchObject({ value: { price: "0.131" } });
    expect(hourly("suse")).toMatchObject({ value: { price: "0.158" } });
    expect(unitPrice("ebs-gp3-gb-month", REGION, prices)).toMatchObject({ value: { price: "0.0836" } });
    expect(unitPrice("ebs-gp3-mbps-month", REGION, prices)).toMatchObject({ value: { price: "0.0418" } });
    expect(unitPrice("nat-gateway-hour", REGION, prices)).toMatchObject({ value: { price: "0.046" } });
    const find = (variant: string): unknown =>
      prices.find("ec2", { region: REGION, variant, name: "m5.large" })?.price;
    expect(find("linux/reserved-1yr-no-upfront")).toBe("0.064");
    expect(find("linux/reserved-1yr-all-upfront")).toBe("0.1");
    // A price of zero is a placeholder.
    expect(machineHourlyPrice({ provider: "aws", name: "m6i.large", region: REGION }, prices).kind).toBe(
      "unknown",
    );
  });

  it("does not fetch a version twice", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), etag: '"one"' });
    await sync();
    expect(await sync()).toMatchObject([{ kind: "unchanged", date: "2026-11-02" }]);
    expect(server.asked.filter((url) => url === EC2)).toHaveLength(1);
  });

  it("keeps what it has when a new version has the same ETag", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), etag: '"one"' });
    await sync();
    const later = EC2.replace("20261102030405", "20261109000000");
    await using other = await priceServer();
    other.serve({ path: later, body: "never sent", etag: '"one"' });
    expect(await sync({ endpointUrl: other.url })).toMatchObject([{ kind: "unchanged" }]);
  });

  it("unpacks an answer that is sent compressed", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), isGzip: true });
    expect(await sync()).toMatchObject([{ kind: "synced" }]);
  });

  it("goes on after a busy server and a broken connection, from where it broke", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), etag: '"one"', failures: [503, "cut"] });
    expect(await sync()).toMatchObject([{ kind: "synced" }]);
    expect(server.asked.at(-1)).toMatch(/ bytes=\d+-$/);
    expect((await book()).find("ec2", { region: REGION, variant: "linux", name: "m5.large" })?.price).toBe(
      "0.102",
    );
  });

  it("starts anew where the server cannot promise the same bytes", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), failures: ["cut"] });
    expect(await sync()).toMatchObject([{ kind: "synced" }]);
    expect(server.asked.filter((url) => url.includes("bytes="))).toEqual([]);
  });

  it("refuses a list that is cut off, and the old prices stay", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS), etag: '"one"' });
    await sync();
    const later = EC2.replace("20261102030405", "20261109000000");
    const whole = offerCsv([machine("m5.large", "0.2")]);
    await using other = await priceServer();
    other.serve({ path: later, body: whole.slice(0, whole.length - 120), etag: '"two"' });
    const [outcome] = await sync({ endpointUrl: other.url });
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("damaged or cut off") });
    expect((await book()).find("ec2", { region: REGION, variant: "linux", name: "m5.large" })?.price).toBe(
      "0.102",
    );
    expect(await readdir(join(folder, "downloads"))).toEqual([]);
  });

  it("does not take a load balancer's trust store for the load balancer", async () => {
    const family = { "Product Family": "Load Balancer-Application" };
    const rows = [
      usage("EUN1-LoadBalancerUsage", "0.0239", family),
      usage("EUN1-TS-LoadBalancerUsage", "0.0056", family),
      usage("TS-LoadBalancerUsage", "0.0056", family),
    ];
    server.serve({ path: EC2.replace("AmazonEC2", "AWSELB"), body: offerCsv(rows, { offer: "AWSELB" }) });
    expect(await sync({ services: ["elb"] })).toMatchObject([{ kind: "synced", prices: 1, ambiguous: [] }]);
    const price = unitPrice("application-load-balancer-hour", REGION, await book());
    expect(price).toMatchObject({ value: { price: "0.0239" } });
  });

  it("leaves out a name that the list gives two prices, and says so", async () => {
    const rows = [machine("m5.large", "0.1"), machine("m5.large", "0.2"), machine("m5.xlarge", "0.2")];
    server.serve({ path: EC2, body: offerCsv(rows) });
    expect(await sync()).toMatchObject([{ kind: "synced", prices: 1, ambiguous: ["ec2 linux m5.large"] }]);
  });

  it("does not price a reservation of which the fee or the hours are missing", async () => {
    const term = { years: "1yr", option: "Partial Upfront" } as const;
    const [fee, hours] = reserved("m5.large", { upfront: "876", hourly: "0.05" }, term);
    const [, free] = reserved(
      "m5.large",
      { upfront: "0", hourly: "0.01" },
      { ...term, option: "All Upfront" },
    );
    const [otherFee] = reserved("m5.xlarge", { upfront: "876", hourly: "0.05" }, term);
    const whole = reserved("m5.2xlarge", { upfront: "876", hourly: "0.05" }, term);
    expect([fee, hours, free, otherFee]).not.toContain(undefined);
    const rows = [hours, free, otherFee, ...whole].filter((row) => row !== undefined);
    server.serve({ path: EC2, body: offerCsv(rows) });
    expect(await sync()).toMatchObject([{ kind: "synced", prices: 1 }]);
    const key = { region: REGION, variant: "linux/reserved-1yr-partial-upfront", name: "m5.2xlarge" };
    expect((await book()).find("ec2", key)?.price).toBe("0.15");
  });

  it("keeps the old prices where a list has what the catalogue could not read again", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS) });
    await sync();
    const before = await priceFolder(folder).tables();
    const later = EC2.replace("20261102030405", "20261109000000");
    await using other = await priceServer();
    other.serve({ path: later, body: offerCsv([machine("m5.large\tand more", "0.1")]) });
    expect(await sync({ endpointUrl: other.url })).toMatchObject([
      { kind: "failed", reason: expect.stringMatching(/cannot be kept.*rows/) },
    ]);
    expect(await priceFolder(folder).tables()).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("tells what failed and goes on with the rest", async () => {
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS) });
    const outcomes = await sync({ regions: ["mars-north-1", REGION] });
    expect(outcomes).toMatchObject([
      { kind: "failed", region: "mars-north-1", reason: expect.stringContaining("check --regions") },
      { kind: "synced", region: REGION },
    ]);
  });

  it("goes on with the rest where the connection breaks in the middle of an index", async () => {
    const cut = EC2.replace("AmazonEC2", "AmazonRDS");
    server.serve({ path: cut, body: "never sent", isIndexCut: true });
    server.serve({ path: EC2, body: offerCsv(EC2_ROWS) });
    expect(await sync({ services: ["rds", "ec2"] })).toMatchObject([
      { kind: "failed", list: "AmazonRDS", reason: expect.stringContaining("check the network") },
      { kind: "synced", list: "AmazonEC2" },
    ]);
  });

  it.each(["", "/"])(
    "reads a mirror that has the lists below a path, written with %j at its end",
    async (end) => {
      await using mirror = await priceServer("/mirrors/aws-prices");
      mirror.serve({ path: EC2, body: offerCsv(EC2_ROWS) });
      expect(await sync({ endpointUrl: `${mirror.url}${end}` })).toMatchObject([{ kind: "synced" }]);
    },
  );

  it("refuses a server's address with a password in it, and does not repeat it", async () => {
    const refusal = sync({ endpointUrl: "http://reader:hunter2@127.0.0.1:1" });
    await expect(refusal).rejects.toThrow(/the endpoint URL is not an address such as/);
    await expect(refusal).rejects.not.toThrow(/hunter2/);
  });

  it("reads databases and savings plans", async () => {
    const database = { "Product Family": "Database Instance", "Database Engine": "MySQL", Unit: "Hrs" };
    const rows = [
      usage("EUN1-InstanceUsage:db.m5.large", "0.18", {
        ...database,
        "Instance Type": "db.m5.large",
        "Deployment Option": "Single-AZ",
      }),
      usage("EUN1-RDS:GP3-Storage", "0.12", { "Product Family": "Database Storage" }),
    ];
    server.serve({
      path: EC2.replace("AmazonEC2", "AmazonRDS"),
      body: offerCsv(rows, { offer: "AmazonRDS" }),
    });
    server.serve({
      path: `/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/20261101000000/${REGION}/index.csv`,
      body: SAVINGS_PLAN_CSV,
    });
    expect(await sync({ services: ["rds", "savings-plans"] })).toMatchObject([
      { kind: "synced", list: "AmazonRDS", prices: 2 },
      { kind: "synced", list: "AWSComputeSavingsPlan", prices: 2, date: "2026-11-01" },
    ]);
    const prices = await book();
    const query = { instanceClass: "db.m5.large", region: REGION, engine: "mysql", multiAz: false };
    expect(rdsHourlyPrice(query, prices)).toMatchObject({ value: { price: "0.18" } });
    const find = (variant: string): unknown =>
      prices.find("ec2", { region: REGION, variant, name: "m5.large" })?.price;
    expect(find("linux/compute-savings-plan-1yr-no-upfront")).toBe("0.074");
    expect(find("rhel/instance-savings-plan-3yr-partial-upfront")).toBe("0.0425");
  });
});

/** Three rows of a list as AWS publishes it: unquoted, dedicated machines among them. */
const SAVINGS_PLAN_CSV = `FormatVersion,v1.0
Disclaimer,This pricing list is for informational purposes only.
Publication Date,2026-11-01T18:44:47Z
Version,20261101184447
OfferCode,AmazonComputeSavingsPlan
SKU,RateCode,Unit,EffectiveDate,DiscountedRate,Currency,DiscountedSKU,DiscountedServiceCode,DiscountedUsageType,DiscountedOperation,PurchaseOption,LeaseContractLength,LeaseContractLengthUnit,ServiceCode,UsageType,Operation,Description,Instance Family,Location,Location Type,Granularity,Product Family,DiscountedRegionCode,DiscountedInstanceType
A,A.1,Hrs,2026-06-05T18:51:13Z,0.0425,USD,1,AmazonEC2,EUN1-BoxUsage:m5.large,RunInstances:0010,Partial Upfront,3,year,ComputeSavingsPlans,EUN1-EC2SP:m5.3yrPartialUpfront,,3 year Partial Upfront m5 EC2 Instance Savings Plan in eu-north-1,m5,EU (Stockholm),AWS Region,hourly,EC2InstanceSavingsPlans,eu-north-1,m5.large
B,B.2,Hrs,2026-06-05T18:51:13Z,0.074,USD,2,AmazonEC2,EUN1-BoxUsage:m5.large,RunInstances,No Upfront,1,year,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,,1 year No Upfront Compute Savings Plan,,Any,AWS Region,hourly,ComputeSavingsPlans,eu-north-1,m5.large
B,B.3,Hrs,2026-06-05T18:51:13Z,9,USD,3,AmazonEC2,EUN1-DedicatedUsage:m5.large,RunInstances,No Upfront,1,year,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,,1 year No Upfront Compute Savings Plan,,Any,AWS Region,hourly,ComputeSavingsPlans,eu-north-1,m5.large
`;

describe("importAwsPrices", () => {
  const importFile = async (name: string, content: string | Buffer): Promise<SyncOutcome> => {
    const file = join(folder, name);
    await writeFile(file, content);
    return await importAwsPrices(
      { file, region: REGION, into: folder, nowMs: NOW },
      new AbortController().signal,
    );
  };

  it("reads the JSON form to the same tables as the CSV", async () => {
    await importFile("index.csv", offerCsv(EC2_ROWS));
    const fromCsv = await priceFolder(folder).tables();
    await importFile("index.json", offerJson(EC2_ROWS));
    expect(await priceFolder(folder).tables()).toEqual(fromCsv);
    expect(fromCsv.length).toBeGreaterThan(4);
  });

  it("reads a compressed file", async () => {
    expect(await importFile("index.json.gz", gzipSync(offerJson(EC2_ROWS)))).toMatchObject({
      kind: "synced",
    });
  });

  it.each([
    ["JSON that is cut off", offerJson(EC2_ROWS).slice(0, -400), /damaged or cut off/],
    ["gzip that is cut off", gzipSync(offerCsv(EC2_ROWS)).subarray(0, 300), /damaged/],
    ["a list of nothing that is known", offerCsv([]), /holds no price of eu-north-1/],
    ["another CSV", "a,b\n1,2\n", /no line starts with SKU/],
    ["another JSON", '{"a": 1}', /has no offerCode/],
    [
      "a list of another service",
      offerCsv(EC2_ROWS, { offer: "../../etc" }),
      /price list of another service; known are AmazonEC2/,
    ],
    [
      "a list that no price is taken of",
      offerCsv(EC2_ROWS, { offer: "AmazonDynamoDB" }),
      /of another service/,
    ],
    ["a list without a date", offerCsv(EC2_ROWS, { published: "yesterday" }), /when it was published/],
  ])("refuses %s", async (_, content, message) => {
    await expect(importFile("list", content)).rejects.toThrow(message);
    expect(await priceFolder(folder).headers()).toEqual([]);
  });
});

describe("priceFolder", () => {
  it("names the file that is damaged", async () => {
    await writeFile(
      join(folder, "aws_AmazonEC2_eu-north-1.prices.gz"),
      gzipSync('{"format":"apex-prices/9"}'),
    );
    await expect(priceFolder(folder).tables()).rejects.toThrow(/AmazonEC2_eu-north-1.prices.gz is damaged/);
  });

  it("is empty where there is no folder", async () => {
    expect(await priceFolder(join(folder, "none")).tables()).toEqual([]);
  });
});
