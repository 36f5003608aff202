import type { JsonObject, MetricSeries, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import {
  billed,
  type Level,
  modestIo,
  only,
  profile,
  quietIo,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const GIB = 1024 ** 3;

function vm(machine_type: string, attributes: JsonObject = {}, over: Partial<Resource> = {}): Resource {
  return resource(
    "google_compute_instance",
    "vm-1",
    {
      machine_type,
      zone: "us-central1-a",
      boot_disk: [{ initialize_params: [{ type: "pd-balanced", size: 100 }] }],
      ...attributes,
    },
    over,
  );
}

const t4s = (count: number): JsonObject => ({
  guest_accelerator: [{ type: "projects/p/zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4", count }],
});

function gpu(index: number, levels: { sm?: Level; busy?: Level; memoryGib: number }): MetricSeries[] {
  const part = { part: `gpu-${index}` };
  const { sm, busy, memoryGib } = levels;
  return [
    ...(sm === undefined
      ? []
      : [series("gpu_sm_active_percent", sm, part), series("gpu_dram_active_percent", 5, part)]),
    ...(busy === undefined ? [] : [series("gpu_busy_percent", busy, part)]),
    series("gpu_memory_used_bytes", memoryGib * GIB, part),
  ];
}

const host = (cpu: Level = 20) => [
  series("cpu_percent", cpu),
  series("memory_used_percent", 20),
  ...modestIo(),
];
const unused = { sm: 0, memoryGib: 0.01 };
const light = { sm: ({ noise }: { noise: number }) => 8 + 4 * noise, memoryGib: 3 };

describe("gpu-idle on Compute Engine", () => {
  const silent = [series("cpu_percent", 1), ...quietIo()];
  const idle = profile("vm-1", ...silent, ...gpu(0, { busy: 0, memoryGib: 4 }));

  test("a machine with an idle attached GPU is stopped, and the GPU is in its price", async () => {
    const analysis = await run([vm("n1-standard-8", t4s(1))], [idle]);
    const found = recommended(analysis, "gpu-idle");
    expect(found).toMatchObject({
      from: "n1-standard-8 with 1 nvidia-tesla-t4",
      changes: [expect.objectContaining({ path: ["desired_status"], to: "TERMINATED" })],
    });
    // 730 × (0.38 + 0.35), less 30 % for the sustained use of the month.
    expect(found.monthlySavings.list).toBe("373.03");
    expect(found.unknowns.join()).toContain("capacity: whether the zone has such GPUs");
    expect(analysis.recommendations).toHaveLength(1);
  });

  test("a type with GPUs of its own is stopped alike, though its GPUs are listed as attached too", async () => {
    const own = vm("g2-standard-8", { guest_accelerator: [{ type: "nvidia-l4", count: 1 }] });
    expect(recommended(await run([own], [idle]), "gpu-idle").from).toBe("g2-standard-8");
  });

  test.each<{ what: string; one: Resource; reason: string }>([
    {
      what: "a workstation's licence",
      one: vm("n1-standard-8", { guest_accelerator: [{ type: "nvidia-tesla-t4-vws", count: 1 }] }),
      reason: "virtual workstation",
    },
    {
      what: "an unknown GPU",
      one: vm("n1-standard-8", { guest_accelerator: [{ type: "nvidia-tesla-k80", count: 1 }] }),
      reason: "does not know n1-standard-8 with 1 nvidia-tesla-k80",
    },
    { what: "a custom type of a GPU family", one: vm("g2-custom-8-40960"), reason: "how many GPUs" },
    {
      what: "another place",
      one: vm("n1-standard-8", { ...t4s(1), zone: "europe-west9-a" }, { region: "europe-west9" }),
      reason: "price is not known",
    },
  ])("$what is left alone, in one word", async ({ one, reason }) => {
    const analysis = await run([one], [idle]);
    expect(analysis.recommendations).toEqual([]);
    expect(analysis.abstentions.map((one) => one.reason)).toEqual([expect.stringContaining(reason)]);
  });

  test("local SSDs come with the type and would be lost", async () => {
    const eight = Array.from({ length: 8 }, (_, index) => gpu(index, { busy: 0, memoryGib: 1 })).flat();
    const ultra = await run([vm("a2-ultragpu-8g")], [profile("vm-1", ...silent, ...eight)]);
    expect(reasonOf(ultra, "gpu-idle")).toContain("local SSDs");
  });
});

describe("gpu-over-provisioned on Compute Engine", () => {
  const rule = "gpu-over-provisioned";

  test("unused attached GPUs go, which Terraform cannot do in place", async () => {
    const one = vm("n1-standard-8", t4s(2));
    const measured = profile("vm-1", ...host(60), ...gpu(0, { sm: 70, memoryGib: 12 }), ...gpu(1, unused));
    const found = recommended(await run([one], [measured], { policy: only(rule) }), rule);
    expect(found).toMatchObject({
      from: "n1-standard-8 with 2 nvidia-tesla-t4",
      to: "n1-standard-8 with 1 nvidia-tesla-t4",
      effort: "low",
      changes: [],
    });
    // 730 × 0.35, less 30 %.
    expect(found.monthlySavings.list).toBe("178.85");
    expect(found.evidence.notes.join()).toContain("guest_accelerator");
    expect(found.evidence.notes).toContain("GPUs used: 1 of 2");
  });

  test("a smaller machine around the same GPU is written", async () => {
    const measured = profile("vm-1", ...host(10), ...gpu(0, { sm: 70, memoryGib: 12 }));
    const found = recommended(await run([vm("n1-standard-16", t4s(1))], [measured]), rule);
    expect(found.to).toMatch(/^n1-standard-[48] with 1 nvidia-tesla-t4$/);
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["machine_type"], from: "n1-standard-16", to: found.to.split(" ")[0] }),
      expect.objectContaining({ path: ["allow_stopping_for_update"], to: true }),
    ]);
  });

  test("whose licence is not known gets no type with more vCPUs, as one without GPUs does", async () => {
    const measured = profile(
      "vm-1",
      series("cpu_percent", 10),
      series("memory_used_percent", 58),
      ...modestIo(),
      ...gpu(0, { sm: 5, memoryGib: 5 }),
    );
    const alone = only(rule);
    const policy: Policy = { ...alone, sizing: { ...alone.sizing, maximumEffort: "high", maximumRisk: 4 } };
    const small = vm("a2-highgpu-1g");
    const unknown = await run([small], [measured], { policy });
    expect(unknown.recommendations).toEqual([]);
    const seen = { observed: { at: "2026-06-15T00:00:00Z", platform: "Linux/UNIX" } };
    const known = await run([vm("a2-highgpu-1g", {}, seen)], [measured], { policy });
    expect(recommended(known, rule).to).toBe("g2-standard-16");
    expect(recommended(known, rule).unknowns.join()).not.toContain("operating system");
  });

  test("net of the discount for a month of use, which attached GPUs have too", async () => {
    const measured = profile("vm-1", ...host(60), ...gpu(0, { sm: 70, memoryGib: 12 }), ...gpu(1, unused));
    const analysis = await run([vm("n1-standard-8", t4s(2))], [measured], {
      policy: only(rule),
      costs: [billed("vm-1", 0)],
    });
    const { monthlySavings } = recommended(analysis, rule);
    expect(monthlySavings).toMatchObject({ list: "178.85", net: "178.85" });
  });

  test("another series is made anew: told where the policy takes the effort, and never edited", async () => {
    const measured = profile("vm-1", ...host(10), ...gpu(0, { sm: 12, memoryGib: 9 }));
    const one = vm("a2-highgpu-1g");
    const kept = reasonOf(await run([one], [measured], { policy: only(rule) }), rule);
    expect(kept).toContain("medium effort");
    const policy = { ...only(rule), sizing: { ...defaultPolicy().sizing, maximumEffort: "medium" as const } };
    const found = recommended(await run([one], [measured], { policy }), rule);
    expect(found.to).toMatch(/^g2-/);
    expect(found.changes).toEqual([]);
    expect(found.evidence.notes.join()).toContain("No edit is written: Compute Engine does not change");
  });

  test("within a series the type changes in place", async () => {
    const measured = profile("vm-1", ...host(10), ...gpu(0, { sm: 50, memoryGib: 20 }), ...gpu(1, unused));
    const found = recommended(await run([vm("g2-standard-24")], [measured]), rule);
    expect(found.to).toMatch(/^g2-standard-(4|8|12|16)$/);
    expect(found.changes[0]).toMatchObject({ path: ["machine_type"], to: found.to });
  });
});

describe("gpu-sharing on Compute Engine", () => {
  test("the work of two light GPUs fits on one of a smaller type", async () => {
    const measured = profile("vm-1", ...host(10), ...gpu(0, light), ...gpu(1, light));
    const found = recommended(await run([vm("g2-standard-24")], [measured]), "gpu-sharing");
    expect(found).toMatchObject({ action: "share-gpus", effort: "medium" });
    expect(found.to).toMatch(/^g2-standard-(4|8|12|16|32)$/);
  });

  const machines = (count: number, prefix: string, tags: Readonly<Record<string, string>> = {}) =>
    Array.from({ length: count }, (_, index) => ({
      ...vm("n1-standard-8", t4s(1), { tags }),
      id: `${prefix}-${index}`,
      address: `google_compute_instance.${prefix}[${index}]`,
    }));
  const nodes = { "goog-k8s-cluster-name": "shop", "goog-k8s-node-pool-name": "gpu" };
  const used = (all: readonly Resource[]) =>
    all.map(({ id }) => profile(id, ...host(5), ...gpu(0, { sm: light.sm, memoryGib: 2 })));
  const over = { policy: only("gpu-sharing") };

  test("machines of one kind are packed together, GKE's nodes apart from those that stand alone", async () => {
    const all = [...machines(4, "solo"), ...machines(3, "node", nodes)];
    const { recommendations } = await run(all, used(all), over);
    const freed = recommendations.map(
      ({ resourceId, to }) => `${resourceId.slice(0, 4)} ${to.replace(/\d+$/, "")}`,
    );
    expect(new Set(freed)).toEqual(new Set(["solo shared on solo-", "node shared on node-"]));
  });

  test("of a node pool of GKE the pool is told, which takes another one", async () => {
    const pool = resource("google_container_node_pool", "p/nodePools/gpu", {
      name: "gpu",
      cluster: "projects/p/locations/us-central1/clusters/shop",
      node_locations: ["us-central1-a", "us-central1-b"],
      node_count: 3,
    });
    const all = machines(6, "node", nodes);
    const found = recommended(await run([pool, ...all], used(all), over), "gpu-sharing");
    expect(found).toMatchObject({
      resourceId: pool.id,
      from: "6 n1-standard-8 with 1 nvidia-tesla-t4",
      to: "2 n1-standard-8 with 1 nvidia-tesla-t4 with shared GPUs",
      changes: [],
    });
    expect(found.evidence.notes.join()).toContain("No edit is written: how GPUs are shared");
    const other = { ...pool, attributes: { ...pool.attributes, cluster: "other" } };
    const elsewhere = await run([other, ...all], used(all), over);
    expect(elsewhere.recommendations.some(({ resourceId }) => resourceId === other.id)).toBe(false);
  });
});
