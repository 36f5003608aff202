/** A seeded account, asked over the network as a user asks it: whole, killed, throttled and refused. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EXIT_CODES } from "@apex/cli";
import { type Diagnostic, type Recommendation, seededRng } from "@apex/core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ROOT } from "../run-apex.ts";
import { type AskedRequest, awsFault, type Fault, type FaultyProxy, startProxy } from "./faulty-proxy.ts";
import { hasMoto, type MotoServer, startMoto } from "./moto-server.ts";
import {
  addressOf,
  configurationOf,
  CREDENTIALS,
  REGIONS,
  seedAccount,
  type SeededMachine,
  stateOf,
} from "./seeded-account.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** The history is short, and only one family is compared: what is right is then known to the type. */
const POLICY = `lookBack: { minimumDays: 1, minimumDaysWithDailyRhythm: 1 }
idle: { minimumDays: 1 }
candidates: { allowedFamilies: [m5] }
`;

let work: string;
let moto: MotoServer;
let machines: readonly SeededMachine[];

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]) {
  return spawn(process.execPath, [path.join(ROOT, "packages/cli/src/main.ts"), ...args], {
    cwd: work,
    env: {
      PATH: process.env["PATH"],
      HOME: work,
      APEX_HOME: path.join(work, "home"),
      APEX_DOCKER: "off",
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      // No request leaves for an instance's own credentials.
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function apex(...args: readonly string[]): Promise<Run> {
  const child = start(args);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

const words = (line: string): readonly string[] => line.split(" ");

const collectArguments = (url: string, into: string, regions: readonly string[] = REGIONS) =>
  words(`collect aws --endpoint-url ${url} --into ${into} --days 2 --quiet --regions ${regions.join(",")}`);

const collect = (url: string, into: string, regions: readonly string[] = REGIONS) =>
  apex(...collectArguments(url, into, regions), "--format", "json");

/** What a command recommends on a collection, as it prints it. */
async function recommended(command: "optimize --terraform infra" | "analyze", from: string): Promise<string> {
  const options = `--state terraform.tfstate --from ${from} --policy apex.yaml --format json --quiet`;
  const run = await apex(...words(`${command} ${options}`));
  if (run.code !== EXIT_CODES.done) throw new Error(`apex ${command} ended with ${run.code}: ${run.stderr}`);
  const { recommendations } = JSON.parse(run.stdout) as { recommendations: unknown };
  // When a collection began is in the evidence of what only its inventory shows.
  return JSON.stringify(recommendations, null, 1).replaceAll(/(?<=inventory of )[\dTZ:-]+/g, "then");
}

async function proxied(faultOf: (asked: AskedRequest) => Fault | undefined): Promise<FaultyProxy> {
  const proxy = await startProxy(moto.url, faultOf);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

const isHere = hasMoto();
const why = isHere ? "" : " (skipped: python3 has no moto.server)";

describe.skipIf(!isHere)(`an account of 300 machines in three regions${why}`, () => {
  let whole: string;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), "apex-collect-"));
    moto = await startMoto();
    machines = await seedAccount(moto);
    await mkdir(path.join(work, "infra"));
    await writeFile(path.join(work, "infra/main.tf"), configurationOf(machines));
    await writeFile(path.join(work, "terraform.tfstate"), stateOf(machines));
    await writeFile(path.join(work, "apex.yaml"), POLICY);
  });

  afterAll(async () => {
    await moto[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  test("what is idle, what is too large and what is busy is told apart", async () => {
    const run = await collect(moto.url, "whole");
    expect(run).toMatchObject({ code: EXIT_CODES.done, stderr: "" });
    expect(JSON.parse(run.stdout)).toMatchObject({
      collected: { instances: 300, snapshots: 3, addresses: 3, autoScalingGroups: 3, launchTemplates: 3 },
    });
    const recommendations = JSON.parse(
      await recommended("optimize --terraform infra", "whole"),
    ) as readonly (Recommendation & { status: string })[];
    const byAddress = new Map(recommendations.map((one) => [one.address, one]));
    // There is no price of the third region: nothing is said of what nobody can know.
    for (const machine of machines) {
      const found = byAddress.get(addressOf(machine));
      const expected = machine.region === "us-west-2" ? "nothing" : machine.kind;
      expect([machine.key, described(found)]).toEqual([machine.key, EXPECTED[expected]]);
    }
    whole = await recommended("analyze", "whole");
  });

  test("killed twice and started again it ends the same", async () => {
    let hangs: (asked: AskedRequest) => boolean = () => false;
    const proxy = await proxied((asked) => (hangs(asked) ? "hang" : undefined));
    const killedWhen = async (stuck: (asked: AskedRequest) => boolean): Promise<void> => {
      hangs = stuck;
      const known = proxy.asked.length;
      const child = start(collectArguments(proxy.url, "killed"));
      const exited = once(child, "exit");
      await vi.waitFor(() => expect(proxy.asked.slice(known).some(stuck)).toBe(true), 60_000);
      child.kill("SIGKILL");
      await exited;
    };
    // Half of the inventory is there, then all of it and a part of the metrics.
    await killedWhen(({ operation, region }) => operation === "DescribeVolumes" && region === "us-west-2");
    await killedWhen(({ operation, region }) => operation === "GetMetricData" && region === "us-west-2");
    hangs = () => false;
    const known = proxy.asked.length;
    expect(await collect(proxy.url, "killed")).toMatchObject({ code: EXIT_CODES.done, stderr: "" });
    const again = proxy.asked.slice(known).map(({ operation }) => operation);
    // What was done before is not asked for again.
    expect(again).not.toContain("DescribeInstances");
    expect(again).toContain("GetMetricData");
    expect(await recommended("analyze", "killed")).toBe(whole);
  });

  test("throttled and failed it ends the same", async () => {
    const random = seededRng(7);
    const kinds = [
      (asked: AskedRequest) => awsFault(asked, 400, "ThrottlingException", "Rate exceeded"),
      (asked: AskedRequest) => awsFault(asked, 503, "RequestLimitExceeded", "Request limit exceeded."),
      () => ({ status: 429, body: "" }),
      () => ({ status: 503, body: "<html>Service Unavailable</html>" }),
    ];
    let faults = 0;
    const proxy = await proxied((asked) => {
      if (random() > 0.15) return undefined;
      faults += 1;
      return kinds[faults % kinds.length]?.(asked);
    });
    expect(await collect(proxy.url, "throttled")).toMatchObject({ code: EXIT_CODES.done, stderr: "" });
    expect(faults).toBeGreaterThan(kinds.length);
    expect(await recommended("analyze", "throttled")).toBe(whole);
  });

  /** What a run told: its exit code, how many machines are there, and what was said, one line each. */
  async function told(proxy: FaultyProxy, into: string, regions: readonly string[] = ["us-west-2"]) {
    const { code, stdout, stderr } = await collect(proxy.url, into, regions);
    const { collected, diagnostics } = (stdout === "" ? {} : JSON.parse(stdout)) as {
      collected?: { instances: number };
      diagnostics?: readonly Diagnostic[];
    };
    const lines = (diagnostics ?? [])
      .filter(({ code: kind }) => kind.startsWith("collect"))
      .map(({ summary, detail }) => `${summary} | ${detail}`);
    return { code, instances: collected?.instances, lines, stderr };
  }

  test("wrong credentials are one line, and nothing is there", async () => {
    const refused = "The security token included in the request is invalid.";
    const proxy = await proxied((asked) => awsFault(asked, 403, "InvalidClientTokenId", refused));
    const { code, lines, stderr } = await told(proxy, "refused");
    expect([code, lines]).toEqual([EXIT_CODES.badInput, []]);
    expect(stderr).toMatch(
      /^apex: AWS does not accept the credentials \(InvalidClientTokenId\); check .*\n$/,
    );
  });

  test("a missing permission costs what needs it, by name", async () => {
    const proxy = await proxied((asked) => {
      const { operation } = asked;
      if (operation === "DescribeSnapshots")
        return awsFault(
          asked,
          403,
          "UnauthorizedOperation",
          "You are not authorized to perform this operation.",
        );
      if (operation !== "DescribeImages") return undefined;
      const message =
        "User: arn:aws:iam::123456789012:user/x is not authorized to perform: ec2:DescribeImages";
      return awsFault(asked, 403, "UnauthorizedOperation", message);
    });
    const { code, instances, lines } = await told(proxy, "unpermitted");
    expect([code, instances]).toEqual([EXIT_CODES.done, 100]);
    expect(lines).toEqual([
      expect.stringMatching(
        /^ec2:DescribeSnapshots is not permitted; .* \| Not collected: EBS snapshots in us-west-2 of 123456789012\.$/,
      ),
      expect.stringMatching(
        /^ec2:DescribeImages failed: .* names and owners of images .* not permitted.* In: EC2 instances in us-west-2 of/,
      ),
    ]);
  });

  test("an empty account is nothing to do, and says so", async () => {
    const proxy = await proxied(() => undefined);
    const { code, lines } = await told(proxy, "empty", ["eu-north-1"]);
    expect(code).toBe(EXIT_CODES.nothingToDo);
    expect(lines).toEqual([expect.stringMatching(/^aws was asked for everything, and there is nothing \|/)]);
  });

  test("a region that is off costs only itself", async () => {
    const regions = `<item><regionName>us-west-2</regionName><optInStatus>opt-in-not-required</optInStatus></item>
      <item><regionName>af-south-1</regionName><optInStatus>not-opted-in</optInStatus></item>`;
    const body = `<DescribeRegionsResponse><regionInfo>${regions}</regionInfo></DescribeRegionsResponse>`;
    const proxy = await proxied(({ operation }) =>
      operation === "DescribeRegions" ? { status: 200, body } : undefined,
    );
    const { code, instances, lines } = await told(proxy, "off", ["us-west-2", "af-south-1"]);
    expect([code, instances]).toEqual([EXIT_CODES.done, 100]);
    expect(lines).toEqual([
      expect.stringMatching(/^region af-south-1 is off in account 123456789012; enable it/),
    ]);
  });

  test("a session that expires keeps what there is, and goes on after the next login", async () => {
    let isLoggedIn = true;
    let hasMetrics = false;
    const proxy = await proxied((asked) => {
      // The inventory takes its time; then the session ends.
      if (!hasMetrics && asked.service === "monitoring") isLoggedIn = false;
      const message = "The security token included in the request is expired";
      return isLoggedIn ? undefined : awsFault(asked, 400, "ExpiredTokenException", message);
    });
    const first = await told(proxy, "expired");
    expect([first.code, first.instances]).toEqual([EXIT_CODES.done, 100]);
    expect(first.lines.filter((line) => line.includes("expired"))).toEqual([
      expect.stringMatching(/^the AWS session has expired; log in again .* \| Not collected: .*CloudWatch/),
    ]);
    isLoggedIn = true;
    hasMetrics = true;
    const known = proxy.asked.length;
    const second = await told(proxy, "expired");
    expect([second.code, second.lines]).toEqual([EXIT_CODES.done, []]);
    const again = proxy.asked.slice(known).map(({ operation }) => operation);
    expect(again).not.toContain("DescribeInstances");
    expect(again).toContain("GetMetricData");
  });
});

/** Rule and type that are right for a kind; `nothing` for what cannot be priced. */
const EXPECTED = {
  idle: "ec2-idle",
  oversized: "ec2-resize m5.large planned",
  busy: "",
  nothing: "",
} as const;

function described(found: (Recommendation & { readonly status: string }) | undefined): string {
  if (found === undefined) return "";
  return found.action === "resize" ? `${found.rule} ${found.to} ${found.status}` : found.rule;
}
