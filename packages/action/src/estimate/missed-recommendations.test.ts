import { type CostDifference, decimal, type Recommendation, type TerraformPlan } from "@apex/core";
import { anOutcome, aReport } from "@apex/report/testing";
import { expect, test } from "vitest";
import { missedRecommendations } from "./missed-recommendations.ts";

const ADDRESS = "aws_instance.web";

function recommended(savings: string, changes: Partial<Recommendation> = {}) {
  return anOutcome({
    address: ADDRESS,
    from: "m5.4xlarge",
    to: "m5.xlarge",
    changes: [
      {
        kind: "set-attribute",
        address: ADDRESS,
        path: ["instance_type"],
        from: "m5.4xlarge",
        to: "m5.xlarge",
      },
    ],
    monthlySavings: { list: decimal(savings), net: null, currency: "USD", realised: "on-merge" },
    ...changes,
  });
}

/** A change that leaves the machine with a type. */
function project(instanceType: string, kind: "changed" | "same" = "changed", directory = "infra/prod") {
  const difference: CostDifference = {
    resources: [
      {
        address: ADDRESS,
        type: "aws_instance",
        kind,
        before: null,
        after: null,
        delta: null,
        mayBeMore: false,
        mayBeLess: false,
        lineItems: [],
        attributes: [],
      },
    ],
    before: decimal(0),
    after: decimal(0),
    delta: decimal(0),
    mayBeMore: false,
    mayBeLess: false,
    currency: "USD",
    priceDates: {},
  };
  const head: TerraformPlan = {
    terraformVersion: "1.11.4",
    resources: [
      {
        address: ADDRESS,
        mode: "managed",
        type: "aws_instance",
        name: "web",
        providerName: "registry.terraform.io/hashicorp/aws",
        actions: ["create"],
        before: null,
        after: { instance_type: instanceType },
        afterUnknown: {},
        changedAttributes: [],
      },
    ],
  };
  return { directory, isOnly: false, difference, head };
}

const REPORT = aReport({
  terraformDirectory: "./infra/prod/",
  outcomes: [recommended("10"), recommended("30", { id: "other", to: "m5.large" })],
});

test("a changed resource that is not what was recommended is listed, what saves most first", () => {
  expect(missedRecommendations(REPORT, project("m5.8xlarge"))).toMatchObject([
    { address: ADDRESS, directory: "infra/prod", change: "m5.4xlarge → m5.large", monthlySavings: "30" },
    { change: "m5.4xlarge → m5.xlarge", monthlySavings: "10" },
  ]);
});

test.each([
  ["what the change follows", project("m5.xlarge")],
  ["what the change leaves alone", project("m5.8xlarge", "same")],
  ["what another root module has at the same address", project("m5.8xlarge", "changed", "infra/staging")],
])("%s is not", (_, given) => {
  expect(missedRecommendations(REPORT, given)).toEqual([]);
});
