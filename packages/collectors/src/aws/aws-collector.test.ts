import { EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { CollectionPart, Resource } from "@apex/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TEST_ACCOUNT, testClient } from "../testing/aws.ts";
import { describeWithMoto } from "../testing/moto.ts";
import { awsCollector, type AwsCollectorOptions } from "./aws-collector.ts";

const OTHER_ACCOUNT = "111122223333";
const role = (account: string): string => `arn:aws:iam::${account}:role/apex`;

describeWithMoto("accounts and regions", (moto) => {
  beforeEach(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  });
  afterEach(() => vi.unstubAllEnvs());

  const running = new AbortController().signal;
  const collector = (options: Partial<AwsCollectorOptions> = {}) =>
    awsCollector({
      homeRegion: "us-east-1",
      endpointUrl: moto.url,
      nowMs: Date.now(),
      services: ["ec2-instances", "ebs-volumes"],
      ...options,
    });
  const keys = (parts: readonly CollectionPart[]): readonly string[] => parts.map(({ key }) => key);
  const failure = async (part: CollectionPart | undefined): Promise<unknown> => {
    try {
      for await (const _ of part?.collect(running) ?? []);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it("are all that are enabled, service by service so that neighbours ask different regions", async () => {
    const all = keys(await collector().parts(running));
    expect(all.length).toBeGreaterThan(20);
    expect(all.slice(0, 2).every((key) => key.endsWith("/ec2-instances"))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
    const some = await collector({ regions: ["eu-west-1", "us-east-1"] }).parts(running);
    expect(keys(some)).toEqual([
      `aws/${TEST_ACCOUNT}/eu-west-1/ec2-instances`,
      `aws/${TEST_ACCOUNT}/us-east-1/ec2-instances`,
      `aws/${TEST_ACCOUNT}/eu-west-1/ebs-volumes`,
      `aws/${TEST_ACCOUNT}/us-east-1/ebs-volumes`,
    ]);
  });

  it("that do not exist become a part that says so", async () => {
    const parts = await collector({ regions: ["eu-west-1", "eu-wset-1"] }).parts(running);
    const part = parts.find(({ key }) => key === `aws/${TEST_ACCOUNT}/eu-wset-1/region`);
    expect(await failure(part)).toMatchObject({ kind: "not-found", message: /no region eu-wset-1/ });
  });

  it("are those of the roles, and each holds its own", async () => {
    const { Credentials } = await new STSClient(testClient(moto.url)).send(
      new AssumeRoleCommand({ RoleArn: role(OTHER_ACCOUNT), RoleSessionName: "seed" }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    await new EC2Client({ ...testClient(moto.url), credentials }).send(
      new RunInstancesCommand({
        ImageId: "ami-12c6146b",
        InstanceType: "m5.large",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    const parts = await collector({
      regions: ["eu-west-1"],
      services: ["ec2-instances"],
      roleArns: [role(TEST_ACCOUNT), role(OTHER_ACCOUNT)],
    }).parts(running);
    const found: string[] = [];
    for (const part of parts)
      for await (const item of part.collect(running))
        if (item.kind === "resource") found.push(`${item.resource.account} ${item.resource.type}`);
    expect(keys(parts)).toEqual(
      [TEST_ACCOUNT, OTHER_ACCOUNT].map((account) => `aws/${account}/eu-west-1/ec2-instances`),
    );
    expect(found).toEqual([`${OTHER_ACCOUNT} aws_instance`]);
  });

  it("that let nobody in this time, but whose resources an earlier start found, say that their metrics are missing", async () => {
    const aws = collector({ regions: ["eu-west-1"] });
    await aws.parts(running);
    const left: Resource = {
      id: "i-1",
      provider: "aws",
      type: "aws_instance",
      account: OTHER_ACCOUNT,
      region: "eu-west-1",
      aliases: [],
      tags: {},
      attributes: {},
    };
    const window = { startMs: Date.now() - 3_600_000, endMs: Date.now() };
    const parts = await aws.metricParts([left], window, running);
    expect(keys(parts)).toEqual([`aws/${OTHER_ACCOUNT}/metrics`]);
    expect(await failure(parts[0])).toMatchObject({ kind: "denied", message: /--assume-role/ });
  });

  it("cannot be asked without credentials", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("HOME", "/nonexistent");
    await expect(collector().parts(running)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringMatching(/no AWS credentials/),
    });
  });

  it("end with the signal", async () => {
    const stop = new AbortController();
    const [part] = await collector({ regions: ["eu-west-1"] }).parts(stop.signal);
    stop.abort(new Error("stopped by SIGINT"));
    await expect(async () => {
      for await (const _ of part?.collect(stop.signal) ?? []);
    }).rejects.toThrow("stopped by SIGINT");
  });
});

it("a service that does not exist names those that do", () => {
  expect(() => awsCollector({ homeRegion: "us-east-1", nowMs: 0, services: ["ec2"] })).toThrow(
    /there is no service ec2; .*ec2-instances/,
  );
});
