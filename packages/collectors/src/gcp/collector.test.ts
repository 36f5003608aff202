import type { Collected, CollectionPart, Resource } from "@apex/core";
import { GoogleAuth } from "google-auth-library";
import { afterEach, describe, expect, it } from "vitest";
import { gcpCollector } from "./collector.ts";
import { acmeProject, instance } from "./testing/acme-project.ts";
import { accountRoutes, type HeldProject } from "./testing/gcp-account.ts";
import { type GcpServer, startGcpServer } from "./testing/gcp-server.ts";
import { badGateway, refusal, serviceDisabled, tooMany } from "./testing/google-answers.ts";

const NOW = Date.parse("2026-11-21T12:02:00Z");
const running = new AbortController().signal;
const servers: GcpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function open(
  projects: Readonly<Record<string, HeldProject>>,
  options: { readonly projects?: readonly string[]; readonly regions?: readonly string[] } = {},
) {
  const server = await startGcpServer(accountRoutes(projects));
  servers.push(server);
  const waits: number[] = [];
  const collector = gcpCollector({
    auth: new GoogleAuth({
      credentials: server.federation as never,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    }),
    projects: options.projects ?? Object.keys(projects),
    regions: options.regions,
    endpointUrl: server.url,
    nowMs: () => NOW,
    retries: {
      attemptsMax: 4,
      firstDelayMs: 1,
      delayMaxMs: 60_000,
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  });
  return { server, collector, waits };
}

async function all(parts: readonly CollectionPart[]): Promise<readonly Collected[]> {
  const items: Collected[] = [];
  for (const part of parts) for await (const item of part.collect(running)) items.push(item);
  return items;
}

function resourcesOf(items: readonly Collected[]): readonly Resource[] {
  return items.flatMap((item) => (item.kind === "resource" ? [item.resource] : []));
}

function part(parts: readonly CollectionPart[], end: string): CollectionPart {
  const found = parts.find(({ key }) => key.endsWith(end));
  if (found === undefined) throw new Error(`no part ${end} among ${parts.map(({ key }) => key).join(", ")}`);
  return found;
}

describe("inventory", () => {
  it("finds all that a project has, over all pages, under Terraform's types", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() });
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
      google_container_node_pool: 1,
    });
  });

  it("gives an instance the names of bills and metrics, and keeps its metadata out", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const [web] = resourcesOf(await all([part(parts, "/compute-instances")]));
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

  it("tells of a disk whether and since when nothing uses it", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const [used, orphan] = resourcesOf(await all([part(parts, "/compute-disks")]));
    expect(used?.observed?.usedBy).toHaveLength(1);
    expect(used?.observed?.lastUsedAt).toBeUndefined();
    expect(orphan?.observed).toMatchObject({ usedBy: [], lastUsedAt: "2026-09-01T08:00:00Z" });
    expect(orphan?.attributes).toMatchObject({ type: "pd-ssd", size: 500 });
  });

  it("keeps the regions that were asked for, and what has none", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() }, { regions: ["us-east1"] });
    const found = resourcesOf(await all(await collector.parts(running)));
    expect(found.map(({ attributes }) => attributes["name"])).toEqual([
      "far-1",
      "before-upgrade",
      "front",
      "api-v7",
    ]);
  });

  it("keeps machines of one name in two projects apart", async () => {
    const { collector } = await open({
      "acme-prod": { instances: [instance("acme-prod", "web-1", "7001")] },
      "acme-test": { instances: [instance("acme-test", "web-1", "7101")] },
    });
    const found = resourcesOf(await all(await collector.parts(running)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(2);
  });

  it("leaves out an item that has not the published shape, and says so", async () => {
    const { collector, server } = await open({ "acme-prod": acmeProject() });
    const list = {
      items: [
        { id: "1", name: "fine" },
        { id: 7, name: "odd" },
      ],
    };
    server.fail(/snapshots$/, { status: 200, body: list });
    const items = await all([part(await collector.parts(running), "/compute-snapshots")]);
    expect(resourcesOf(items)).toHaveLength(1);
    expect(items.at(-1)).toMatchObject({ kind: "diagnostic", diagnostic: { code: "gcp-item-unreadable" } });
  });

  it("names a zone that did not answer", async () => {
    const { collector, server } = await open({ "acme-prod": acmeProject() });
    const items = { "zones/europe-west4-a": { warning: { code: "UNREACHABLE", message: "down" } } };
    server.fail(/aggregated\/disks$/, { status: 200, body: { items } });
    const collected = await all([part(await collector.parts(running), "/compute-disks")]);
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
    const { collector } = await open({ "acme-prod": acmeProject() });
    const items = await all([part(await collector.parts(running), "/opinions")]);
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
    const { collector, server } = await open({ "acme-prod": acmeProject() }, { regions: ["us-east1"] });
    await all([part(await collector.parts(running), "/opinions")]);
    const asked = server.requests.filter(({ path }) => path.includes("/recommenders/"));
    expect(asked.map(({ path }) => path.split("/")[5])).toEqual(["us-east1-b", "us-east1-b"]);
  });
});

describe("metrics", () => {
  const window = { startMs: Date.parse("2026-11-20T22:00:00Z"), endMs: NOW };

  async function collected(resources?: (found: readonly Resource[]) => readonly Resource[]) {
    const opened = await open({ "acme-prod": acmeProject() });
    const found = resourcesOf(await all(await opened.collector.parts(running)));
    const parts = await opened.collector.metricParts(resources?.(found) ?? found, window, running);
    return { ...opened, parts, found };
  }

  it("asks for five-minute peaks and averages of whole days, and dates them by their start", async () => {
    const { parts, found, server } = await collected();
    const peaks = parts.filter(
      ({ key }) => /cpu\/utilization\/maximum/.test(key) && key.includes("instance"),
    );
    expect(peaks.map(({ key }) => key.slice(-10))).toEqual(["2026-11-20", "2026-11-21"]);
    const series = (await all(peaks)).flatMap((item) => (item.kind === "samples" ? [item.series] : []));
    const web = found.find(({ aliases }) => aliases.includes("7001"));
    expect(
      series.map(({ resourceId, metric, statistic, periodMs }) => [resourceId, metric, statistic, periodMs]),
    ).toEqual([
      [web?.id, "cpu_percent", "maximum", 300_000],
      [web?.id, "cpu_percent", "maximum", 300_000],
    ]);
    // 22:00 to midnight is 24 periods, midnight to 12:00 is 144; the period that ends on the hour has the peak.
    expect(series.map(({ values }) => values.length)).toEqual([24, 144]);
    expect(series[0]?.timestampsMs[0]).toBe(window.startMs);
    expect(series[0]?.values[0]).toBeCloseTo(10);
    expect(series[0]?.timestampsMs[11]).toBe(Date.parse("2026-11-20T22:55:00Z"));
    expect(series[0]?.values[11]).toBeCloseTo(40);
    const asked = server.requests.filter(({ path }) => path.endsWith("/timeSeries"));
    expect(asked[0]?.query.get("aggregation.perSeriesAligner")).toBe("ALIGN_MAX");
  });

  it("adds up what is counted apart, and takes the one state of memory that is in use", async () => {
    const { parts } = await collected();
    const of = async (name: string) =>
      (await all(parts.filter(({ key }) => key.includes(name) && key.endsWith("2026-11-21")))).flatMap(
        (item) => (item.kind === "samples" ? [item.series] : []),
      );
    const [network] = await of("network/received_bytes_count");
    expect(network).toMatchObject({ metric: "network_in_bytes_per_second", statistic: "average" });
    expect(network?.values[0]).toBe(1024);
    const [memory] = await of("memory/percent_used/maximum");
    expect(memory?.metric).toBe("memory_used_percent");
    expect(memory?.values[0]).toBe(37.5);
    const [connections] = await of("num_backends/maximum");
    expect(connections?.resourceId).toBe("acme-prod:us-central1:orders");
    expect(connections?.values[0]).toBe(6);
  });

  it("keeps the GPUs of a machine apart, and asks for none where there is none", async () => {
    const { parts } = await collected();
    const gpu = parts.filter(({ key }) => key.includes("gpu/utilization/maximum"));
    const series = (await all(gpu)).flatMap((item) => (item.kind === "samples" ? [item.series] : []));
    expect(series[0]).toMatchObject({ metric: "gpu_busy_percent", part: "gpu-1" });
    expect(series[0]?.values[0]).toBe(12);
    const without = await collected((found) => found.filter(({ aliases }) => aliases.includes("7001")));
    expect(without.parts.some(({ key }) => key.includes("gpu"))).toBe(false);
    expect(without.parts.some(({ key }) => key.includes("cloudsql"))).toBe(false);
  });

  it("asks for no day that Monitoring no longer keeps", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() });
    const found = resourcesOf(await all(await collector.parts(running)));
    const year = { startMs: NOW - 365 * 86_400_000, endMs: NOW };
    const parts = await collector.metricParts(found, year, running);
    expect(parts.map(({ key }) => key.slice(-10)).toSorted()[0]).toBe("2026-10-10");
  });
});

describe("failures", () => {
  async function failing(path: RegExp, answer: Parameters<GcpServer["fail"]>[1], times = 1) {
    const opened = await open({ "acme-prod": acmeProject() });
    opened.server.fail(path, answer, times);
    return { ...opened, parts: await opened.collector.parts(running) };
  }

  it("waits as long as it is told, and ends with the same", async () => {
    const { collector, server, waits } = await open({ "acme-prod": acmeProject() });
    server.fail(/aggregated\/instances$/, tooMany("3"), 2);
    server.fail(/aggregated\/instances$/, badGateway());
    server.hangUp(/aggregated\/disks$/);
    const parts = await collector.parts(running);
    const found = resourcesOf(await all(parts.slice(0, 2)));
    expect(found).toHaveLength(6);
    expect(waits.slice(0, 2)).toEqual([3000, 3000]);
    expect(waits).toHaveLength(4);
  });

  it("costs a disabled service, a missing permission or an unknown project only its part", async () => {
    const disabled = await failing(
      /\/v1\/projects\/acme-prod\/instances$/,
      serviceDisabled("sqladmin.googleapis.com", "123"),
    );
    await expect(all([part(disabled.parts, "/cloud-sql")])).rejects.toThrow(
      "cannot list Cloud SQL instances: sqladmin.googleapis.com is not enabled in project 123. Run: gcloud services enable sqladmin.googleapis.com --project 123",
    );
    expect(resourcesOf(await all([part(disabled.parts, "/compute-disks")]))).toHaveLength(2);

    const message = "Required 'compute.instances.list' permission for 'projects/acme-prod'";
    const denied = await failing(/aggregated\/instances$/, refusal(403, "PERMISSION_DENIED", message));
    await expect(all([part(denied.parts, "/compute-instances")])).rejects.toMatchObject({
      kind: "denied",
      message:
        "cannot list Compute Engine instances in project acme-prod: the permission compute.instances.list is missing. Grant a role that has it; apex permissions gcp prints the least",
    });

    const { collector } = await open({ "acme-prod": {} }, { projects: ["acme-gone"] });
    const [first] = await collector.parts(running);
    await expect(all(first === undefined ? [] : [first])).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("there is no project acme-gone"),
    });
  });

  it("says that a quota is used up when waiting did not help", async () => {
    const { parts } = await failing(/aggregated\/disks$/, tooMany("1"), 10);
    await expect(all([part(parts, "/compute-disks")])).rejects.toMatchObject({ kind: "throttled" });
  });

  it("asks nothing without a token, and says how to get one", async () => {
    const { collector, server } = await open({ "acme-prod": {} });
    const body = { error: "invalid_grant", error_description: "Token has been expired or revoked." };
    server.fail(/^\/token$/, { status: 400, body });
    await expect(collector.parts(running)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining(
        "have expired or were revoked (Token has been expired or revoked.). Run: gcloud auth",
      ),
    });
    expect(server.requests.filter(({ path }) => path !== "/token" && path !== "/subject")).toEqual([]);
  });

  it("refuses what is no project", async () => {
    const { collector } = await open({}, { projects: ["../x"] });
    await expect(collector.parts(running)).rejects.toThrow("is no project id");
  });

  it("stops when it is told to", async () => {
    const { collector } = await open({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const iterator = parts[0]?.collect({ aborted: true })[Symbol.asyncIterator]();
    await expect(iterator?.next()).rejects.toThrow("stopped");
  });
});
