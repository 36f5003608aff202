import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateClusterCommand, CreateNodegroupCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { collectLive, testClient } from "../../testing/aws.ts";
import { describeWithMoto } from "../../testing/moto.ts";
import { overridingProxy } from "../../testing/overriding-proxy.ts";
import { eksClusters } from "./eks-clusters.ts";
import { lambdaFunctions } from "./lambda-functions.ts";
import { s3Buckets } from "./s3-buckets.ts";

/** An archive of nothing: the 22 bytes that end every zip file. */
const EMPTY_ZIP = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array<number>(18).fill(0)]);

/** moto wants the role of a function to exist; no client of IAM is needed for one request. */
async function makeRole(url: string): Promise<string> {
  const scope = "Credential=AKIATEST/20260101/us-east-1/iam/aws4_request";
  const form = {
    Action: "CreateRole",
    Version: "2010-05-08",
    RoleName: "fn",
    AssumeRolePolicyDocument: "{}",
  };
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams(form),
  });
  return /<Arn>([^<]+)</.exec(await answer.text())?.[1] ?? "";
}

const PROVISIONED = JSON.stringify({
  ProvisionedConcurrencyConfigs: [
    {
      FunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:resize:live",
      RequestedProvisionedConcurrentExecutions: 7,
      AvailableProvisionedConcurrentExecutions: 7,
      AllocatedProvisionedConcurrentExecutions: 7,
      Status: "READY",
      LastModified: "2026-10-31T12:00:00+0000",
    },
  ],
});

describeWithMoto("EKS, Lambda and S3", (moto) => {
  it("a node group tells its sizes and machines under its cluster's name", async () => {
    const eks = new EKSClient(testClient(moto.url));
    const role = "arn:aws:iam::123456789012:role/eks";
    await eks.send(
      new CreateClusterCommand({
        name: "shop",
        roleArn: role,
        version: "1.29",
        resourcesVpcConfig: { subnetIds: ["subnet-1"] },
        tags: { team: "shop" },
      }),
    );
    await eks.send(
      new CreateNodegroupCommand({
        clusterName: "shop",
        nodegroupName: "workers",
        nodeRole: role,
        subnets: ["subnet-1"],
        instanceTypes: ["m5.xlarge"],
        scalingConfig: { minSize: 1, maxSize: 6, desiredSize: 3 },
      }),
    );
    const { resources, diagnostics, sent } = await collectLive(eksClusters, moto.url);
    expect(resources).toMatchObject([
      {
        type: "aws_eks_cluster",
        name: "shop",
        tags: { team: "shop" },
        attributes: { version: "1.29" },
        observed: { state: "active", usedBy: ["shop:workers"] },
      },
      {
        type: "aws_eks_node_group",
        id: expect.stringMatching(/^arn:aws:eks:eu-west-1:\d+:nodegroup\/shop\/workers\//),
        name: "shop:workers",
        attributes: {
          cluster_name: "shop",
          instance_types: ["m5.xlarge"],
          scaling_config: [{ desired_size: 3, min_size: 1, max_size: 6 }],
        },
      },
    ]);
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(eksClusters.calls.map(({ operation }) => `eks ${operation}`).toSorted());
  });

  it("a function tells its memory and architecture, never its environment", async () => {
    const lambda = new LambdaClient(testClient(moto.url));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "resize",
        Role: await makeRole(moto.url),
        Runtime: "python3.12",
        Handler: "main.handle",
        Code: { ZipFile: EMPTY_ZIP },
        MemorySize: 1024,
        Timeout: 30,
        Architectures: ["arm64"],
        Environment: { Variables: { TOKEN: "hidden-secret" } },
        Tags: { team: "media" },
      }),
    );
    const { resources, sent } = await collectLive(lambdaFunctions, moto.url);
    expect(resources).toMatchObject([
      {
        type: "aws_lambda_function",
        id: expect.stringMatching(/^arn:aws:lambda:eu-west-1:\d+:function:resize$/),
        name: "resize",
        tags: { team: "media" },
        attributes: { memory_size: 1024, timeout: 30, architectures: ["arm64"], runtime: "python3.12" },
      },
    ]);
    expect(JSON.stringify(resources)).not.toContain("hidden-secret");
    expect(sent).toEqual(lambdaFunctions.calls.map(({ operation }) => `lambda ${operation}`).toSorted());
  });

  it("concurrency that is paid for in advance stands beside its function", async () => {
    // moto has no provisioned concurrency; the shape is that of Lambda's API reference.
    const url = await overridingProxy(moto.url, (text) =>
      text.includes("/provisioned-concurrency")
        ? { status: 200, type: "application/json", body: PROVISIONED }
        : undefined,
    );
    const { resources } = await collectLive(lambdaFunctions, url);
    expect(resources).toMatchObject([
      { type: "aws_lambda_function", observed: { details: { provisioned_concurrent_executions: 7 } } },
      {
        type: "aws_lambda_provisioned_concurrency_config",
        id: "resize,live",
        attributes: { function_name: "resize", qualifier: "live", provisioned_concurrent_executions: 7 },
      },
    ]);
  });

  it("a bucket tells its lifecycle, versions and newest size, wherever it lies", async () => {
    const region = "eu-central-1";
    const s3 = new S3Client({
      ...testClient(moto.url, region),
      forcePathStyle: true,
    });
    for (const Bucket of ["logs-of-the-shop", "plain-bucket"])
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
      );
    const Bucket = "logs-of-the-shop";
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(
      new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "team", Value: "shop" }] } }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            {
              ID: "old",
              Status: "Enabled",
              Filter: { Prefix: "logs/" },
              Expiration: { Days: 365 },
              Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" }],
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
      }),
    );
    // moto counts objects by itself, and sizes in the standard class alone.
    for (const Key of ["a", "b"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    await new CloudWatchClient(testClient(moto.url, region)).send(
      new PutMetricDataCommand({
        Namespace: "AWS/S3",
        MetricData: [4e9, 5e9].map((Value, index) => ({
          MetricName: "BucketSizeBytes",
          Dimensions: [
            { Name: "BucketName", Value: Bucket },
            { Name: "StorageType", Value: "StandardIAStorage" },
          ],
          Timestamp: new Date(day - (2 - index) * 86_400_000),
          Value,
        })),
      }),
    );
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "half" }));
    await s3.send(
      new UploadPartCommand({ Bucket, Key: "half", UploadId, PartNumber: 1, Body: "x".repeat(1_000) }),
    );
    const { resources, diagnostics, sent } = await collectLive(s3Buckets, moto.url, { region: "us-east-1" });
    const rule = {
      id: "old",
      status: "Enabled",
      filter: [{ prefix: "logs/" }],
      expiration: [{ days: 365 }],
      transition: [{ days: 30, storage_class: "STANDARD_IA" }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    };
    expect(resources.filter(({ id }) => id === Bucket)).toMatchObject([
      {
        type: "aws_s3_bucket",
        region,
        tags: { team: "shop" },
        aliases: [`arn:aws:s3:::${Bucket}`],
        attributes: { versioning: [{ enabled: true }] },
        observed: {
          details: {
            versioning_status: "Enabled",
            lifecycle_rules: [rule],
            bytes_by_storage_class: { StandardIAStorage: 5e9 },
            number_of_objects: 2,
            incomplete_multipart_upload_bytes: 1_000,
            incomplete_multipart_uploads: 1,
          },
        },
      },
      { type: "aws_s3_bucket_lifecycle_configuration", attributes: { bucket: Bucket, rule: [rule] } },
    ]);
    expect(resources.filter(({ id }) => id === "plain-bucket")).toMatchObject([
      { attributes: { versioning: [{ enabled: false }] }, observed: { details: { lifecycle_rules: [] } } },
    ]);
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(
      s3Buckets.calls.map(({ service, operation }) => `${service} ${operation}`).toSorted(),
    );
    // moto dates every upload to 10 November 2010.
    const nowMs = Date.UTC(2010, 10, 12);
    const then = await collectLive(s3Buckets, moto.url, { region: "us-east-1", nowMs });
    expect(then.resources.find(({ id }) => id === Bucket)?.observed?.details).toMatchObject({
      incomplete_multipart_upload_bytes: 0,
      incomplete_multipart_uploads: 0,
    });
  });
});
