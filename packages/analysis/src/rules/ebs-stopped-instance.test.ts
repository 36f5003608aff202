import type { ObservedFacts, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { instance, only, reasonOf, recommended, resource, run } from "../testing/builders.ts";

const AT = "2026-06-15T00:00:00Z";
const policy = only("ebs-stopped-instance");

function stopped(since: string | undefined, over: Partial<Resource> = {}): Resource {
  const base = instance("m5.large");
  const observed: ObservedFacts = {
    at: AT,
    state: "stopped",
    ...(since === undefined ? {} : { stateSince: since }),
  };
  return { ...base, attributes: { ...base.attributes, instance_state: "stopped" }, observed, ...over };
}

/** A volume of an inventory, attached to `users`. */
function volume(users: readonly string[], over: Partial<Resource> = {}): Resource {
  return resource(
    "aws_ebs_volume",
    "vol-root",
    { type: "gp2", size: 500 },
    { observed: { at: AT, usedBy: users }, ...over },
  );
}

const LONG_AGO = "2026-03-01T00:00:00Z";

describe("ebs-stopped-instance", () => {
  test("the disk of an instance that has been stopped for long is snapshotted, and counts once", async () => {
    const analysis = await run([stopped(LONG_AGO), volume(["i-1"])], []);
    const found = recommended(analysis, "ebs-stopped-instance");
    expect(found).toMatchObject({
      resourceId: "vol-root",
      action: "snapshot-and-delete",
      // 500 × (0.10 − 0.05)
      monthlySavings: { list: "25", realised: "after-hold" },
      changes: [
        {
          kind: "add-resource",
          type: "aws_ebs_snapshot",
          attributes: { volume_id: "vol-root", tags: { "apex:delete-volume-after": "2026-07-15" } },
        },
      ],
    });
    // gp3 would save on the same dollar.
    expect(analysis.recommendations.map(({ rule }) => rule)).toEqual(["ebs-stopped-instance"]);
    expect(reasonOf(analysis, "ebs-gp2-to-gp3")).toContain("ebs-stopped-instance already covers it");
  });

  test("what an earlier run made a snapshot of is not told again: only its second step is to come", async () => {
    const tags = { "apex:volume": "vol-root", "apex:delete-volume-after": "2026-07-01" };
    const snapshot = resource("aws_ebs_snapshot", "snap-1", { volume_id: "vol-root" }, { tags });
    const analysis = await run([stopped(LONG_AGO), volume(["i-1"]), snapshot], [], { policy });
    expect(reasonOf(analysis, "ebs-stopped-instance")).toBe(
      "its snapshot snap-1 is kept already; the disk may go after 2026-07-01",
    );
  });

  test("an exception for the instance holds for its disks too", async () => {
    const kept = stopped(LONG_AGO, { tags: { "apex:ignore": "" } });
    const analysis = await run([kept, volume(["i-1"])], [], { policy });
    expect(analysis.recommendations).toEqual([]);
    const reasons = analysis.abstentions.map(({ resourceId, reason }) => [resourceId, reason]);
    expect(reasons).toContainEqual(["vol-root", "its instance i-1 is left alone: tagged apex:ignore"]);
  });

  test("disks that only the instance's own blocks tell are judged there", async () => {
    const found = recommended(
      await run([stopped(LONG_AGO)], [], {
        policy: { ...policy, savings: { minimumMonthly: "0.1" as never } },
      }),
      "ebs-stopped-instance",
    );
    // 20 × (0.08 − 0.05)
    expect(found).toMatchObject({ resourceId: "i-1", monthlySavings: { list: "0.6" } });
    expect(found.changes).toMatchObject([{ name: "i_1_xvda_final", attributes: { volume_id: "vol-root" } }]);
  });

  const kept: readonly (readonly [string, readonly Resource[], string])[] = [
    [
      "a fresh stop",
      [stopped("2026-05-20T00:00:00Z"), volume(["i-1"])],
      "stopped for 26.0 days, 30 are needed",
    ],
    ["not knowing since when", [stopped(undefined), volume(["i-1"])], "since when is not known"],
    [
      "a warm pool",
      [stopped(LONG_AGO, { tags: { "aws:autoscaling:groupName": "web" } }), volume(["i-1"])],
      "warm pool",
    ],
    [
      "Kubernetes",
      [stopped(LONG_AGO, { tags: { "kubernetes.io/cluster/a": "owned" } }), volume(["i-1"])],
      "Kubernetes node",
    ],
    [
      "a region without prices",
      [stopped(LONG_AGO), volume(["i-1"], { region: "ap-south-2" })],
      "price is not known",
    ],
  ];
  test.each(kept)("%s keeps it", async (_, resources, reason) => {
    expect(reasonOf(await run(resources, [], { policy }), "ebs-stopped-instance")).toContain(reason);
  });

  const silent: readonly (readonly [string, readonly Resource[]])[] = [
    ["runs", [instance("m5.large"), volume(["i-1"])]],
    ["is not in the inventory", [volume(["i-7"])]],
    [
      "runs beside a stopped one",
      [stopped(LONG_AGO), instance("m5.large", { id: "i-2" }), volume(["i-1", "i-2"])],
    ],
    ["is attached to nothing", [volume([])]],
  ];
  test.each(silent)("a disk whose instance %s is none of its business", async (_, resources) => {
    const analysis = await run(resources, [], { policy });
    expect([...analysis.recommendations, ...analysis.abstentions]).toEqual([]);
  });

  test("a state's attachment leads to the instance", async () => {
    const attachment = resource("aws_volume_attachment", "vai-1", {
      volume_id: "vol-root",
      instance_id: "i-1",
    });
    const { observed: _, ...bare } = volume(["i-1"]);
    const found = await run([stopped(LONG_AGO), attachment, bare], [], { policy });
    expect(recommended(found, "ebs-stopped-instance").resourceId).toBe("vol-root");
  });
});
