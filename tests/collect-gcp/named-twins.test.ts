/** Instances that are called alike in two zones and two projects, collected and judged together. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EXIT_CODES } from "@apex/cli";
import { accountRoutes, type HeldProject, instance, startGcpServer } from "@apex/collectors/gcp/testing";
import type { Diagnostic, Recommendation } from "@apex/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { runApexShown } from "../run-apex.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A machine "web" of 8 vCPUs in a zone, with a share of them in use and a percentage of its 32 GiB. */
interface Web {
  readonly zone: string;
  readonly numericId: string;
  readonly cpu: number;
  readonly memory: number;
}

/** Bytes and operations. */
const LITTLE_TRAFFIC = [
  "network/received_bytes_count",
  "network/sent_bytes_count",
  "disk/read_bytes_count",
  "disk/write_bytes_count",
  "disk/read_ops_count",
  "disk/write_ops_count",
];

function project(name: string, machines: readonly Web[]): HeldProject {
  const zoneOf = (zone: string) => `https://www.googleapis.com/compute/v1/projects/${name}/zones/${zone}`;
  return {
    instances: machines.map(({ zone, numericId }) =>
      instance(name, "web", numericId, {
        zone: zoneOf(zone),
        selfLink: `${zoneOf(zone)}/instances/web`,
        machineType: `${zoneOf(zone)}/machineTypes/n2-standard-8`,
      }),
    ),
    series: machines.flatMap(({ zone, numericId, cpu, memory }) => {
      const held = {
        resourceType: "gce_instance",
        resourceLabels: { project_id: name, instance_id: numericId, zone },
      } as const;
      const measured = (metricType: string, value: number, metricLabels: Record<string, string> = {}) => ({
        ...held,
        metricType,
        metricLabels,
        valueAt: () => value,
      });
      return [
        measured("compute.googleapis.com/instance/cpu/utilization", cpu),
        measured("agent.googleapis.com/memory/percent_used", memory, { state: "used" }),
        ...LITTLE_TRAFFIC.map((name) => measured(`compute.googleapis.com/instance/${name}`, 1_000)),
      ];
    }),
  };
}

test("instances of one name in two zones and two projects are each judged by their own load", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "apex-gcp-twins-"));
  const server = await startGcpServer(
    accountRoutes({
      "acme-prod": project("acme-prod", [
        { zone: "us-central1-a", numericId: "7101", cpu: 0.9, memory: 80 },
        { zone: "us-central1-f", numericId: "7102", cpu: 0.3, memory: 30 },
      ]),
      "acme-staging": project("acme-staging", [
        { zone: "us-central1-a", numericId: "7103", cpu: 0.1, memory: 10 },
      ]),
    }),
  );
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const credentials = path.join(folder, "credentials.json");
  await writeFile(credentials, JSON.stringify(server.federation));
  await writeFile(path.join(folder, "apex.yaml"), "candidates: { allowedFamilies: [n2] }\n");
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", credentials);
  vi.stubEnv("APEX_DOCKER", "off");

  const into = path.join(folder, "collection");
  const projects = ["--project", "acme-prod", "--project", "acme-staging"];
  const collect = ["collect", "gcp", ...projects, "--endpoint-url", server.url, "--into", into, "--quiet"];
  expect(await runApexShown(folder, collect)).toMatchObject({ code: EXIT_CODES.done, stderr: "" });
  const policy = ["--policy", path.join(folder, "apex.yaml")];
  const { stdout } = await runApexShown(folder, ["analyze", "--from", into, ...policy, "--format", "json"]);
  const { recommendations, diagnostics } = JSON.parse(stdout) as {
    readonly recommendations: readonly Recommendation[];
    readonly diagnostics: readonly Diagnostic[];
  };
  const found = recommendations.map(({ resourceId, from, to }) => `${resourceId}: ${from} to ${to}`);
  expect(found.toSorted()).toEqual([
    "projects/acme-prod/zones/us-central1-f/instances/web: n2-standard-8 to n2-standard-4",
    "projects/acme-staging/zones/us-central1-a/instances/web: n2-standard-8 to n2-standard-2",
  ]);
  expect(new Set(recommendations.map(({ id }) => id)).size).toBe(recommendations.length);
  expect(diagnostics.map(({ code }) => code)).not.toContain("resource-id-shared");
});
