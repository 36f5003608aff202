import { describe, expect, it } from "vitest";
import { readCloudError } from "./cloud-errors.ts";
import type { ProblemClass } from "./problem.ts";

const REQUEST = "RequestID: 2a7c933b-d884-4af4-bace-2d810d216b04";

function aws(code: string, message: string, status = 400): string {
  return `creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: ${status}, ${REQUEST}, api error ${code}: ${message}`;
}

function classOf(summary: string, detail?: string): ProblemClass | undefined {
  return readCloudError({ severity: "error", summary, detail })?.class;
}

describe("answers of AWS", () => {
  it.each<[string, ProblemClass]>([
    [aws("UnauthorizedOperation", "You are not authorized to perform this operation.", 403), "access-denied"],
    [aws("ExpiredToken", "The security token included in the request is expired", 403), "credentials"],
    [
      aws("VcpuLimitExceeded", "You have requested more vCPU capacity than your current limit of 5."),
      "quota",
    ],
    [aws("RequestLimitExceeded", "Request limit exceeded.", 503), "throttled"],
    [
      aws("InsufficientInstanceCapacity", "We currently do not have sufficient m5.large capacity", 500),
      "capacity",
    ],
    [aws("DependencyViolation", "resource sg-1 has a dependent object"), "dependency-violation"],
    [
      aws("InvalidGroup.Duplicate", "The security group 'a' already exists for VPC 'vpc-1'"),
      "already-exists",
    ],
    [
      `creating S3 Bucket (logs): operation error S3: CreateBucket, https response error StatusCode: 409, ${REQUEST}, HostID: a/b+c=, BucketAlreadyExists: `,
      "already-exists",
    ],
    [
      `reading IAM Role (x): operation error IAM: GetRole, exceeded maximum number of attempts, 25, https response error StatusCode: 400, ${REQUEST}, api error Throttling: Rate exceeded`,
      "throttled",
    ],
    [
      "Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: a-1, api error InvalidClientTokenId: The security token included in the request is invalid.",
      "credentials",
    ],
    [
      'reading VPC: operation error EC2: DescribeVpcs, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.eu-west-1.amazonaws.com/": dial tcp: lookup ec2.eu-west-1.amazonaws.com: no such host',
      "network",
    ],
    [
      "creating EC2 Instance: InsufficientInstanceCapacity: We do not have it.\n\tstatus code: 500, request id: 2a7c933b-d884",
      "capacity",
    ],
    ["No valid credential sources found", "credentials"],
  ])("understands %s", (summary, problemClass) => {
    expect(classOf(summary)).toBe(problemClass);
  });

  it("tells the machine type that is not there", () => {
    const unknown = readCloudError({
      severity: "error",
      summary: aws("InvalidParameterValue", "Invalid value 't3.huge' for InstanceType."),
    });
    expect(unknown).toMatchObject({ class: "machine-type", names: { value: "t3.huge", why: "unknown" } });
    const zone =
      "Your requested instance type (m7i.large) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by not specifying an Availability Zone or choosing us-east-1a.";
    expect(readCloudError({ severity: "error", summary: aws("Unsupported", zone) })).toMatchObject({
      class: "machine-type",
      names: { value: "m7i.large", zone: "us-east-1e", why: "zone" },
    });
  });

  it("tells the database class that is not there", () => {
    const summary = aws("InvalidParameterValue", "Invalid DB Instance class: db.t3.mediun");
    expect(readCloudError({ severity: "error", summary })).toMatchObject({
      class: "machine-type",
      names: { value: "db.t3.mediun" },
    });
  });

  it("reads the error in the detail, where providers on the framework write it", () => {
    const detail = `operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400, ${REQUEST}, api error RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.`;
    expect(classOf("creating VPC Security Group Rule", detail)).toBe("quota");
  });

  it.each([
    ["an unknown code", aws("InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist")],
    ["a code in another one's message", aws("InvalidParameterValue", "api error ExpiredToken: x")],
    [
      "an error in a name",
      `creating IAM Role (x: operation error STS: A, https response error StatusCode: 403, RequestID: a, api error ExpiredToken: b): nothing`,
    ],
    ["an error after other words", `Oh no! ${aws("ExpiredToken", "x")}`],
    [
      "a machine type in another message",
      aws("InvalidParameterValue", "Name: Invalid value 't3.huge' for InstanceType."),
    ],
    ["too long a text", aws("ExpiredToken", "x".repeat(9000))],
  ])("does not guess at %s", (_what, summary) => {
    expect(classOf(summary)).toBeUndefined();
  });
});

describe("answers of Google", () => {
  it.each<[string, ProblemClass]>([
    [
      "Error creating instance: googleapi: Error 409: The resource 'projects/p/zones/z/instances/x' already exists, alreadyExists",
      "already-exists",
    ],
    [
      "Error creating Network: googleapi: Error 403: Quota 'NETWORKS' exceeded.  Limit: 5.0 globally., quotaExceeded",
      "quota",
    ],
    [
      "Error creating instance: googleapi: Error 403: Required 'compute.instances.create' permission for 'projects/p', forbidden",
      "access-denied",
    ],
    ["Error reading Disk: googleapi: Error 403: Rate Limit Exceeded, rateLimitExceeded", "throttled"],
    [
      "Error creating instance: googleapi: Error 400: Invalid value for field 'resource.machineType': 'zones/z/machineTypes/n1-standrd-1'. The referenced resource does not exist., invalid",
      "machine-type",
    ],
    [
      "Error waiting for instance to create: The zone 'projects/p/zones/us-central1-a' does not have enough resources available to fulfill the request.  Try a different zone, or try again later.",
      "capacity",
    ],
    [
      "Error waiting for instance to create: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.",
      "quota",
    ],
  ])("understands %s", (summary, problemClass) => {
    expect(classOf(summary)).toBe(problemClass);
  });

  it.each([
    [
      "a reason that its status does not have",
      "Error creating X: googleapi: Error 400: hello, alreadyExists",
    ],
    [
      "an answer without a reason",
      "Error creating X: googleapi: Error 403: Quota 'CPUS' exceeded.  Limit: 1",
    ],
    ["an answer in a user's text", "Error: name 'a': googleapi: Error 409: x, alreadyExists"],
  ])("does not guess at %s", (_what, summary) => {
    expect(classOf(summary)).toBeUndefined();
  });
});
