import { type Decimal, decimal, type JsonObject, multiply, toNumber } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { priceResource } from "./price-plan.ts";
import { rdsHourlyPrice, rdsInstanceClass, rdsInstanceClasses } from "./rds-price.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

function database(values: JsonObject, others: readonly ResourceInput[] = []) {
  const address = "aws_db_instance.main";
  return priceResource(planOf({ address, before: values }, ...others), "before", { address })!;
}

const MYSQL = { engine: "mysql", instance_class: "db.m5.large", allocated_storage: 100, storage_type: "gp2" };

describe("rdsHourlyPrice", () => {
  test.each([
    ["db.m5.large", "mysql", "us-east-1", false, "0.171"],
    ["db.m5.large", "mysql", "us-east-1", true, "0.342"],
    ["db.t3.large", "postgres", "us-east-1", false, "0.145"],
    ["db.t3.large", "mariadb", "us-east-1", false, "0.136"],
    ["db.r5.large", "aurora-mysql", "us-east-1", false, "0.29"],
  ])("%s %s in %s, Multi-AZ %s: %s", (...row) => {
    const [instanceClass, engine, region, multiAz, usd] = row;
    const price = rdsHourlyPrice({ instanceClass, engine, region, multiAz });
    expect(price).toMatchObject({ kind: "known", value: { price: usd, date: "2023-03-01" } });
  });

  test.each([
    [
      "db.m7g.large",
      "mysql",
      "us-east-1",
      false,
      "no price of db.m7g.large for MySQL Single-AZ in us-east-1",
    ],
    ["db.m5.large", "db2-se", "us-east-1", false, "no prices for the database engine db2-se"],
    ["db.m5.large", "toString", "us-east-1", false, "no prices for the database engine toString"],
    [
      "db.m5.large",
      "mysql",
      "us-west-2",
      false,
      "no MySQL Single-AZ database prices for the region us-west-2",
    ],
    [
      "db.r5.large",
      "aurora-mysql",
      "us-east-1",
      true,
      "no Aurora MySQL Multi-AZ database prices for the region us-east-1",
    ],
  ])("%s %s in %s, Multi-AZ %s is unknown", (...row) => {
    const [instanceClass, engine, region, multiAz, reason] = row;
    expect(rdsHourlyPrice({ instanceClass, engine, region, multiAz })).toEqual({ kind: "unknown", reason });
  });

  test("Multi-AZ costs twice as much, wherever both are known", () => {
    for (const instanceClass of rdsInstanceClasses()) {
      const [single, multi] = [false, true].map((multiAz) =>
        rdsHourlyPrice({ instanceClass, engine: "mysql", region: "us-east-1", multiAz }),
      );
      if (single?.kind !== "known" || multi?.kind !== "known") continue;
      const ratio = toNumber(multi.value.price) / toNumber(single.value.price);
      expect([instanceClass, ratio > 1.9 && ratio < 2.1]).toEqual([instanceClass, true]);
    }
  });
});

describe("rdsInstanceClass", () => {
  test("has the shape of the EC2 type of the same name", () => {
    expect(rdsInstanceClass("db.m5.large")).toMatchObject({
      name: "db.m5.large",
      vcpu: 2,
      memoryGib: 8,
      family: "m5",
    });
    expect(rdsInstanceClass("db.t3.medium")).toMatchObject({ isBurstable: true, vcpu: 2, memoryGib: 4 });
    expect(rdsInstanceClass("db.x2g.large")).toMatchObject({ vcpu: 2, memoryGib: 32 });
    expect(rdsInstanceClass("db.m5.large")?.supersededBy).toBe("db.m6i.large");
  });

  test("is undefined for serverless, EC2 names and nonsense", () => {
    for (const name of ["db.serverless", "m5.large", "db.", "db.m5", "", "db.m5.large.tpc1.mem2x"]) {
      expect(rdsInstanceClass(name)).toBeUndefined();
    }
  });

  test("is known for every class that has a price, but for retired ones", () => {
    const missing = rdsInstanceClasses().filter((name) => rdsInstanceClass(name) === undefined);
    expect(missing).toEqual([]);
  });
});

describe("aws_db_instance", () => {
  test.each([
    ["gp2", MYSQL, "136.33"],
    ["Multi-AZ gp2", { ...MYSQL, multi_az: true }, "272.66"],
    ["gp3 below 400 GiB", { ...MYSQL, storage_type: "gp3", iops: 3000, storage_throughput: 125 }, "136.33"],
    [
      "gp3 below 400 GiB takes no IOPS",
      { ...MYSQL, storage_type: "gp3", allocated_storage: 399, iops: 14_000 },
      "170.715",
    ],
    [
      "gp3 striped, 2,000 IOPS more",
      { ...MYSQL, storage_type: "gp3", allocated_storage: 400, iops: 14_000 },
      "210.83",
    ],
    [
      "the same, Multi-AZ",
      { ...MYSQL, multi_az: true, storage_type: "gp3", allocated_storage: 400, iops: 14_000 },
      "421.66",
    ],
    ["io1", { ...MYSQL, storage_type: "io1", iops: 1200 }, "257.33"],
    ["io1 below the least that RDS gives", { ...MYSQL, storage_type: "io1", iops: 500 }, "237.33"],
    ["no storage type", { ...MYSQL, storage_type: null }, "136.33"],
    ["no storage type, IOPS", { ...MYSQL, storage_type: null, iops: 1000 }, "237.33"],
  ])("%s", (_, values, cost) => {
    expect(database(values).monthlyCost).toBe(cost);
  });

  test.each([
    [{ ...MYSQL, engine: "oracle-se2" }, "no prices for the database engine oracle-se2"],
    [
      { ...MYSQL, instance_class: "db.m8g.large" },
      "no price of db.m8g.large for MySQL Single-AZ in us-east-1",
    ],
    [{ ...MYSQL, instance_class: null }, "the instance class is not known"],
    [{ ...MYSQL, engine: null }, "the database engine is not known"],
    [{ ...MYSQL, allocated_storage: null }, "the size of the database storage is not known"],
    [{ ...MYSQL, storage_type: "io1" }, "the provisioned IOPS of the database are not known"],
    [{ ...MYSQL, storage_type: "sc1" }, "database storage of type sc1 has no known price"],
    [{ ...MYSQL, region: "eu-west-1" }, "no price of rds-gp2-gb-month for the region eu-west-1"],
  ])("%j has no known cost", (values, reason) => {
    expect(database(values)).toMatchObject({ monthlyCost: null, unpriced: reason });
  });

  test("a replica has its source's engine and storage", () => {
    const source = {
      address: "aws_db_instance.source",
      before: { ...MYSQL, identifier: "main-db", multi_az: true },
    };
    const replica = { replicate_source_db: "main-db", instance_class: "db.m5.large", storage_type: "gp2" };
    expect(database(replica, [source]).monthlyCost).toBe("136.33");
    expect(database(replica).monthlyCost).toBeNull();
  });

  test("backups are shown by use", () => {
    const items = database({ ...MYSQL, backup_retention_period: 7 }).lineItems;
    expect(items.at(-1)).toMatchObject({ quantity: null, unitPrice: "0.095", usageBased: true });
  });
});

describe("direction: what costs more never shows as less", () => {
  const cost = (values: JsonObject): Decimal => database({ ...MYSQL, ...values }).monthlyCost!;
  const storageType = fc.constantFrom("gp2", "gp3", "io1");
  const gib = fc.integer({ min: 20, max: 65_536 });
  const iops = fc.integer({ min: 1000, max: 64_000 });

  test("more storage", () => {
    fc.assert(
      fc.property(storageType, gib, fc.nat(10_000), iops, (storage_type, size, more, provisioned) => {
        const values = { storage_type, iops: provisioned };
        const small = toNumber(cost({ ...values, allocated_storage: size }));
        expect(toNumber(cost({ ...values, allocated_storage: size + more }))).toBeGreaterThanOrEqual(small);
      }),
    );
  });

  test("more IOPS", () => {
    fc.assert(
      fc.property(
        storageType,
        gib,
        iops,
        fc.nat(10_000),
        (storage_type, allocated_storage, provisioned, more) => {
          const values = { storage_type, allocated_storage };
          const few = toNumber(cost({ ...values, iops: provisioned }));
          expect(toNumber(cost({ ...values, iops: provisioned + more }))).toBeGreaterThanOrEqual(few);
        },
      ),
    );
  });

  test("Multi-AZ is exactly twice here", () => {
    fc.assert(
      fc.property(storageType, gib, iops, (storage_type, allocated_storage, provisioned) => {
        const values = { storage_type, allocated_storage, iops: provisioned };
        expect(cost({ ...values, multi_az: true })).toBe(multiply(cost(values), decimal(2)));
      }),
    );
  });
});

describe("Aurora", () => {
  const CLUSTER = { cluster_identifier: "c", engine: "aurora-mysql" };
  const member = (values: JsonObject, cluster: JsonObject = CLUSTER) => {
    const address = "aws_rds_cluster_instance.a";
    const plan = planOf(
      { address: "aws_rds_cluster.c", before: cluster },
      { address, before: { cluster_identifier: "c", engine: "aurora-mysql", ...values } },
    );
    return priceResource(plan, "before", { address })!;
  };

  test("its instances cost by the hour: 730 x 0.29", () => {
    expect(member({ instance_class: "db.r5.large" }).monthlyCost).toBe("211.7");
  });

  test("its storage is paid by use", () => {
    const address = "aws_rds_cluster.c";
    const estimate = priceResource(planOf({ address, before: CLUSTER }), "before", { address })!;
    expect(estimate.monthlyCost).toBe("0");
    expect(estimate.lineItems.map((item) => [item.unitPrice, item.quantity])).toEqual([
      ["0.1", null],
      ["0.2", null],
      ["0.021", null],
      ["0.01", null],
    ]);
  });

  test("what a serverless instance pays beside its capacity, and has no price, is said", () => {
    const values = {
      instance_class: "db.serverless",
      engine: "aurora-mysql",
      engine_version: "5.7",
      performance_insights_enabled: true,
      performance_insights_retention_period: 731,
    };
    const scaling = [{ min_capacity: 0.5, max_capacity: 8 }];
    expect(member(values, { ...CLUSTER, serverlessv2_scaling_configuration: scaling })).toMatchObject({
      monthlyCost: "43.8",
      unpriced:
        "extended support for aurora-mysql 5.7: the vCPUs of db.serverless are not known; " +
        "the price of performance data that is kept longer than 7 days is not in the table",
    });
  });

  test.each(["11.9", "13.4"])(
    "where extended support of %s has no price the instance costs at least the rest",
    (version) => {
      const address = "aws_rds_cluster_instance.a";
      const values = { instance_class: "db.r5.large", engine: "aurora-postgresql", engine_version: version };
      const plan = planOf({ address, before: values, region: "eu-west-1" });
      const estimate = priceResource(plan, "before", { address });
      expect(estimate?.monthlyCost).toBe(estimate?.lineItems[0]?.monthlyCost);
      expect(estimate?.unpriced).toMatch(/^no price of rds-extended-support-\S+ for the region eu-west-1$/);
    },
  );

  test("what is priced otherwise is unknown", () => {
    expect(member({ instance_class: "db.serverless" }).monthlyCost).toBeNull();
    expect(
      member({ instance_class: "db.r5.large" }, { ...CLUSTER, storage_type: "aurora-iopt1" }).monthlyCost,
    ).toBeNull();
    const address = "aws_rds_cluster.c";
    for (const values of [{ engine: "postgres" }, { ...CLUSTER, engine_mode: "serverless" }]) {
      expect(
        priceResource(planOf({ address, before: values }), "before", { address })?.monthlyCost,
      ).toBeNull();
    }
  });
});

test("a stopped database pays for its storage only, whoever stopped it", () => {
  const running = database({ ...MYSQL, identifier: "shop" });
  const stopped = {
    address: "aws_rds_instance_state.shop",
    before: { identifier: "shop", state: "stopped" },
  };
  expect(running.monthlyCost).toBe("136.33");
  expect(database({ ...MYSQL, identifier: "shop" }, [stopped]).monthlyCost).toBe("11.5");
  expect(database({ ...MYSQL, identifier: "other" }, [stopped]).monthlyCost).toBe("136.33");
  expect(database({ ...MYSQL, identifier: "shop", status: "stopped" }).monthlyCost).toBe("11.5");
});

test("extended support is paid for a stopped database, too", () => {
  const past = { ...MYSQL, identifier: "shop", engine_version: "8.0.39", status: "stopped" };
  const { lineItems, monthlyCost } = database(past);
  expect(lineItems.map(({ name }) => name)).toContain("Extended support (mysql 8.0.39)");
  // 2 vCPUs of db.m5.large at 0.10 an hour, beside the storage.
  expect(monthlyCost).toBe("157.5");
});

describe("extended support", () => {
  const instance: ResourceInput = {
    address: "aws_rds_cluster_instance.a",
    after: { cluster_identifier: "shop", instance_class: "db.r5.large", engine: "aurora-postgresql" },
    unknown: { engine_version: true },
  };
  const cluster = (values: JsonObject, rest: Partial<ResourceInput> = {}): ResourceInput => ({
    address: "aws_rds_cluster.c",
    after: { cluster_identifier: "shop", engine: "aurora-postgresql", ...values },
    ...rest,
  });
  const priced = (input: ResourceInput, ...others: readonly ResourceInput[]) =>
    priceResource(planOf(input, ...others), "after", { address: input.address })!;

  test("follows the version and the choice of an instance's cluster", () => {
    // 0.29 x 730, and 2 vCPUs at 0.10 an hour.
    expect(priced(instance, cluster({ engine_version: "13.9" })).monthlyCost).toBe("357.7");
    const optedOut = { engine_lifecycle_support: "open-source-rds-extended-support-disabled" };
    const own = { ...instance, after: { ...instance.after, engine_version: "13.9" } };
    expect(priced(own, cluster({ engine_version: "13.9", ...optedOut })).monthlyCost).toBe("211.7");
  });

  test("of a version that is known only after apply is left out, and said", () => {
    const later = {
      unknown: { engine_version: true },
      references: { engine_version: ["terraform_data.version"] },
    };
    const reason =
      "whether the database pays for extended support (engine_version) is known only after apply";
    expect(priced(instance, cluster({}, later)).unpriced).toBe(reason);
    const address = "aws_db_instance.a";
    expect(priced({ address, after: MYSQL, ...later }).unpriced).toBe(reason);
    expect(priced({ address, after: { ...MYSQL, engine: "mariadb" }, ...later }).unpriced).toBeUndefined();
    expect(priced({ address, after: MYSQL, unknown: { engine_version: true } }).unpriced).toBeUndefined();
  });

  test("of a Multi-AZ cluster is said to be left out", () => {
    const values = { engine: "postgres", engine_version: "13.9", db_cluster_instance_class: "db.m6gd.large" };
    expect(priced(cluster(values)).unpriced).toContain("extended support for postgres 13.9");
  });
});
