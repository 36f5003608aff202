/** A project of Google Cloud, asked over the network as a user asks it: whole, throttled, killed and refused. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EXIT_CODES } from "@apex/cli";
import {
  accountRoutes,
  acmeProject,
  badGateway,
  type GcpServer,
  refusal,
  serviceDisabled,
  startGcpServer,
  tooMany,
} from "@apex/collectors/gcp/testing";
import type { Diagnostic, Recommendation } from "@apex/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { ROOT } from "../run-apex.ts";

vi.setConfig({ testTimeout: 120_000 });

interface Place {
  readonly folder: string;
  readonly server: GcpServer;
}

async function place(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), "apex-collect-gcp-"));
  const server = await startGcpServer(accountRoutes({ "acme-prod": acmeProject() }));
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  await writeFile(path.join(folder, "credentials.json"), JSON.stringify(server.federation));
  return { folder, server };
}

function start({ folder }: Place, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [path.join(ROOT, "packages/cli/src/main.ts"), ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      APEX_HOME: path.join(folder, "home"),
      APEX_DOCKER: "off",
      GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, "credentials.json"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function apex(at: Place, args: readonly string[], env?: NodeJS.ProcessEnv) {
  const child = start(at, args, env);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = await once(child, "close");
  return { code: code as number | null, stdout, stderr };
}

function collect({ server }: Place, ...more: readonly string[]): readonly string[] {
  return ["collect", "gcp", "--project", "acme-prod", "--endpoint-url", server.url, "--quiet", ...more];
}

async function collected(at: Place, ...more: readonly string[]) {
  const { code, stdout, stderr } = await apex(at, collect(at, "--format", "json", ...more));
  expect(stderr).toBe("");
  const { collected, diagnostics } = JSON.parse(stdout) as {
    readonly collected: Readonly<Record<string, number>>;
    readonly diagnostics: readonly Diagnostic[];
  };
  return { code, collected, diagnostics };
}

/** What is recommended, as "rule from → to". */
async function recommended(at: Place): Promise<readonly string[]> {
  const { stdout } = await apex(at, ["analyze", "--format", "json"]);
  const { recommendations } = JSON.parse(stdout) as { readonly recommendations: readonly Recommendation[] };
  return recommendations.map(({ rule, from, to }) => `${rule} ${from} → ${to}`).toSorted();
}

const RIGHT = [
  "cloud-sql-resize db-custom-8-30720 → db-custom-2-13312",
  "gce-disk-unattached pd-ssd, 500 GiB → snapshot",
  "gce-resize n2-standard-8 → e2-standard-8",
  "gcp-address-idle external IPv4 address → released",
  "gke-node-pool 6 nodes at least in 2 zones → 4 nodes at least in 2 zones",
  "gpu-over-provisioned n1-standard-16 with 2 nvidia-tesla-t4 → n1-standard-16 with 1 nvidia-tesla-t4",
];

test("what a project has and does not need is found", async () => {
  const at = await place();
  const { code, collected: counts, diagnostics } = await collected(at);
  expect(code).toBe(EXIT_CODES.done);
  expect(counts).toMatchObject({
    instances: 4,
    volumes: 2,
    snapshots: 1,
    addresses: 2,
    databases: 1,
    nodePools: 2,
  });
  expect(diagnostics).toEqual([]);
  expect(await recommended(at)).toEqual(RIGHT);
});

test("throttled, cut off and answered by a broken proxy, it ends the same", async () => {
  const at = await place();
  at.server.fail(/aggregated\/instances$/, tooMany("0"), 3);
  at.server.fail(/aggregated\/disks$/, badGateway(), 2);
  at.server.hangUp(/timeSeries$/, 3);
  at.server.fail(/timeSeries$/, tooMany("0"), 5);
  await collected(at);
  expect(await recommended(at)).toEqual(RIGHT);
});

test("killed half-way and started again, it ends the same and asks for no finished part twice", async () => {
  const at = await place();
  const whole = (path: RegExp) => at.server.requests.filter((request) => path.test(request.path)).length;
  const child = start(at, collect(at));
  await vi.waitUntil(() => whole(/timeSeries$/) > 20, { timeout: 60_000, interval: 5 });
  child.kill("SIGKILL");
  await once(child, "close");
  const listed = whole(/aggregated\/instances$/);
  await collected(at);
  expect(whole(/aggregated\/instances$/)).toBe(listed);
  expect(await recommended(at)).toEqual(RIGHT);
});

test("a service that is off and a permission that is missing cost their parts alone, each with one clear line", async () => {
  const at = await place();
  at.server.fail(
    /^\/v1\/projects\/acme-prod\/instances$/,
    serviceDisabled("sqladmin.googleapis.com", "acme-prod"),
    99,
  );
  const denied = refusal(403, "PERMISSION_DENIED", "Required 'compute.addresses.list' permission");
  at.server.fail(/aggregated\/addresses$/, denied, 99);
  const { code, diagnostics } = await collected(at);
  expect(code).toBe(EXIT_CODES.done);
  const told = diagnostics.map(({ summary, detail }) => `${summary} ${detail ?? ""}`).join("\n");
  expect(told).toContain("gcloud services enable sqladmin.googleapis.com --project acme-prod");
  expect(told).toContain("the permission compute.addresses.list is missing");
  expect(await recommended(at)).toEqual(RIGHT.filter((line) => !/^(cloud-sql|gcp-address)/.test(line)));
});

test("without credentials, and with those that have expired, nothing is asked and one line says what to do", async () => {
  const at = await place();
  const none = await apex(at, collect(at), {
    GOOGLE_APPLICATION_CREDENTIALS: path.join(at.folder, "nowhere.json"),
  });
  expect(none.code).toBe(EXIT_CODES.badInput);
  expect(none.stderr).toMatch(
    /^apex: the Google Cloud credentials cannot be used: .*gcloud auth application-default login.*\n$/,
  );
  const body = { error: "invalid_grant", error_description: "Token has been expired or revoked." };
  at.server.fail(/^\/token$/, { status: 400, body }, 99);
  const expired = await apex(at, collect(at));
  expect(expired.code).toBe(EXIT_CODES.badInput);
  expect(expired.stderr).toMatch(/^apex: the Google Cloud credentials have expired or were revoked .*\n$/);
  expect(at.server.requests.every(({ path: asked }) => asked === "/token" || asked === "/subject")).toBe(
    true,
  );
});

test("permissions are printed as a role that can be made of them", async () => {
  const at = await place();
  const { stdout } = await apex(at, ["permissions", "gcp"]);
  const role = JSON.parse(stdout) as { readonly includedPermissions: readonly string[] };
  expect(role.includedPermissions).toContain("monitoring.timeSeries.list");
  expect(role.includedPermissions.every((name) => /\.(list|get|getData|create)$/.test(name))).toBe(true);
  expect(role.includedPermissions.filter((name) => name.endsWith(".create"))).toEqual([
    "bigquery.jobs.create",
  ]);
});
