import { describe, expect, test } from "vitest";
import { DAY_MS, type JsonObject, type ObservedFacts, type Resource } from "@apex/core";
import { defaultPolicy } from "../policy/policy.ts";
import { END_MS, only, profile, reasonOf, recommended, resource, run, series } from "../testing/builders.ts";

function daysAgo(days: number): string {
  return new Date(END_MS - days * DAY_MS).toISOString().replace(".000Z", "Z");
}

/** What an inventory tells beside the attributes. */
function seen(facts: Omit<ObservedFacts, "at">): Partial<Resource> {
  return { observed: { at: daysAgo(0), ...facts } };
}

describe("gce-disk-unattached", () => {
  const rule = "gce-disk-unattached";
  const disk = (attributes: JsonObject = {}, over: Partial<Resource> = {}) =>
    resource(
      "google_compute_disk",
      "projects/p/zones/us-central1-a/disks/old",
      {
        name: "old",
        zone: "us-central1-a",
        type: "pd-ssd",
        size: 500,
        users: [],
        last_detach_timestamp: daysAgo(40),
        last_attach_timestamp: daysAgo(90),
        ...attributes,
      },
      { address: "google_compute_disk.old", ...over },
    );

  test("keeps a snapshot first; the saving is the disk less a full snapshot, after the hold", async () => {
    const found = recommended(await run([disk()], []), rule);
    // 500 × ($0.17 − $0.05).
    expect(found.monthlySavings).toMatchObject({ list: "60", net: "60", realised: "after-hold" });
    expect(found.action).toBe("snapshot-and-delete");
    expect(found.changes).toEqual([
      {
        kind: "add-resource",
        besideAddress: "google_compute_disk.old",
        type: "google_compute_snapshot",
        name: "old_final",
        attributes: {
          name: "old-us-central1-a-final",
          source_disk: "projects/p/zones/us-central1-a/disks/old",
          zone: "us-central1-a",
          labels: { "apex-disk": "old", "apex-delete-disk-after": "2026-07-15" },
        },
      },
    ]);
  });

  test("snapshots of a project never have one name, and none that is too long", async () => {
    const at = (zone: string, name: string, id = `projects/p/zones/${zone}/disks/${name}`) => ({
      ...disk({ name, zone }),
      id,
      address: `google_compute_disk.${zone}_${name}`.replaceAll("-", "_"),
    });
    const long = "a".repeat(62);
    const disks = [
      at("us-central1-a", "old"),
      at("us-central1-b", "old"),
      at("us-central1-a", `${long}b`),
      at("us-central1-a", `${long}c`),
      at("us-central1-b", `${long}b`),
    ];
    const { recommendations } = await run(disks, [], { policy: only(rule) });
    const names = recommendations.flatMap(({ changes }) =>
      changes.map((change) => (change.kind === "add-resource" ? change.attributes["name"] : undefined)),
    );
    expect(new Set(names).size).toBe(disks.length);
    for (const name of names) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  test("one whose last snapshot is kept already waits for its second step, and is not told again", async () => {
    const kept = (source: string) =>
      resource(
        "google_compute_snapshot",
        "old-us-central1-a-final",
        { source_disk: `https://www.googleapis.com/compute/v1/${source}` },
        { tags: { "apex-disk": "old", "apex-delete-disk-after": "2026-07-15" } },
      );
    const ours = kept("projects/p/zones/us-central1-a/disks/old");
    expect(reasonOf(await run([disk(), ours], [], { policy: only(rule) }), rule)).toBe(
      "its snapshot old-us-central1-a-final is kept already; the disk may go after 2026-07-15",
    );
    const others = kept("projects/p/zones/us-central1-b/disks/old");
    expect(recommended(await run([disk(), others], [], { policy: only(rule) }), rule).to).toBe("snapshot");
  });

  test("an inventory is believed more than a state, which may be old", async () => {
    const state = recommended(await run([disk()], []), rule);
    const live = recommended(await run([disk({}, seen({ usedBy: [], lastUsedAt: daysAgo(40) }))], []), rule);
    expect(live.confidence).toBeGreaterThan(state.confidence);
    expect(state.unknowns.join()).toContain("since the refresh");
  });

  test("what is used, or may be, is left alone", async () => {
    const cases: readonly (readonly [Resource, RegExp])[] = [
      [disk({ last_detach_timestamp: daysAgo(14) }), /14\.0 days, 15 are needed/],
      [disk({ last_detach_timestamp: null }), /since when/],
      [disk({ users: null }), /neither the state nor the inventory/],
      [disk({}, { tags: { "goog-k8s-cluster-name": "shop" } }), /Kubernetes/],
      [disk({ name: "pvc-1234" }), /Kubernetes/],
      [disk({ storage_pool: "pool" }), /storage pool/],
      [disk({ type: "hyperdisk-balanced" }), /price is not known/],
      [disk({}, { region: "europe-west9" }), /price is not known/],
    ];
    for (const [one, reason] of cases)
      expect(reasonOf(await run([one], [], { policy: only(rule) }), rule)).toMatch(reason);
    const used = [
      disk({ users: ["projects/p/zones/us-central1-a/instances/a"] }),
      disk({}, seen({ usedBy: ["projects/p/zones/us-central1-a/instances/a"] })),
    ];
    for (const one of used)
      expect((await run([one], [], { policy: only(rule) })).recommendations).toEqual([]);
    const boot = resource("google_compute_instance", "vm", { boot_disk: [{ source: disk().id }] });
    expect((await run([disk(), boot], [], { policy: only(rule) })).recommendations).toEqual([]);
  });

  test("a disk that was never attached counts from when it was made, in any time zone", async () => {
    const never = { last_detach_timestamp: null, last_attach_timestamp: null };
    // 2026-06-15 is the end of the data.
    const old = disk({ ...never, creation_timestamp: "2026-05-31T00:00:00.000-07:00" });
    expect(reasonOf(await run([old], [], { policy: only(rule) }), rule)).toMatch(/14\.7 days/);
    const older = disk({ ...never, creation_timestamp: "2026-05-30T12:00:00.000-07:00" });
    expect(recommended(await run([older], []), rule).evidence.lookBackDays).toBe(15.2);
  });
});

describe("gcp-address-idle", () => {
  const rule = "gcp-address-idle";
  const address = (attributes: JsonObject = {}, over: Partial<Resource> = {}) =>
    resource(
      "google_compute_address",
      "projects/p/regions/us-central1/addresses/nat",
      { name: "nat", address: "203.0.113.9", address_type: "EXTERNAL", users: [], ...attributes },
      {
        address: "google_compute_address.nat",
        ...seen({ usedBy: [], createdAt: daysAgo(100), state: "reserved" }),
        ...over,
      },
    );

  test("is released at the price of an unused one, with doubt about since when", async () => {
    const found = recommended(await run([address()], []), rule);
    // 730 × $0.01.
    expect(found.monthlySavings.list).toBe("7.3");
    expect(found.action).toBe("release");
    const names = ["projects/p/regions/us-central1/addresses/nat", "203.0.113.9"];
    expect(found.changes).toEqual([
      { kind: "remove-resource", address: "google_compute_address.nat", names },
    ]);
    expect(found.confidence).toBeLessThan(0.5);
    expect(found.unknowns.join()).toContain("since when");
  });

  test("used, young, named or priced unknown ones stay", async () => {
    const dns = resource("google_dns_record_set", "www", { rrdatas: ["203.0.113.9"] });
    const cases: readonly (readonly [readonly Resource[], RegExp])[] = [
      [[address({}, seen({ usedBy: ["vm"] }))], /in use/],
      [[address({}, seen({ usedBy: [], createdAt: daysAgo(3) }))], /3\.0 days ago, 15 are needed/],
      [[address({ ip_version: "IPV6" })], /IPv6/],
      [[address({}, { region: "europe-west9" })], /price is not known/],
      [[address(), dns], /DNS record google_dns_record_set.www points to it/],
    ];
    for (const [all, reason] of cases)
      expect(reasonOf(await run(all, [], { policy: only(rule) }), rule)).toMatch(reason);
    const { observed: _, ...fromState } = address({ users: null });
    expect(reasonOf(await run([fromState], [], { policy: only(rule) }), rule)).toMatch(/neither/);
    const internal = address({ address_type: "INTERNAL" });
    expect((await run([internal], [], { policy: only(rule) })).recommendations).toEqual([]);
  });
});

describe("Compute Engine instances of an inventory", () => {
  const vm = (over: Partial<Resource> = {}) =>
    resource(
      "google_compute_instance",
      "vm",
      { machine_type: "n2-standard-8", zone: "us-central1-a", boot_disk: [{ source: "p/disks/vm" }] },
      over,
    );
  const booting = (image: string): Partial<Resource> => ({
    attributes: { ...vm().attributes, boot_disk: [{ initialize_params: [{ image }] }] },
  });
  const scheduled = (scheduling: JsonObject): Partial<Resource> => ({
    attributes: { ...vm().attributes, scheduling: [scheduling] },
  });
  const light = profile(
    "vm",
    series("cpu_percent", ({ noise }) => 8 + 6 * noise),
    series("memory_used_percent", 17),
    series("network_in_bytes_per_second", 200_000),
    series("network_out_bytes_per_second", 500_000),
  );

  test("members of groups, sole-tenant ones and paid licences are not judged alone", async () => {
    const cases = [
      [seen({ details: { isInManagedGroup: true } }), /managed instance group/],
      [seen({ purchaseOption: "dedicated" }), /sole-tenant/],
      [seen({ platform: "Windows" }), /price of its Windows licence/],
      [booting("projects/windows-cloud/global/images/windows-server-2022-dc-v20240415"), /Windows licence/],
      [booting("sql-std-2019-win-2022-dc-v20240415"), /Windows licence/],
      [booting("rhel-cloud/rhel-9"), /Red Hat Enterprise Linux licence/],
      [booting("suse-sap-cloud/sles-15-sp5-sap"), /SUSE Linux licence/],
      [booting("ubuntu-os-pro-cloud/ubuntu-pro-2204-lts"), /Ubuntu Pro licence/],
      [
        scheduled({ node_affinities: [{ key: "compute.googleapis.com/node-group-name", operator: "IN" }] }),
        /sole-tenant/,
      ],
      [scheduled({ provisioning_model: "FLEX_START" }), /flex_start, whose price is not the list price/],
      [scheduled({ preemptible: "true" }), /spot/],
      [
        { attributes: { ...vm().attributes, reservation_affinity: [{ type: "SPECIFIC_RESERVATION" }] } },
        /reservation, which is billed whatever runs in it/,
      ],
    ] as const;
    for (const [over, reason] of cases) {
      const analysis = await run([vm(over)], [light], { policy: only("gce-resize") });
      expect(reasonOf(analysis, "gce-resize")).toMatch(reason);
    }
  });

  test("that Linux prices are assumed is said where nothing tells the licence, and there alone", async () => {
    const assumed = "operating system: Linux prices without licence are assumed";
    const unknownsOf = async (over: Partial<Resource>) =>
      recommended(await run([vm(over)], [light], { policy: only("gce-resize") }), "gce-resize").unknowns;
    expect(await unknownsOf(booting("projects/acme/global/images/base-7"))).toContain(assumed);
    for (const image of ["debian-cloud/debian-12", "projects/ubuntu-os-cloud/global/images/ubuntu-2404"])
      expect(await unknownsOf(booting(image))).not.toContain(assumed);
  });

  test("a boot disk's type is that of the disk itself, the one that is linked and not another of its name", async () => {
    const disk = (project: string, type: string) =>
      resource("google_compute_disk", `${project}/disks/vm`, { name: "vm", type, size: 50 });
    const here = disk("p", "pd-balanced");
    const analysis = await run(
      [vm(seen({ platform: "Linux/UNIX" })), disk("other", "hyperdisk-balanced"), here],
      [light],
      { policy: only("gce-resize") },
    );
    const { notes } = recommended(analysis, "gce-resize").evidence;
    expect(notes).toContain("ebs-iops: not measured; its volumes deliver at most 3300 IOPS");
  });
});

describe("Cloud SQL", () => {
  const database = (settings: JsonObject = {}, attributes: JsonObject = {}) =>
    resource(
      "google_sql_database_instance",
      "p:us-central1:orders",
      {
        name: "orders",
        database_version: "POSTGRES_15",
        settings: [
          {
            tier: "db-custom-8-30720",
            edition: "ENTERPRISE",
            availability_type: "ZONAL",
            activation_policy: "ALWAYS",
            ...settings,
          },
        ],
        ...attributes,
      },
      { address: "google_sql_database_instance.orders" },
    );
  const measured = (cpu: number, memory: number, connections: number) =>
    profile(
      "p:us-central1:orders",
      series("cpu_percent", ({ noise }) => cpu + noise),
      series("memory_used_percent", memory),
      series("database_connections", connections, { statistic: "maximum" }),
    );

  test("nobody connected: stopped by its activation policy; storage is not counted as saved", async () => {
    const found = recommended(await run([database()], [measured(1, 20, 0)]), "cloud-sql-idle");
    expect(found.changes).toEqual([
      {
        kind: "set-attribute",
        address: "google_sql_database_instance.orders",
        path: ["settings", 0, "activation_policy"],
        from: "ALWAYS",
        to: "NEVER",
      },
    ]);
    // 730 × (8 × $0.0413 + 30 × $0.007).
    expect(found.monthlySavings.list).toBe("394.492");
  });

  test("one connection, a replica, or a stopped one is no idle database", async () => {
    const cases = [
      [database(), measured(1, 20, 1), /not idle/],
      [database({}, { master_instance_name: "main" }), measured(1, 20, 0), /read replica/],
      [database({}, { replica_names: ["copy"] }), measured(1, 20, 0), /read replicas/],
      [database({ activation_policy: "NEVER" }), measured(1, 20, 0), /it is stopped/],
      [database({ edition: "ENTERPRISE_PLUS" }), measured(1, 20, 0), /price is not known/],
      [
        database({}, { database_version: "SQLSERVER_2022_STANDARD" }),
        measured(1, 20, 0),
        /price is not known/,
      ],
    ] as const;
    for (const [one, load, reason] of cases) {
      const analysis = await run([one], [load], { policy: only("cloud-sql-idle") });
      expect(reasonOf(analysis, "cloud-sql-idle")).toMatch(reason);
    }
  });

  test("the source of a replica that its state does not know yet is not stopped", async () => {
    const main = database({}, { name: "main" });
    const replica = { ...database({}, { master_instance_name: "main" }), id: "copy", aliases: [] };
    const analysis = await run([{ ...main, aliases: ["main"] }, replica], [measured(1, 20, 0)], {
      policy: only("cloud-sql-idle"),
    });
    expect(analysis.recommendations).toEqual([]);
    expect(analysis.abstentions.map(({ reason }) => reason).join()).toContain("with read replicas");
  });

  test("takes the cheapest tier that holds CPU, memory and connections with headroom", async () => {
    const found = recommended(await run([database()], [measured(11, 30, 90)]), "cloud-sql-resize");
    // 0.96 vCPU and 9 GiB, a fifth of each left free: 2 vCPUs with the most memory that they may have, 13 GiB.
    expect(found.to).toBe("db-custom-2-13312");
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["settings", 0, "tier"], from: "db-custom-8-30720", to: found.to }),
    ]);
  });

  test("connections that only the present memory allows keep the memory", async () => {
    const found = recommended(await run([database()], [measured(11, 30, 450)]), "cloud-sql-resize");
    // 450 and a fifth free need 563 of them: 600 come with 30 GiB.
    expect(found.to).toMatch(/-30720$/);
  });

  test("both machines of a regional instance are counted", async () => {
    const zonal = recommended(await run([database()], [measured(11, 30, 90)]), "cloud-sql-resize");
    const regional = recommended(
      await run([database({ availability_type: "REGIONAL" })], [measured(11, 30, 90)]),
      "cloud-sql-resize",
    );
    expect(Number(regional.monthlySavings.list)).toBeCloseTo(2 * Number(zonal.monthlySavings.list), 9);
  });

  test("without memory or connections it gets no less of them; without CPU it is not sized", async () => {
    const cpuOnly = profile("p:us-central1:orders", series("cpu_percent", 11));
    const found = recommended(await run([database()], [cpuOnly]), "cloud-sql-resize");
    expect(found.to).toMatch(/-30720$/);
    const analysis = await run([database()], [], { policy: only("cloud-sql-resize") });
    expect(reasonOf(analysis, "cloud-sql-resize")).toMatch(/cpu_percent is not measured/);
    const shared = await run([database({ tier: "db-f1-micro" })], [cpuOnly], {
      policy: only("cloud-sql-resize"),
    });
    expect(reasonOf(shared, "cloud-sql-resize")).toMatch(/no custom tier/);
  });

  test("every rule on Google's things is on by default", () => {
    const { rules } = defaultPolicy();
    expect([rules["gce-disk-unattached"], rules["gcp-address-idle"], rules["cloud-sql-idle"]]).toEqual([
      true,
      true,
      true,
    ]);
  });
});
