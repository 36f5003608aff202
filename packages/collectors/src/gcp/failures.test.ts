import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GoogleAuth } from "google-auth-library";
import { describe, expect, it, onTestFinished } from "vitest";
import { gcpCollector } from "./collector.ts";
import { gcpEndpoints } from "./endpoints.ts";
import { DEFAULT_RETRIES } from "./retry.ts";
import { acmeProject } from "./testing/acme-project.ts";
import type { GcpServer } from "./testing/gcp-server.ts";
import { badGateway, refusal, serviceDisabled, tooMany } from "./testing/google-answers.ts";
import { all, NOW, openCollector, partOf, resourcesOf, running } from "./testing/open-collector.ts";

describe("failures", () => {
  async function failing(path: RegExp, answer: Parameters<GcpServer["fail"]>[1], times = 1) {
    const opened = await openCollector({ "acme-prod": acmeProject() });
    opened.server.fail(path, answer, times);
    return { ...opened, parts: await opened.collector.parts(running) };
  }

  it("waits as long as it is told, and ends with the same", async () => {
    const { collector, server, waits } = await openCollector({ "acme-prod": acmeProject() });
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
    await expect(all([partOf(disabled.parts, "/cloud-sql")])).rejects.toThrow(
      "cannot list Cloud SQL instances: sqladmin.googleapis.com is not enabled in project 123. Run: gcloud services enable sqladmin.googleapis.com --project 123",
    );
    expect(resourcesOf(await all([partOf(disabled.parts, "/compute-disks")]))).toHaveLength(2);

    const message = "Required 'compute.instances.list' permission for 'projects/acme-prod'";
    const denied = await failing(/aggregated\/instances$/, refusal(403, "PERMISSION_DENIED", message));
    await expect(all([partOf(denied.parts, "/compute-instances")])).rejects.toMatchObject({
      kind: "denied",
      message:
        "cannot list Compute Engine instances in project acme-prod: the permission compute.instances.list is missing. Grant a role that has it; apex permissions gcp prints the least",
    });

    const { collector } = await openCollector({ "acme-prod": {} }, { projects: ["acme-gone"] });
    const [first] = await collector.parts(running);
    await expect(all(first === undefined ? [] : [first])).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("there is no project acme-gone"),
    });
  });

  it("says that a quota is used up when waiting did not help", async () => {
    const { parts } = await failing(/aggregated\/disks$/, tooMany("1"), 10);
    await expect(all([partOf(parts, "/compute-disks")])).rejects.toMatchObject({ kind: "throttled" });
  });

  it("asks nothing without a token, and says how to get one", async () => {
    const { collector, server } = await openCollector({ "acme-prod": {} });
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

  it("says that a file of credentials is broken, and prints nothing of it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "apex-gcp-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const keyFilename = path.join(folder, "key.json");
    await writeFile(keyFilename, '{"type": "service_account", "private_key": HUNTER2HUNTER2}');
    const collector = gcpCollector({
      auth: new GoogleAuth({ keyFilename, projectId: "acme-prod" }),
      projects: ["acme-prod"],
      regions: undefined,
      endpointUrl: undefined,
      nowMs: () => NOW,
    });
    const parts = collector.parts(running);
    await expect(parts).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("cannot be used: their file is no JSON. Run: gcloud auth"),
    });
    await expect(parts).rejects.not.toThrow(/HUNT/);
  });

  it.each([
    [
      { type: "service_account", client_email: "a@b.example", private_key: "junk" },
      "denied",
      /the private key in their file is damaged\. Run: gcloud auth/,
    ],
    [
      { type: "authorized_user", client_id: "x", client_secret: "y", refresh_token: "z" },
      "unavailable",
      /tokens cannot be reached \(ECONNREFUSED\)\. Check the network/,
    ],
  ] as const)("says what is wrong with credentials: %#", async (file, kind, message) => {
    const auth = new GoogleAuth({
      credentials: file,
      projectId: "acme-prod",
      clientOptions: { endpoints: { oauth2TokenUrl: "http://127.0.0.1:1/token" } },
    });
    const retries = { ...DEFAULT_RETRIES, wait: async () => undefined };
    const scope = { projects: ["acme-prod"], regions: undefined, endpointUrl: undefined, nowMs: () => NOW };
    await expect(gcpCollector({ auth, retries, ...scope }).parts(running)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
  });

  it("refuses an address with a password alone in it, and does not repeat it", () => {
    const open = () => gcpEndpoints("http://:hunter2@127.0.0.1:1");
    expect(open).toThrow("the endpoint URL is not an address such as");
    expect(open).not.toThrow(/hunter2/);
  });

  it("costs advice with an unreadable amount only itself", async () => {
    const held = acmeProject();
    const advice = Object.values(held.recommendations ?? {})[0]?.[0];
    const costProjection = { cost: { currencyCode: "USD", units: "a lot" }, duration: "2592000s" };
    const odd = { ...advice, primaryImpact: { category: "COST", costProjection } };
    const { collector, server } = await openCollector({ "acme-prod": held });
    server.fail(/MachineTypeRecommender/, { status: 200, body: { recommendations: [odd, advice] as never } });
    const items = await all([partOf(await collector.parts(running), "/opinions")]);
    expect(items.map(({ kind }) => kind)).toEqual(["opinion", "diagnostic"]);
  });

  it("refuses what is no project", async () => {
    const { collector } = await openCollector({}, { projects: ["../x"] });
    await expect(collector.parts(running)).rejects.toThrow("is no project id");
  });

  it("stops when it is told to", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const parts = await collector.parts(running);
    const iterator = parts[0]?.collect({ aborted: true })[Symbol.asyncIterator]();
    await expect(iterator?.next()).rejects.toThrow("stopped");
  });
});
