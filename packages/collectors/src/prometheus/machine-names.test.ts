import type { Resource } from "@apex/core";
import { describe, expect, it } from "vitest";
import { type Labels, MACHINE_LABELS } from "../exports/metrics/prometheus-labels.ts";
import { machineIdOf, machineNames, nameLinks } from "./machine-names.ts";

function instance(project: string, zone: string, name: string): Resource {
  const id = `projects/${project}/zones/${zone}/instances/${name}`;
  return {
    id,
    provider: "gcp",
    type: "google_compute_instance",
    aliases: [name],
    tags: {},
    attributes: { name, zone, network_interface: [{ network_ip: "10.128.0.7" }] },
  };
}

const TRAINER = instance("acme-prod", "us-central1-a", "trainer");
/** One name in two zones. */
const TWINS = ["us-central1-a", "us-central1-b"].map((zone) => instance("acme-prod", zone, "web"));

describe("Compute Engine instances in labels", () => {
  const links = nameLinks([], []);
  const found = (labels: Labels, inventory: readonly Resource[] = [TRAINER, ...TWINS]) =>
    machineIdOf(labels, MACHINE_LABELS, machineNames(inventory), links);

  it.each([
    ["dcgm-exporter's host name", { Hostname: "trainer", instance: "10.4.0.9:9400" }],
    ["the zonal host name", { Hostname: "trainer.us-central1-a.c.acme-prod.internal" }],
    ["the global host name", { nodename: "trainer.c.acme-prod.internal" }],
    ["a node's provider id", { provider_id: "gce://acme-prod/us-central1-a/trainer" }],
  ])("are found by %s", (_, labels) => {
    expect(found(labels)).toBe(TRAINER.id);
  });

  it("are told apart by zone where they have one name, and by that name alone mean none", () => {
    expect(found({ Hostname: "web.us-central1-b.c.acme-prod.internal" })).toBe(TWINS[1]?.id);
    expect(found({ provider_id: "gce://acme-prod/us-central1-b/web" })).toBe(TWINS[1]?.id);
    expect(TWINS.map(({ id }) => id)).not.toContain(found({ Hostname: "web" }));
    expect(TWINS.map(({ id }) => id)).not.toContain(found({ Hostname: "web.c.acme-prod.internal" }));
  });

  it("of another project are not taken for those of this one", () => {
    expect(found({ Hostname: "trainer.us-central1-a.c.other.internal" })).not.toBe(TRAINER.id);
    expect(found({ provider_id: "gce://other/us-central1-a/trainer" })).not.toBe(TRAINER.id);
  });

  it("are found by a node of GKE through what Kubernetes tells of it", () => {
    const nodes = nameLinks(
      [
        {
          node: "gke-node-1",
          provider_id: "gce://acme-prod/us-central1-a/trainer",
          internal_ip: "10.128.0.7",
        },
      ],
      [],
    );
    const names = machineNames([TRAINER]);
    expect(machineIdOf({ node: "gke-node-1" }, MACHINE_LABELS, names, nodes)).toBe(TRAINER.id);
  });

  it("of a project that belongs to a domain have its parts in turn", () => {
    const own = instance("example.com:shop", "us-central1-a", "db");
    expect(found({ Hostname: "db.us-central1-a.c.shop.example.com.internal" }, [own])).toBe(own.id);
  });
});
