import { rdsInstanceClass } from "@apex/catalog";
import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { presetPolicy } from "../policy/policy.ts";
import {
  type Level,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const GIB = 1024 ** 3;

function database(attributes: JsonObject = {}) {
  return resource("aws_db_instance", "shop", {
    identifier: "shop",
    instance_class: "db.r5.4xlarge",
    engine: "postgres",
    multi_az: false,
    status: "available",
    replicas: [],
    replicate_source_db: "",
    ...attributes,
  });
}

function measured(cpu: Level, freeGib: Level | null, connections: Level | null) {
  const all = [series("cpu_percent", cpu)];
  if (freeGib !== null) {
    const bytes: Level = (moment) => (typeof freeGib === "number" ? freeGib : (freeGib(moment) ?? 0)) * GIB;
    all.push(series("freeable_memory_bytes", bytes));
  }
  if (connections !== null) all.push(series("database_connections", connections));
  return profile("shop", ...all);
}

describe("rds-resize", () => {
  test("CPU, memory and connections decide; the price is that of engine and deployment", async () => {
    const single = recommended(await run([database()], [measured(10, 100, 200)]), "rds-resize");
    expect(single).toMatchObject({ from: "db.r5.4xlarge", action: "resize", restartRequired: true });
    expect(single.changes[0]).toMatchObject({ path: ["instance_class"], to: single.to });
    const multi = recommended(
      await run([database({ multi_az: true })], [measured(10, 100, 200)]),
      "rds-resize",
    );
    expect(Number(multi.monthlySavings.list)).toBeGreaterThan(1.9 * Number(single.monthlySavings.list));
    expect(single.unknowns.join()).toContain("network: not measured");
    expect(single.evidence.confidenceFactors["knownDimensions"]).toBe(0.5);
    // What shrinks unseen is never free of risk.
    expect(single.risk).toBe(1);
    const nothingUnseen = { ...presetPolicy("default").sizing, maximumRisk: 0 as const };
    const strict = await run([database()], [measured(10, 100, 200)], {
      policy: { ...presetPolicy("default"), sizing: nothingUnseen },
    });
    expect(reasonOf(strict, "rds-resize")).toContain(
      "network, ebs-iops, ebs-throughput, which is not measured",
    );
  });

  test("a version past its support pays for the vCPUs, too, and that is saved as well; who opted out pays nothing", async () => {
    const hourly = async (more: Parameters<typeof database>[0]) => {
      const databases = [database({ engine: "mysql", ...more })];
      const found = recommended(await run(databases, [measured(10, 100, 200)]), "rds-resize");
      const vcpus = rdsInstanceClass(found.from)!.vcpu - rdsInstanceClass(found.to)!.vcpu;
      return { saving: Number(found.monthlySavings.list) / 730, vcpus };
    };
    const supported = await hourly({ engine_version: "8.4.6" });
    const past = await hourly({ engine_version: "8.0.39" });
    // Each vCPU is 0.10 an hour.
    expect(past.vcpus).toBeGreaterThan(0);
    expect(past.saving - supported.saving).toBeCloseTo(0.1 * past.vcpus, 6);
    const lifecycle = { engine_lifecycle_support: "open-source-rds-extended-support-disabled" };
    expect(await hourly({ engine_version: "8.0.39", ...lifecycle })).toEqual(supported);
  });

  test("an Aurora instance is supported as its cluster chose", async () => {
    const savingBeside = async (attributes: JsonObject) => {
      const member = resource("aws_rds_cluster_instance", "shop", {
        identifier: "shop",
        cluster_identifier: "shops",
        instance_class: "db.r5.4xlarge",
        engine: "aurora-postgresql",
      });
      const cluster = resource("aws_rds_cluster", "shops", { cluster_identifier: "shops", ...attributes });
      const found = recommended(await run([member, cluster], [measured(10, 100, 200)]), "rds-resize");
      const vcpus = rdsInstanceClass(found.from)!.vcpu - rdsInstanceClass(found.to)!.vcpu;
      return { saving: Number(found.monthlySavings.list) / 730, vcpus };
    };
    const [supported, past] = [
      await savingBeside({ engine_version: "16.4" }),
      await savingBeside({ engine_version: "13.9" }),
    ];
    expect(past.saving - supported.saving).toBeCloseTo(0.1 * past.vcpus, 6);
    const lifecycle = { engine_lifecycle_support: "open-source-rds-extended-support-disabled" };
    expect(await savingBeside({ engine_version: "13.9", ...lifecycle })).toEqual(supported);
  });

  test("one sample of little free memory counts", async () => {
    const dip: Level = ({ index }) => (index === 999 ? 20 : 120);
    expect(reasonOf(await run([database()], [measured(5, dip, 10)]), "rds-resize")).toContain(
      "memory 135 GiB",
    );
  });

  test("more free memory than the class has was measured on another class: memory is unknown", async () => {
    const changed: Level = ({ day }) => (day < 7 ? 200 : 120);
    const analysis = await run([database()], [measured(5, changed, 10)]);
    const found = analysis.recommendations.find(({ rule }) => rule === "rds-resize");
    expect(found === undefined || rdsInstanceClass(found.to)!.memoryGib >= 128).toBe(true);
  });

  test("the minimum statistic of free memory is preferred over its average", async () => {
    const averages = measured(5, 120, 10);
    const lows = series("freeable_memory_bytes", 20 * GIB, { statistic: "minimum" });
    const analysis = await run([database()], [{ ...averages, series: [...averages.series, lows] }]);
    expect(reasonOf(analysis, "rds-resize")).toContain("memory 135 GiB");
  });

  test("unknown memory or connections: no less memory than today", async () => {
    const small = database({ instance_class: "db.r5.xlarge" });
    for (const metrics of [measured(5, null, 10), measured(5, 31, null)]) {
      expect(reasonOf(await run([small], [metrics]), "rds-resize")).toContain("not below today's");
    }
  });

  test("many connections keep the memory that allows them", async () => {
    // 16 GiB allow 1,802 connections of PostgreSQL, 32 GiB 3,604.
    const found = recommended(
      await run([database({ instance_class: "db.r5.2xlarge" })], [measured(3, 62, 2000)]),
      "rds-resize",
    );
    expect(found.to).toMatch(/^db\.r\d.*\.xlarge$/);
  });

  test("engines and classes without price or shape get none", async () => {
    const cases = [
      [database({ engine: "oracle-ee" }), /price is not known/],
      [database({ instance_class: "db.serverless" }), /does not know the shape/],
      [database({ status: "stopped" }), /it is stopped/],
      [{ ...database(), region: "ap-south-2" }, /price is not known/],
    ] as const;
    for (const [one, reason] of cases) {
      expect(reasonOf(await run([one], [measured(5, 100, 10)]), "rds-resize")).toMatch(reason);
    }
  });

  test("a replica is told what a smaller one risks", async () => {
    const replica = database({ replicate_source_db: "primary" });
    const found = recommended(await run([replica], [measured(5, 110, 10)]), "rds-resize");
    expect(found.evidence.notes.join()).toContain("fall behind");
  });
});

describe("rds-idle", () => {
  test("nobody connected for the whole look-back: stopped, with AWS's seven days said", async () => {
    const found = recommended(await run([database()], [measured(2, 100, 0)]), "rds-idle");
    expect(found.changes).toEqual([
      {
        kind: "add-resource",
        besideAddress: "aws_db_instance.shop",
        type: "aws_rds_instance_state",
        name: "shop_stopped",
        attributes: { identifier: { ref: "identifier" }, state: "stopped" },
      },
    ]);
    expect(found.unknowns.join()).toContain("seven days");
  });

  test("what a version past its support pays for its vCPUs stops by upgrade or removal, not by a stop", async () => {
    const saving = async (version: string) => {
      const databases = [database({ engine: "mysql", engine_version: version })];
      const found = recommended(await run(databases, [measured(2, 100, 0)]), "rds-idle");
      return { list: found.monthlySavings.list, notes: found.evidence.notes.join() };
    };
    const [supported, past] = [await saving("8.4.6"), await saving("8.0.39")];
    expect(past.list).toBe(supported.list);
    expect(past.notes).toContain("extended support is paid while it is stopped, too");
    expect(supported.notes).not.toContain("extended support");
  });

  test("it comes before the resize", async () => {
    const analysis = await run([database()], [measured(2, 100, 0)]);
    expect(analysis.recommendations.map((one) => one.rule)).toEqual(["rds-idle"]);
  });

  const kept: readonly (readonly [
    string,
    ReturnType<typeof database>,
    ReturnType<typeof measured>,
    RegExp,
  ])[] = [
    [
      "one connection in two weeks",
      database(),
      measured(2, 100, ({ index }) => (index === 5 ? 1 : 0)),
      /maximum of database_connections is 1/,
    ],
    ["unknown connections", database(), measured(2, 100, null), /without connections/],
    [
      "five days",
      database(),
      measured(2, 100, ({ day }) => (day > 9 ? 0 : undefined)),
      /quiet for 5\.0 days, 7 are needed/,
    ],
    [
      "a replica",
      database({ replicate_source_db: "primary" }),
      measured(2, 100, 0),
      /read replica cannot be stopped/,
    ],
    [
      "a primary with replicas",
      database({ replicas: ["shop-2"] }),
      measured(2, 100, 0),
      /with read replicas cannot be stopped/,
    ],
  ];
  test.each(kept)("left running: %s", async (_, one, metrics, reason) => {
    expect(reasonOf(await run([one], [metrics], { policy: only("rds-idle") }), "rds-idle")).toMatch(reason);
  });

  test("left running: the source of a replica that its state does not know yet", async () => {
    const over = { policy: only("rds-idle") };
    const idle = (region: string, source: string) => {
      const replica = { ...database({ replicate_source_db: source }), id: "shop-replica", region };
      return run([database(), replica], [measured(2, 100, 0)], over);
    };
    const source = database();
    const here = await idle("us-east-1", source.id);
    expect(here.abstentions.find(({ resourceId }) => resourceId === source.id)?.reason).toContain(
      "with read replicas cannot be stopped",
    );
    // Another region's database of the same name is another one's source.
    expect(recommended(await idle("eu-west-1", source.id), "rds-idle").resourceId).toBe(source.id);
  });
});
