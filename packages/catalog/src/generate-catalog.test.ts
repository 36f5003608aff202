import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ec2OfferTables } from "../scripts/ec2-offer.ts";
import { generateCatalog } from "../scripts/generate-catalog.ts";
import { instanceTypesTable } from "../scripts/instance-types-json.ts";
import { AWS_MACHINE_TYPES } from "./aws-machine-types.generated.ts";
import { EC2_PRICES } from "./ec2-prices.generated.ts";
import { GCE_PRICES } from "./gce-prices.generated.ts";
import { GCP_MACHINE_TYPES } from "./gcp-machine-types.generated.ts";
import { type GeneratedTable, mergeTables, type PriceTable } from "./generated-table.ts";
import { indexPrices } from "./price-table.ts";
import { RDS_PRICES } from "./rds-prices.generated.ts";

const FIXTURES = join(import.meta.dirname, "../scripts/fixtures");
const temporary = mkdtempSync(join(tmpdir(), "apex-catalog-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const live = {
  directory: FIXTURES,
  ec2Offers: [join(FIXTURES, "ec2-offer.json")],
  instanceTypes: { file: join(FIXTURES, "describe-instance-types.json"), date: "2026-11-02" },
};

/** Loads a generated module's one export. */
async function load<T>(modules: ReadonlyMap<string, string>, file: string): Promise<T> {
  const path = join(temporary, `${Math.trunc(performance.now() * 1000)}-${file}`);
  writeFileSync(path, modules.get(file) ?? "");
  const loaded: Record<string, T> = await import(path);
  const [value] = Object.values(loaded);
  return value as T;
}

describe("generateCatalog", () => {
  test("gives the same bytes for the same sources", async () => {
    expect(await generateCatalog(live)).toEqual(await generateCatalog(live));
  });

  test("leaves out prices that the sources do not stand behind", async () => {
    const modules = await generateCatalog({ directory: FIXTURES });
    const machines = await load<readonly PriceTable[]>(modules, "gce-prices.generated.ts");
    const index = indexPrices("x", machines);
    const find = (name: string) => index.find({ region: "us-central1", variant: "linux", name })?.price;
    expect(find("n1-standard-4")).toBe("0.19");
    expect(find("e2-micro")).toBe("0.008376");
    for (const name of ["c3-standard-4-lssd", "n1-ultramem-40", "a3-highgpu-8g"])
      expect(find(name)).toBeUndefined();
    const gpus = await load<readonly PriceTable[]>(modules, "gce-gpu-prices.generated.ts");
    expect(gpus.map((table) => table.rows.trim())).toEqual(["nvidia-tesla-t4 0.35"]);
  });

  test("a later offer file wins, and brings regions and licences of its own", async () => {
    const tables = await load<readonly PriceTable[]>(await generateCatalog(live), "ec2-prices.generated.ts");
    const index = indexPrices("EC2", tables);
    const find = (region: string, variant: string, name: string) => index.find({ region, variant, name });
    expect(find("us-east-1", "linux", "m5.large")).toMatchObject({ price: "0.095", date: "2026-11-01" });
    expect(find("us-east-1", "linux", "m5.xlarge")).toMatchObject({ price: "0.192", date: "2026-07-20" });
    expect(find("us-east-1", "windows", "m5.large")?.price).toBe("0.187");
    expect(find("us-east-1", "rhel", "m5.large")?.price).toBe("0.1238");
    expect(find("ap-south-1", "linux", "m9x.large")?.price).toBe("0.0501");
    expect(find("us-east-1", "linux", "mac9.metal")).toBeUndefined();
  });

  test("live shapes win cell by cell; what only the older table knows stays", async () => {
    const tables = await load<readonly GeneratedTable[]>(
      await generateCatalog(live),
      "aws-machine-types.generated.ts",
    );
    const rows = mergeTables(tables);
    expect(rows.get("m5.large")).toMatchObject({
      ebsBaselineMbps: "650",
      coremark: "28470",
      networkBaselineMbps: "750",
    });
    expect(rows.get("p3.2xlarge")).toMatchObject({
      gpuName: "v100",
      gpuCount: "1",
      gpuMemoryGib: "16",
      memoryGib: "61",
    });
    expect(rows.get("m9x.large")).toEqual({
      name: "m9x.large",
      vcpu: "2",
      memoryGib: "8",
      architecture: "arm64",
      networkBaselineMbps: "1880",
      networkPeakMbps: "30000",
      isCurrentGeneration: "1",
      hypervisor: "nitro",
      cpuManufacturer: "aws",
    });
    expect(new Set(tables[1]?.columns.map((column) => column.date))).toEqual(new Set(["2026-11-02"]));
  });

  test("a source without a column that is read is refused, not read as empty", async () => {
    const directory = mkdtempSync(join(temporary, "sources-"));
    const text = readFileSync(join(FIXTURES, "aws_instances.csv"), "utf8");
    writeFileSync(join(directory, "aws_instances.csv"), text.replace("memory_gib", "memory"));
    await expect(generateCatalog({ directory })).rejects.toThrow("no column memory_gib");
  });
});

describe("AWS offer files", () => {
  test("JSON and CSV of the same offer give the same tables", async () => {
    const [json, csv] = await Promise.all(
      ["json", "csv"].map((form) => ec2OfferTables(join(FIXTURES, `ec2-offer.${form}`))),
    );
    expect(csv).toEqual(json);
    expect(json?.map((table) => [table.region, table.variant, table.rows])).toEqual([
      ["ap-south-1", "linux", "m9x.large 0.0501"],
      ["us-east-1", "linux", "m5.large 0.095\nm9x.large 0.0888"],
      ["us-east-1", "rhel", "m5.large 0.1238"],
      ["us-east-1", "windows", "m5.large 0.187"],
    ]);
  });

  test.each([
    ["another offer", (text: string) => text.replace("AmazonEC2", "AmazonRDS"), "not an EC2 offer file"],
    [
      "two prices of one machine",
      (text: string) => text.replace('"Dedicated"', '"Shared"'),
      "costs 0.095 and 0.102",
    ],
    ["cut off", (text: string) => text.slice(0, 3000), "JSON"],
  ])("%s is refused", async (name, spoil, message) => {
    const path = join(temporary, `${name.replaceAll(" ", "-")}.json`);
    writeFileSync(path, spoil(readFileSync(join(FIXTURES, "ec2-offer.json"), "utf8")));
    await expect(ec2OfferTables(path)).rejects.toThrow(message);
  });

  test.each([
    ["an empty file", () => "", "not the CSV of an EC2 offer file"],
    ["a missing column", (text: string) => text.replace('"Tenancy"', '"Tenure"'), "no column Tenancy"],
    [
      "no date",
      (text: string) => text.replace("Publication Date", "Date"),
      "not the CSV of an EC2 offer file",
    ],
  ])("a CSV with %s is refused", async (name, spoil, message) => {
    const path = join(temporary, `${name.replaceAll(" ", "-")}.csv`);
    writeFileSync(path, spoil(readFileSync(join(FIXTURES, "ec2-offer.csv"), "utf8")));
    await expect(ec2OfferTables(path)).rejects.toThrow(message);
  });
});

describe("DescribeInstanceTypes", () => {
  test.each([
    ["{}", "InstanceTypes"],
    ['{"InstanceTypes":[{"InstanceType":"m5.large"}]}', "VCpuInfo"],
    ['{"InstanceTypes":[{"InstanceType":"m5,large"}]}', "InstanceType"],
  ])("%s is refused, naming the place", (text, place) => {
    expect(() => instanceTypesTable(text, { date: "2026-11-02" })).toThrow(place);
  });

  test("an older output can be asked for single columns", () => {
    const text = readFileSync(live.instanceTypes.file, "utf8");
    const table = instanceTypesTable(text, { date: "2026-05-20", columns: ["ebsBaselineMbps"] });
    expect(table.rows).toBe("m5.large,650");
    expect(() => instanceTypesTable(text, { date: "2026-05-20", columns: ["price"] })).toThrow(
      "no such column: price",
    );
  });
});

describe("the committed tables", () => {
  test("every column and price table names its origin, date and licence", () => {
    const facts = [
      ...[...AWS_MACHINE_TYPES, ...GCP_MACHINE_TYPES].flatMap((table) => table.columns),
      ...EC2_PRICES,
      ...RDS_PRICES,
      ...GCE_PRICES,
    ];
    const bad = facts.filter(
      ({ origin, date, licence }) => origin === "" || licence === "" || !/^20\d\d-\d\d-\d\d$/.test(date),
    );
    expect(bad).toEqual([]);
  });

  test("every price is a positive amount", () => {
    const lines = [...EC2_PRICES, ...RDS_PRICES, ...GCE_PRICES].flatMap((table) =>
      table.rows.trim().split("\n"),
    );
    expect(
      lines.filter((line) => !/^[a-z0-9.-]+ \d+(\.\d+)?$/.test(line) || Number(line.split(" ")[1]) <= 0),
    ).toEqual([]);
    expect(lines.length).toBeGreaterThan(3500);
  });
});
