import type { JsonObject } from "@apex/core";
import { describe, expect, it } from "vitest";
import { collectLive } from "../../testing/aws.ts";
import { type AwsAnswer, awsJsonServer } from "../../testing/aws-json-server.ts";
import { computeOptimizer } from "./compute-optimizer.ts";

const REFRESHED = Date.UTC(2026, 9, 31, 6);

function savings(value: number): JsonObject {
  return { savingsOpportunityPercentage: 50, estimatedMonthlySavings: { currency: "USD", value } };
}

/** An account in the shapes of the API reference, instances on two pages. */
function account(operation: string, body: JsonObject): AwsAnswer {
  const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`;
  const lastRefreshTimestamp = REFRESHED / 1000;
  const answers: Readonly<Record<string, JsonObject>> = {
    GetEC2InstanceRecommendations:
      body["nextToken"] === undefined
        ? {
            nextToken: "more",
            instanceRecommendations: [
              {
                instanceArn: arn("ec2", "instance/i-0web"),
                currentInstanceType: "m5.2xlarge",
                finding: "OVER_PROVISIONED",
                findingReasonCodes: ["CPUOverprovisioned"],
                lastRefreshTimestamp,
                recommendationOptions: [
                  {
                    instanceType: "r5.large",
                    rank: 2,
                    performanceRisk: 3,
                    savingsOpportunity: savings(150.5),
                  },
                  {
                    instanceType: "m5.large",
                    rank: 1,
                    performanceRisk: 1,
                    savingsOpportunity: savings(210.24),
                    savingsOpportunityAfterDiscounts: savings(140.16),
                  },
                ],
              },
            ],
          }
        : {
            instanceRecommendations: [
              {
                instanceArn: arn("ec2", "instance/i-0ok"),
                finding: "OPTIMIZED",
                idle: "True",
                lastRefreshTimestamp,
              },
            ],
          },
    GetAutoScalingGroupRecommendations: {
      autoScalingGroupRecommendations: [
        {
          autoScalingGroupName: "web",
          autoScalingGroupArn: arn("autoscaling", "autoScalingGroup:0-1:autoScalingGroupName/web"),
          finding: "NOT_OPTIMIZED",
          lastRefreshTimestamp,
          recommendationOptions: [{ rank: 1, configuration: { instanceType: "m6i.large" } }],
        },
      ],
    },
    GetEBSVolumeRecommendations: {
      volumeRecommendations: [
        {
          volumeArn: arn("ec2", "volume/vol-0a"),
          finding: "NotOptimized",
          lastRefreshTimestamp,
          volumeRecommendationOptions: [
            {
              rank: 1,
              performanceRisk: 1,
              configuration: {
                volumeType: "gp3",
                volumeSize: 100,
                volumeBaselineIOPS: 3000,
                volumeBaselineThroughput: 125,
              },
              savingsOpportunity: savings(2),
            },
          ],
        },
      ],
    },
    GetRDSDatabaseRecommendations: {
      rdsDBRecommendations: [
        {
          resourceArn: arn("rds", "db:orders"),
          instanceFinding: "Overprovisioned",
          lastRefreshTimestamp,
          instanceRecommendationOptions: [{ rank: 1, dbInstanceClass: "db.r6g.large" }],
        },
      ],
    },
    GetLambdaFunctionRecommendations: {
      lambdaFunctionRecommendations: [
        {
          functionArn: arn("lambda", "function:resize:$LATEST"),
          finding: "NotOptimized",
          findingReasonCodes: ["MemoryOverprovisioned"],
          lastRefreshTimestamp,
          memorySizeRecommendationOptions: [{ rank: 1, memorySize: 512 }],
        },
      ],
    },
    GetIdleRecommendations: {
      idleRecommendations: [
        {
          resourceArn: arn("ec2", "natgateway/nat-0a"),
          resourceId: "nat-0a",
          finding: "Idle",
          savingsOpportunity: savings(32.85),
        },
      ],
    },
  };
  return { body: answers[operation] ?? {} };
}

describe("Compute Optimizer", () => {
  it("gives its first choice of every kind, with its risk and what it would save after discounts", async () => {
    const { url } = await awsJsonServer(account);
    const { opinions, diagnostics, sent } = await collectLive(computeOptimizer, url);
    expect(opinions[0]).toEqual({
      resourceId: "i-0web",
      source: "aws-compute-optimizer",
      finding: "OVER_PROVISIONED",
      reasonCodes: ["CPUOverprovisioned"],
      target: "m5.large",
      performanceRisk: 1,
      monthlySavings: "140.16",
      currency: "USD",
      at: "2026-10-31T06:00:00Z",
    });
    expect(opinions.map(({ resourceId, finding, target }) => [resourceId, finding, target])).toEqual([
      ["i-0web", "OVER_PROVISIONED", "m5.large"],
      ["i-0ok", "OPTIMIZED", undefined],
      [
        "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:0-1:autoScalingGroupName/web",
        "NOT_OPTIMIZED",
        "m6i.large",
      ],
      ["vol-0a", "NotOptimized", "gp3 100 GiB 3000 IOPS 125 MiB/s"],
      ["arn:aws:rds:eu-west-1:123456789012:db:orders", "Overprovisioned", "db.r6g.large"],
      ["arn:aws:lambda:eu-west-1:123456789012:function:resize", "NotOptimized", "512 MB"],
      ["nat-0a", "Idle", undefined],
    ]);
    expect(opinions[1]?.reasonCodes).toEqual(["Idle"]);
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(
      computeOptimizer.calls.map(({ operation }) => `compute-optimizer ${operation}`).toSorted(),
    );
  });

  it("an account that has not opted in is told once, at no loss", async () => {
    const { url, requests } = await awsJsonServer(() => ({
      error: "com.amazonaws.computeoptimizer#OptInRequiredException",
      message: "Your account isn't registered for Compute Optimizer",
      status: 400,
    }));
    const { opinions, diagnostics } = await collectLive(computeOptimizer, url);
    expect(opinions).toEqual([]);
    expect(diagnostics).toMatchObject([{ severity: "info", code: "compute-optimizer-off" }]);
    expect(requests).toHaveLength(1);
  });

  it("a kind that is not permitted costs itself, in one line that names the permission", async () => {
    const { url } = await awsJsonServer((operation, body) =>
      operation === "GetEBSVolumeRecommendations"
        ? { error: "AccessDeniedException", message: "no", status: 400 }
        : account(operation, body),
    );
    const { opinions, diagnostics } = await collectLive(computeOptimizer, url);
    expect(opinions).toHaveLength(6);
    expect(diagnostics).toMatchObject([
      {
        code: "collect-not-permitted",
        summary: expect.stringContaining("compute-optimizer:GetEBSVolumeRecommendations"),
      },
    ]);
  });
});
