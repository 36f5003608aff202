import { describe, expect, it } from "vitest";
import { acmeProject } from "./testing/acme-project.ts";
import { instance } from "./testing/compute-answers.ts";
import { all, openCollector, partOf, resourcesOf, running } from "./testing/open-collector.ts";

describe("inventory", () => {
  it("finds all that a project has, over all pages, under Terraform's types", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const items = await all(await collector.parts(running));
    expect(items.filter(({ kind }) => kind === "diagnostic")).toEqual([]);
    const counts = new Map<string, number>();
    for (const { type } of resourcesOf(items)) counts.set(type, (counts.get(type) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      google_compute_instance: 4,
      google_compute_disk: 2,
      google_compute_snapshot: 1,
      google_compute_address: 1,
      google_compute_global_address: 1,
      google_compute_instance_group_manager: 1,
      google_compute_instance_template: 1,
      google_compute_autoscaler: 1,
      google_sql_database_instance: 1,
      google_container_cluster: 1,
      google_container_node_pool: 2,
    });
  });

  it("gives an instance the names of bills and metrics, and keeps its metadata out", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const [web] = resourcesOf(await all([partOf(parts, "/compute-instances")]));
    expect(web).toMatchObject({
      id: "projects/acme-prod/zones/us-central1-a/instances/web-1",
      provider: "gcp",
      type: "google_compute_instance",
      region: "us-central1",
      account: "acme-prod",
      tags: { team: "shop" },
      attributes: {
        machine_type: "n2-standard-8",
        zone: "us-central1-a",
        current_status: "RUNNING",
        boot_disk: [{ initialize_params: [{ size: 50 }] }],
        scheduling: [{ preemptible: false, provisioning_model: "STANDARD" }],
      },
      observed: {
        at: "2026-11-21T12:02:00Z",
        createdAt: "2026-01-05T10:00:00Z",
        state: "running",
        stateSince: "2026-01-31T23:00:00Z",
        platform: "Linux/UNIX",
        imageArchitectures: ["x86_64"],
        purchaseOption: "on-demand",
      },
    });
    expect(web?.aliases).toEqual([
      "https://www.googleapis.com/compute/v1/projects/acme-prod/zones/us-central1-a/instances/web-1",
      "7001",
      "web-1",
      "//compute.googleapis.com/projects/acme-prod/zones/us-central1-a/instances/7001",
    ]);
    expect(JSON.stringify(web)).not.toContain("hush");
  });

  it("names the group that made an instance, and nothing else of its metadata", async () => {
    const made = instance("acme-prod", "api-x1", "7009", {
      metadata: {
        items: [
          { key: "created-by", value: "projects/7/zones/us-central1-a/instanceGroupManagers/api" },
          { key: "startup-script", value: "export TOKEN=hush" },
        ],
      },
    });
    const { collector } = await openCollector({ "acme-prod": { instances: [made] } });
    const [found] = resourcesOf(await all([partOf(await collector.parts(running), "/compute-instances")]));
    expect(found?.observed?.details).toEqual({ isInManagedGroup: true, instanceGroup: "api" });
    expect(JSON.stringify(found)).not.toContain("hush");
  });

  it("tells of a disk whether and since when nothing uses it", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const [used, orphan] = resourcesOf(await all([partOf(parts, "/compute-disks")]));
    expect(used?.observed?.usedBy).toHaveLength(1);
    expect(used?.observed?.lastUsedAt).toBeUndefined();
    expect(orphan?.observed).toMatchObject({ usedBy: [], lastUsedAt: "2026-09-01T08:00:00Z" });
    expect(orphan?.attributes).toMatchObject({ type: "pd-ssd", size: 500 });
  });

  it("gives a node pool its sizes, zones and what its pods are kept apart by", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const found = resourcesOf(await all([partOf(await collector.parts(running), "/gke")]));
    const web = found.find(({ attributes }) => attributes["name"] === "web");
    expect(web?.id).toBe("projects/acme-prod/locations/us-central1/clusters/shop/nodePools/web");
    expect(web?.attributes).toMatchObject({
      cluster: "shop",
      node_locations: ["us-central1-a", "us-central1-b"],
      autoscaling: [{ min_node_count: 3, max_node_count: 9, location_policy: "BALANCED" }],
      upgrade_settings: [{ max_surge: 1, strategy: "SURGE" }],
      node_config: [
        { machine_type: "e2-standard-8", taint: [{ key: "team", value: "web", effect: "NO_SCHEDULE" }] },
      ],
    });
  });

  it("keeps the regions that were asked for, and what has none", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() }, { regions: ["us-east1"] });
    const found = resourcesOf(await all(await collector.parts(running)));
    expect(found.map(({ attributes }) => attributes["name"])).toEqual([
      "far-1",
      "before-upgrade",
      "front",
      "api-v7",
    ]);
  });

  it("keeps machines of one name in two projects apart", async () => {
    const { collector } = await openCollector({
      "acme-prod": { instances: [instance("acme-prod", "web-1", "7001")] },
      "acme-test": { instances: [instance("acme-test", "web-1", "7101")] },
    });
    const found = resourcesOf(await all(await collector.parts(running)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
  });

  it("leaves out an item that has not the published shape, and says so", async () => {
    const { collector, server } = await openCollector({ "acme-prod": acmeProject() });
    const list = {
      items: [
        { id: "1", name: "fine" },
        { id: 7, name: "odd" },
      ],
    };
    server.fail(/snapshots$/, { status: 200, body: list });
    const items = await all([partOf(await collector.parts(running), "/compute-snapshots")]);
    expect(resourcesOf(items)).toHaveLength(1);
    expect(items.at(-1)).toMatchObject({ kind: "diagnostic", diagnostic: { code: "gcp-item-unreadable" } });
  });

  it("names a zone that did not answer", async () => {
    const { collector, server } = await openCollector({ "acme-prod": acmeProject() });
    const items = { "zones/europe-west4-a": { warning: { code: "UNREACHABLE", message: "down" } } };
    server.fail(/aggregated\/disks$/, { status: 200, body: { items } });
    const collected = await all([partOf(await collector.parts(running), "/compute-disks")]);
    expect(collected).toMatchObject([
      {
        kind: "diagnostic",
        diagnostic: {
          code: "gcp-place-unreachable",
          summary: expect.stringContaining("europe-west4-a did not answer"),
        },
      },
    ]);
  });
});

describe("opinions", () => {
  it("tells what Google would do of what stands, a month at a time, under the id of the instance", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const items = await all([partOf(await collector.parts(running), "/opinions")]);
    expect(items).toEqual([
      {
        kind: "opinion",
        opinion: {
          resourceId: "projects/acme-prod/zones/us-central1-a/instances/web-1",
          source: "gcp-recommender",
          finding: "CHANGE_MACHINE_TYPE",
          reasonCodes: [],
          target: "e2-standard-4",
          // 120.50 over 30 days are as much over 730 hours as 120.50 × 730 ÷ 720.
          monthlySavings: "122.173611111111111111111111111111",
          currency: "USD",
          at: "2026-11-20T08:00:00Z",
        },
      },
    ]);
  });

  it("asks for the zones of the regions that were asked for alone", async () => {
    const { collector, server } = await openCollector(
      { "acme-prod": acmeProject() },
      { regions: ["us-east1"] },
    );
    await all([partOf(await collector.parts(running), "/opinions")]);
    const asked = server.requests.filter(({ path }) => path.includes("/recommenders/"));
    expect(asked.map(({ path }) => path.split("/")[5])).toEqual(["us-east1-b", "us-east1-b"]);
  });
});
