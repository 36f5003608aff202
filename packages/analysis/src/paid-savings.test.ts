import { COMMITTED_PRICES, type PaidSources, parsePrivatePrices, withPaidPrices } from "@apex/catalog";
import { decimal, type JsonObject, type Recommendation, type Resource } from "@apex/core";
import { expect, test } from "vitest";
import { PaidSavings } from "./paid-savings.ts";
import { analyze } from "./analyze.ts";
import { fleetOf } from "./fleet/fleet.ts";
import {
  billed,
  instance,
  modestIo,
  only,
  profile,
  recommended,
  resource,
  series,
  WINDOW,
} from "./testing/builders.ts";

const LEARNT = { region: "us-east-1", licence: "linux", hours: decimal("730") } as const;

function contract(written: unknown): PaidSources {
  const parsed = parsePrivatePrices(written);
  if (parsed.kind === "invalid") throw new Error(parsed.mistakes.join("; "));
  return { contract: parsed.prices };
}

/** m5.4xlarge at 0.768 an hour to m5.xlarge at 0.192: 420.48 a month at list. */
async function resized(sources: PaidSources, coverage: number | null = 0): Promise<Recommendation> {
  const load = [series("cpu_percent", ({ noise }) => 8 + 4 * noise), series("memory_used_percent", 15)];
  const policy = only("ec2-resize");
  const analysis = await analyze({
    resources: [instance("m5.4xlarge")],
    profiles: [profile("i-1", ...load, ...modestIo())],
    costs: [billed("i-1", coverage)],
    window: WINDOW,
    policy: { ...policy, candidates: { ...policy.candidates, crossFamily: false } },
    prices: withPaidPrices(COMMITTED_PRICES, sources),
  });
  return recommended(analysis, "ec2-resize");
}

test("a discount makes the net saving smaller and leaves the list saving, and both are told", async () => {
  const { monthlySavings, evidence } = await resized(contract({ discounts: [{ percent: 25 }] }));
  expect(monthlySavings).toMatchObject({ list: "420.48", net: "315.36" });
  expect(evidence.notes).toContain(
    "The net saving counts what is really paid: 25 % off the list price by apex.prices.yaml",
  );
});

test("a discount counts on what a commitment leaves", async () => {
  const { monthlySavings } = await resized(contract({ discounts: [{ percent: 25 }] }), 0.5);
  expect(monthlySavings).toMatchObject({ list: "420.48", net: "157.68" });
});

test("what a commitment covers is not known, so neither is the net saving", async () => {
  const { monthlySavings } = await resized(contract({ discounts: [{ percent: 25 }] }), null);
  expect(monthlySavings.net).toBeNull();
});

test("two types with rates of their own save the difference of their rates", async () => {
  const rates = [
    { service: "ec2", type: "m5.4xlarge", hourly: "0.6" },
    { service: "ec2", type: "m5.xlarge", hourly: "0.19" },
  ];
  const { monthlySavings } = await resized(contract({ rates }));
  // (0.6 − 0.19) × 730
  expect(Number(monthlySavings.net)).toBeCloseTo(299.3, 10);
});

test("the bill's rate of one type is taken for both, and said so", async () => {
  const learnt = [{ ...LEARNT, name: "m5.4xlarge", hourly: decimal("0.6912") }];
  const { monthlySavings, evidence } = await resized({ learnt });
  expect(Number(monthlySavings.net)).toBeCloseTo(420.48 * 0.9, 10);
  expect(evidence.notes.at(-1)).toBe(
    "The net saving counts what is really paid: the bill, over 730 hours on demand",
  );
});

/** What a saving of 420.48 in EBS volumes becomes. */
async function ofVolume(sources: PaidSources): Promise<Recommendation> {
  const volume = { ...instance("m5.large"), type: "aws_ebs_volume" };
  const found = { ...(await resized({})), from: "gp2, 100 GiB", to: "gp3" };
  const fleet = fleetOf([volume], [], new Set());
  return new PaidSavings(withPaidPrices(COMMITTED_PRICES, sources), fleet).of(found, volume);
}

test("what is no machine takes the discount that all unit prices have in common", async () => {
  expect((await ofVolume(contract({ discounts: [{ percent: 25 }] }))).monthlySavings.net).toBe("315.36");
  expect(
    (await ofVolume(contract({ discounts: [{ service: "ec2", percent: 25 }] }))).monthlySavings.net,
  ).toBe("420.48");
});

test("where unit prices have no discount in common, the net saving is not known, and why is said", async () => {
  const discounts = [{ service: "units", families: ["ebs-gp3-*"], percent: 25 }];
  const { monthlySavings, evidence } = await ofVolume(contract({ discounts }));
  expect(monthlySavings.net).toBeNull();
  expect(evidence.notes.at(-1)).toMatch(/is not known: they differ/);
});

/** What a saving of 420.48 becomes where each service has a discount of its own. */
async function ofType(
  type: string,
  attributes: JsonObject,
  change: { readonly from: string; readonly to: string },
): Promise<string | null> {
  const discounts = [
    { service: "rds", percent: 50 },
    { service: "ec2", percent: 25 },
  ];
  const found = { ...(await resized({})), ...change };
  const prices = withPaidPrices(COMMITTED_PRICES, contract({ discounts }));
  const subject = { ...instance("m5.large"), type, attributes };
  return new PaidSavings(prices, fleetOf([subject], [], new Set())).of(found, subject).monthlySavings.net;
}

test.each([
  ["aws_db_instance", "postgres"],
  ["aws_rds_cluster_instance", "aurora-postgresql"],
])("databases are counted at their own discount: %s", async (type, engine) => {
  const change = { from: "db.r6g.4xlarge", to: "db.r6g.xlarge" };
  expect(await ofType(type, { engine, multi_az: false }, change)).toBe("210.24");
});

test("nodes of EKS are counted at the discount of machines", async () => {
  const change = { from: "10 nodes at least", to: "5 nodes at least" };
  expect(await ofType("aws_eks_node_group", {}, change)).toBe("315.36");
});

test("a group's machines are counted at the rate of their own licence", async () => {
  const template = resource("aws_launch_template", "lt-1", {
    image_id: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
  });
  const group = resource("aws_autoscaling_group", "workers", { launch_template: [{ id: "lt-1" }] });
  const found = { ...(await resized({})), from: "m5.4xlarge", to: "m5.xlarge" };
  const rates = ["linux", "windows"].map((licence, index) => ({
    ...LEARNT,
    licence,
    name: "m5.4xlarge",
    // Windows at 0.768 and 16 × 0.046 by the list.
    hourly: decimal(index === 0 ? "0.6912" : "0.752"),
  }));
  const paid = (...fleet: Resource[]) => {
    const prices = withPaidPrices(COMMITTED_PRICES, { learnt: rates });
    return new PaidSavings(prices, fleetOf(fleet, [], new Set())).of(found, group).monthlySavings.net;
  };
  expect(Number(paid(group))).toBeCloseTo(420.48 * 0.9, 10);
  expect(Number(paid(group, template))).toBeCloseTo(420.48 * 0.5, 10);
});

test("a machine of Compute Engine and the GPUs attached to it have discounts of their own", () => {
  const vm = resource("google_compute_instance", "vm-1", { machine_type: "n1-standard-8" });
  const paid = (discounts: readonly JsonObject[]): Recommendation => {
    const prices = withPaidPrices(COMMITTED_PRICES, contract({ discounts }));
    // One of two GPUs at 0.35 an hour: 255.5 a month.
    const saved = {
      from: "n1-standard-8 with 2 nvidia-tesla-t4",
      to: "n1-standard-8 with 1 nvidia-tesla-t4",
      monthlySavings: { list: decimal("255.5"), net: decimal("255.5"), currency: "USD" },
      evidence: { notes: [] },
    } as unknown as Recommendation;
    return new PaidSavings(prices, fleetOf([vm], [], new Set())).of(saved, vm);
  };
  const gpus = paid([{ service: "gce-gpu", percent: 50 }]);
  expect(Number(gpus.monthlySavings.net)).toBeCloseTo(127.75, 9);
  expect(gpus.evidence.notes.join()).toContain("50 % off");
  const machines = paid([{ service: "gce", percent: 50 }]);
  expect(Number(machines.monthlySavings.net)).toBeCloseTo(255.5, 9);
});
