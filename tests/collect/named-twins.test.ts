/** Databases and Auto Scaling groups that are called alike in two regions and two accounts, collected and judged together. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EXIT_CODES } from "@apex/cli";
import type { Abstention, Diagnostic, Recommendation } from "@apex/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ROOT } from "../run-apex.ts";
import { hasMoto, type MotoServer, type SeriesToPut, startMoto } from "./moto-server.ts";
import { CREDENTIALS } from "./seeded-account.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const PRODUCTION = "123456789012";
const STAGING = "222222222222";
/** All that is here is called so. */
const NAME = "orders";

/** The history is short, and one family of each kind is compared: what is right is then known to the type. */
const POLICY = `lookBack: { minimumDays: 1, minimumDaysWithDailyRhythm: 1 }
idle: { minimumDays: 1 }
candidates: { allowedFamilies: [m5, r5] }
`;

interface Place {
  readonly account: string;
  readonly region: string;
}

const EU: Place = { account: PRODUCTION, region: "eu-west-1" };
const US: Place = { account: PRODUCTION, region: "us-east-1" };
const STAGING_EU: Place = { account: STAGING, region: "eu-west-1" };

/** A little more than a day of points, which end an hour before now. */
const POINTS = 292;
const PERIOD_SECONDS = 300;
const GIB = 1024 ** 3;

/** By metric, as CloudWatch has them. */
type Load = Readonly<Record<string, number>>;

const QUIET_IO: Load = { ReadIOPS: 20, WriteIOPS: 20, ReadThroughput: 1e5, WriteThroughput: 1e5 };
const DATABASES: readonly (readonly [Place, Load])[] = [
  [EU, { ...QUIET_IO, CPUUtilization: 7, FreeableMemory: 110 * GIB, DatabaseConnections: 20 }],
  [US, { ...QUIET_IO, CPUUtilization: 71, FreeableMemory: 12 * GIB, DatabaseConnections: 300 }],
  [STAGING_EU, { ...QUIET_IO, CPUUtilization: 30, FreeableMemory: 85 * GIB, DatabaseConnections: 20 }],
];
const GROUPS: readonly (readonly [Place, number])[] = [
  [EU, 9],
  [US, 68],
];

let work: string;
let moto: MotoServer;

/** Asks a service of an account in AWS's query protocol: moto takes the account from a header. */
async function make(
  { account, region }: Place,
  service: string,
  parameters: Readonly<Record<string, string>>,
) {
  const scope = `${CREDENTIALS.accessKeyId}/20261101/${region}/${service}/aws4_request`;
  const answer = await fetch(moto.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      "x-moto-account-id": account,
    },
    body: new URLSearchParams(parameters),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters["Action"]}: ${text}`);
}

function seedDatabase(place: Place): Promise<void> {
  return make(place, "rds", {
    Action: "CreateDBInstance",
    Version: "2014-10-31",
    DBInstanceIdentifier: NAME,
    DBInstanceClass: "db.r5.4xlarge",
    Engine: "postgres",
    AllocatedStorage: "200",
    MasterUsername: "admin",
    MasterUserPassword: "hidden-secret",
  });
}

async function seedGroup(place: Place): Promise<void> {
  await make(place, "ec2", {
    Action: "CreateLaunchTemplate",
    Version: "2016-11-15",
    LaunchTemplateName: NAME,
    "LaunchTemplateData.InstanceType": "m5.large",
    "LaunchTemplateData.ImageId": "ami-12c6146b",
  });
  await make(place, "autoscaling", {
    Action: "CreateAutoScalingGroup",
    Version: "2011-01-01",
    AutoScalingGroupName: NAME,
    MinSize: "8",
    MaxSize: "12",
    DesiredCapacity: "8",
    "AvailabilityZones.member.1": `${place.region}a`,
    "LaunchTemplate.LaunchTemplateName": NAME,
    "LaunchTemplate.Version": "$Latest",
  });
}

function series(place: Place, namespace: string, dimension: string, load: Load): readonly SeriesToPut[] {
  const start =
    Math.floor(Date.now() / 1000 / PERIOD_SECONDS) * PERIOD_SECONDS - 3_600 - POINTS * PERIOD_SECONDS;
  return Object.entries(load).map(([metric, value]) => ({
    ...place,
    namespace,
    metric,
    dimensions: [{ Name: dimension, Value: NAME }],
    start,
    // A load is never quite the same; a number of machines is.
    values: Array.from(
      { length: POINTS },
      (_, at) => value + (metric.startsWith("Group") ? 0 : 0.01 * value * (at % 3)),
    ),
  }));
}

/** What a command that has nothing to complain of prints. */
async function apex(line: string): Promise<string> {
  const child = spawn(process.execPath, [path.join(ROOT, "packages/cli/src/main.ts"), ...line.split(" ")], {
    cwd: work,
    env: {
      PATH: process.env["PATH"],
      HOME: work,
      APEX_HOME: path.join(work, "home"),
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== EXIT_CODES.done || stderr !== "") throw new Error(`${line} ended with ${code}: ${stderr}`);
  return stdout;
}

interface Analysis {
  readonly recommendations: readonly Recommendation[];
  readonly abstentions: readonly Abstention[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What was decided on a type's resource in a place. */
function decided({ recommendations }: Analysis, type: string, { account, region }: Place): readonly string[] {
  return recommendations
    .filter((one) => one.resourceType === type && one.resourceId.includes(`:${region}:${account}:`))
    .map(({ action, from, to }) => `${action} ${from} to ${to}`);
}

const isHere = hasMoto();
const why = isHere ? "" : " (skipped: python3 has no moto.server)";

describe.skipIf(!isHere)(`machines of one name in two regions and two accounts${why}`, () => {
  let collected: string;
  let analysis: Analysis;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), "apex-twins-"));
    moto = await startMoto();
    for (const [place] of DATABASES) await seedDatabase(place);
    for (const [place] of GROUPS) await seedGroup(place);
    await moto.put([
      ...DATABASES.flatMap(([place, load]) => series(place, "AWS/RDS", "DBInstanceIdentifier", load)),
      ...GROUPS.flatMap(([place, CPUUtilization]) => [
        ...series(place, "AWS/EC2", "AutoScalingGroupName", { CPUUtilization }),
        ...series(place, "AWS/AutoScaling", "AutoScalingGroupName", { GroupInServiceInstances: 8 }),
      ]),
    ]);
    await writeFile(path.join(work, "apex.yaml"), POLICY);
    const roles = [PRODUCTION, STAGING].map((account) => `--assume-role arn:aws:iam::${account}:role/apex`);
    collected = await apex(
      `collect aws --endpoint-url ${moto.url} --into all --days 2 --quiet --format json ${roles.join(" ")} --regions ${EU.region},${US.region}`,
    );
    analysis = JSON.parse(
      await apex("analyze --from all --policy apex.yaml --format json --quiet"),
    ) as Analysis;
  });

  afterAll(async () => {
    await moto[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  test("each is judged by its own load", () => {
    expect(JSON.parse(collected)).toMatchObject({ collected: { databases: 3, autoScalingGroups: 2 } });
    expect({
      databases: DATABASES.map(([place]) => decided(analysis, "aws_db_instance", place)),
      groups: GROUPS.map(([place]) => decided(analysis, "aws_autoscaling_group", place)),
    }).toEqual({
      databases: [["resize db.r5.4xlarge to db.r5.xlarge"], [], ["resize db.r5.4xlarge to db.r5.2xlarge"]],
      groups: [["set-capacity 8 to 12 instances to 4 to 12 instances"], []],
    });
  });

  test("no two decisions have one id, and nothing is said to be anybody's", () => {
    const ids = analysis.recommendations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const codes = analysis.diagnostics.map(({ code }) => code);
    for (const code of ["resource-id-shared", "profile-without-resource", "profile-duplicate"])
      expect(codes).not.toContain(code);
  });

  test("a person sees which one is meant", async () => {
    const shown = await apex("analyze --from all --policy apex.yaml --quiet");
    expect(shown).toContain(`${NAME} (rds, eu-west-1, ${PRODUCTION})`);
    expect(shown).toContain(`${NAME} (rds, eu-west-1, ${STAGING})`);
  });
});
