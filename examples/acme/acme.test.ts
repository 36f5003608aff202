import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { addDecimals, type Decimal, decimal, multiply, parseAddress } from "@apex/core";
import { beforeAll, describe, expect, test } from "vitest";
import { FOCUS_COLUMNS } from "./scripts/data/focus-row.ts";
import { GROUPS } from "./scripts/fleet/group.ts";
import { disagreements, type Expectation, type ReportedRecommendation } from "./scripts/expectation.ts";
import { generateFiles } from "./scripts/generate-files.ts";
import { memberIds } from "./scripts/data/aws-charges.ts";
import { percentile } from "./scripts/signal.ts";
import { SAMPLES } from "./scripts/time-grid.ts";

const ROOT = import.meta.dirname;
const SIZE_MAX_BYTES = 8 * 1024 * 1024;

function read(name: string): string {
  const bytes = readFileSync(path.join(ROOT, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

interface Expected {
  readonly externalResources: readonly string[];
  readonly expectations: readonly Expectation[];
}

const expected = JSON.parse(read("expected.json")) as Expected;

interface StateInstance {
  readonly address: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function stateInstances(): StateInstance[] {
  interface Block {
    readonly module?: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }
  const { resources } = JSON.parse(read("terraform.tfstate")) as { resources: readonly Block[] };
  return resources.flatMap((block) =>
    block.instances.map((instance) => {
      const key = instance.index_key === undefined ? "" : `[${JSON.stringify(instance.index_key)}]`;
      const prefix = block.module === undefined ? "" : `${block.module}.`;
      const data = block.mode === "data" ? "data." : "";
      return {
        address: `${prefix}${data}${block.type}.${block.name}${key}`,
        type: block.type,
        attributes: instance.attributes,
      };
    }),
  );
}

/** Every name that a bill or a metric may call a resource of the state by. Own ids come before names shared with others. */
function stateNames(): Map<string, string> {
  const names = new Map<string, string>();
  const add = (name: unknown, address: string) => {
    if (typeof name === "string" && !names.has(name)) names.set(name, address);
  };
  const instances = stateInstances();
  const isPart = (type: string) => type.includes("attachment") || type === "aws_ec2_instance_state";
  const owners = instances.filter(({ type }) => !isPart(type) && type !== "aws_launch_template");
  for (const { address, attributes } of owners) add(attributes["id"], address);
  for (const { address, attributes } of owners) {
    for (const key of ["arn", "name", "identifier", "arn_suffix", "instance_id", "disk_id"]) {
      add(attributes[key], address);
    }
    const [root] = (attributes["root_block_device"] ?? []) as { volume_id: string }[];
    add(root?.volume_id, address);
  }
  return names;
}

function csvCells(line: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const character = line[i] ?? "";
    if (isQuoted && character === '"' && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === "," && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}

/** CSV without line breaks in cells, which is how these bills are written. */
function csvRows(text: string): Record<string, string>[] {
  const [header = "", ...lines] = text
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split(/\r?\n/);
  const names = csvCells(header);
  return lines.map((line) =>
    Object.fromEntries(
      csvCells(line).map((value, index) => [names[index] ?? "", value === "NULL" ? "" : value]),
    ),
  );
}

interface Measured {
  readonly values: Float64Array;
}

/** Series by address, metric and statistic, out of the files as committed. */
function measurements(): Map<string, Measured> {
  const names = stateNames();
  const found = new Map<string, Measured>();
  for (const name of readdirSync(path.join(ROOT, "data/metrics")).filter((file) =>
    file.startsWith("cloudwatch"),
  )) {
    const exchange = JSON.parse(read(`data/metrics/${name}`)) as {
      MetricDataQueries: {
        Id: string;
        MetricStat: { Metric: { MetricName: string; Dimensions: { Value: string }[] }; Stat: string };
      }[];
      MetricDataResults: { Id: string; Timestamps: string[]; Values: number[] }[];
    };
    const results = new Map(exchange.MetricDataResults.map((result) => [result.Id, result]));
    for (const { Id, MetricStat } of exchange.MetricDataQueries) {
      const id = MetricStat.Metric.Dimensions[0]?.Value ?? "";
      const result = results.get(Id);
      expect(result, `${name}: ${Id} has a result`).toBeDefined();
      expect(result?.Timestamps.length).toBe(result?.Values.length);
      const isKnown = names.has(id) || expected.externalResources.includes(id);
      expect(isKnown, `${name}: ${id} is in the state or declared external`).toBe(true);
      const key = `${names.get(id)} ${MetricStat.Metric.MetricName} ${MetricStat.Stat}`;
      found.set(key, { values: Float64Array.from(result?.Values ?? []) });
    }
  }
  const rows = new Map<string, number[]>();
  for (const line of read("data/metrics/gcp.csv.gz").trimEnd().split("\n").slice(1)) {
    const [id = "", metric = "", , value = "", statistic = ""] = line.split(",");
    expect(names.has(id), `${id} is in the state`).toBe(true);
    const key = `${names.get(id)} ${metric} ${statistic}`;
    const values = rows.get(key) ?? [];
    values.push(Number(value));
    rows.set(key, values);
  }
  for (const [key, values] of rows) found.set(key, { values: Float64Array.from(values) });
  return found;
}

describe("the generated files", () => {
  const generated = generateFiles();

  test("are what the generator writes today", () => {
    for (const [name, text] of generated) {
      expect(read(name) === text, `${name} is stale: run node examples/acme/generate.ts`).toBe(true);
    }
  });

  test("stay small enough to clone", () => {
    const sizes = [...generated.keys()].map((name) => statSync(path.join(ROOT, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SIZE_MAX_BYTES);
  });
});

describe("the bill", () => {
  const bills = ["data/cost/focus-aws-2026-10.csv.gz", "data/cost/focus-gcp-2026-10.csv"];
  const rows = bills.flatMap((name) => csvRows(read(name)));
  const sum = (column: string, of: readonly Record<string, string>[]): Decimal =>
    addDecimals(...of.map((row) => decimal(row[column] === "" ? "0" : (row[column] ?? "0"))));

  test("has the columns of FOCUS 1.2 in every row", () => {
    for (const row of rows) expect(Object.keys(row)).toEqual([...FOCUS_COLUMNS]);
  });

  test("names only resources that are in the state, belong to a group, or are declared external", () => {
    const names = stateNames();
    const boot = new Set(GROUPS.flatMap(memberIds));
    const unknown = new Set<string>();
    for (const row of rows) {
      const id = row["ResourceId"] ?? "";
      const tail = id.split("/").at(-1) ?? "";
      const isGroup = (row["Tags"] ?? "").includes("aws:autoscaling:groupName");
      const isBootDisk = row["ResourceType"] === "Disk" && names.has(row["ResourceName"] ?? "");
      const isPlan = row["ResourceType"] === "Savings Plan";
      if (id === "" || names.has(id) || names.has(tail) || isBootDisk || isPlan) continue;
      if (expected.externalResources.includes(id)) continue;
      if (isGroup && (boot.has(id) || id.startsWith("vol-"))) continue;
      unknown.add(id);
    }
    expect([...unknown]).toEqual([]);
  });

  test("multiplies exactly: list cost is quantity times list price", () => {
    for (const row of rows.filter(({ ListUnitPrice }) => ListUnitPrice !== "")) {
      const product = multiply(decimal(row["PricingQuantity"] ?? ""), decimal(row["ListUnitPrice"] ?? ""));
      expect(row["ListCost"]).toBe(product);
    }
  });

  test("counts the Savings Plan once: what was bought is what was used and what was not", () => {
    const plan = rows.filter(({ CommitmentDiscountName }) => CommitmentDiscountName === "acme-compute-2026");
    const bought = plan.filter(({ ChargeCategory }) => ChargeCategory === "Purchase");
    const usage = plan.filter(({ ChargeCategory }) => ChargeCategory === "Usage");
    expect(bought.length).toBe(31);
    expect(sum("BilledCost", bought)).toBe(sum("EffectiveCost", usage));
    expect(sum("BilledCost", usage)).toBe("0");
    expect(sum("EffectiveCost", bought)).toBe("0");
  });

  test("has tax, a credit and a correction", () => {
    const categories = new Set(rows.map((row) => `${row["ChargeCategory"]} ${row["ChargeClass"]}`.trim()));
    expect([...categories].toSorted()).toEqual(["Credit", "Purchase", "Tax", "Usage", "Usage Correction"]);
  });

  test("charges a stopped machine nothing but its disk", () => {
    const mail = stateInstances().find(({ address }) => address === "aws_instance.mail");
    expect(rows.filter(({ ResourceId }) => ResourceId === mail?.attributes["id"])).toEqual([]);
  });
});

describe("the expectations", () => {
  const JUDGED = new Set([
    "aws_instance",
    "aws_autoscaling_group",
    "aws_db_instance",
    "aws_ebs_volume",
    "google_compute_instance",
    "google_compute_disk",
    "google_compute_address",
  ]);
  const TYPE_ATTRIBUTES = ["instance_type", "instance_class", "type", "machine_type"];
  const instances = stateInstances();
  const byAddress = new Map(instances.map((instance) => [instance.address, instance]));
  let measured = new Map<string, Measured>();

  beforeAll(() => {
    measured = measurements();
  });

  test("cover every machine, group, database, volume and address of Google Cloud once", () => {
    const judged = instances.filter(({ type }) => JUDGED.has(type)).map(({ address }) => address);
    expect(expected.expectations.map(({ address }) => address).toSorted()).toEqual(judged.toSorted());
  });

  test("start from what the state holds", () => {
    for (const { address, from } of expected.expectations) {
      const attributes = byAddress.get(address)?.attributes ?? {};
      const type = TYPE_ATTRIBUTES.map((name) => attributes[name]).find((value) => value !== undefined);
      const size = `min ${String(attributes["min_size"])}`;
      expect([type, size], `${address} starts from it`).toContain(from);
    }
  });

  test("say where the value is written, and it is written there", () => {
    for (const { address, from, writtenIn, decision } of expected.expectations) {
      if (writtenIn === undefined) continue;
      const text = read(path.join("terraform", writtenIn));
      const resource = parseAddress(address)?.name ?? "";
      const token = decision === "resize" || decision === "change-volume-type" ? `"${from}"` : "";
      const isSize = decision === "set-capacity" && text.includes((from ?? "").replace("min ", ""));
      const isWritten = token === "" ? text.includes(`"${resource}"`) : text.includes(token);
      expect(isSize || isWritten, `${address} in ${writtenIn}`).toBe(true);
    }
  });

  test("rest on what was measured", () => {
    const wrong: string[] = [];
    for (const { address, evidence } of expected.expectations) {
      const cpu = measured.get(`${address} CPUUtilization Average`)?.values;
      const memory = measured.get(`${address} mem_used_percent Average`)?.values;
      const seen: Record<string, number | null> = {
        cpuMean: cpu === undefined ? null : cpu.reduce((sum, value) => sum + value, 0) / cpu.length,
        cpuP995: cpu === undefined ? null : percentile(cpu, 99.5),
        cpuMaximum: cpu === undefined ? null : percentile(cpu, 100),
        memoryMaximum: memory === undefined ? null : percentile(memory, 100),
        coverage: cpu === undefined ? null : cpu.length / SAMPLES,
      };
      for (const [name, range] of Object.entries(evidence ?? {})) {
        const value = seen[name] ?? null;
        const holds =
          range === null ? value === null : value !== null && value >= range[0] && value <= range[1];
        if (!holds) wrong.push(`${address} ${name}: ${String(value)} is not in ${JSON.stringify(range)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("a report is held against the expectations", () => {
  const EDIT: ReportedRecommendation = {
    address: 'aws_instance.web["web-1"]',
    action: "resize",
    from: "m5.2xlarge",
    to: "m5.xlarge",
    status: "planned",
    edits: [{ file: "envs/prod.tfvars" }],
  };
  const against = (address: string, ...reported: readonly ReportedRecommendation[]) =>
    disagreements(
      expected.expectations.filter((expectation) => expectation.address === address),
      reported,
    );

  test("and agrees when the decision, the target and the file are right", () => {
    expect(against('aws_instance.web["web-1"]', EDIT)).toEqual([]);
  });

  test("and departs for a wrong target, a wrong file, a refusal, a missing or a second decision", () => {
    const web = 'aws_instance.web["web-1"]';
    expect(against(web, { ...EDIT, to: "m5.large" })).toHaveLength(1);
    expect(against(web, { ...EDIT, edits: [{ file: "web.tf" }] })).toHaveLength(1);
    expect(against(web, { ...EDIT, status: "not-applicable" })).toHaveLength(1);
    expect(against(web)).toHaveLength(1);
    expect(against(web, EDIT, EDIT)).toHaveLength(1);
  });

  test("and departs when a bursty machine is downsized", () => {
    const etl = "aws_instance.etl";
    expect(against(etl)).toEqual([]);
    expect(against(etl, { ...EDIT, address: etl, from: "c5.4xlarge", to: "c5.xlarge" })).toHaveLength(1);
  });

  test("and takes a refusal or a split of a shared token, but no edit of it", () => {
    const api = "aws_instance.api[0]";
    const resize = { ...EDIT, address: api, from: "c5.2xlarge", to: "c5.xlarge" };
    expect(against(api, { ...resize, status: "not-applicable", edits: [] })).toEqual([]);
    expect(against(api, { ...resize, edits: [{ file: "api.tf" }] })).toEqual([]);
    expect(against(api, { ...resize, edits: [{ file: "variables.tf" }] })).toHaveLength(1);
  });

  test("and departs for what nobody expected", () => {
    expect(disagreements([], [EDIT])).toHaveLength(1);
  });
});

describe("the Terraform files", () => {
  test("keep the oddities that edits have to survive", () => {
    expect(read("terraform/legacy-erp.tf")).toMatch(/\r\n/);
    expect(read("terraform/legacy-erp.tf").replaceAll("\r\n", "")).not.toContain("\n");
    expect(read("terraform/legacy.tf")).toContain("\tinstance_type = (\n");
    expect(read("terraform/legacy.tf")).toContain("<<-EOF");
  });

  test("plan to no change against the state, with the sizes of production", () => {
    const plan = JSON.parse(
      execFileSync(
        process.execPath,
        [
          path.join(ROOT, "../../packages/cli/src/main.ts"),
          "plan",
          path.join(ROOT, "terraform"),
          "--state",
          path.join(ROOT, "terraform.tfstate"),
          "--var-file",
          path.join(ROOT, "terraform/envs/prod.tfvars"),
          "--format",
          "json",
        ],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      ),
    ) as { diagnostics: unknown[]; changes: unknown[] };
    expect(plan.diagnostics).toEqual([]);
    expect(plan.changes).toEqual([]);
  });
});
