import { type Decimal, decimal, divide, multiply } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { tieredUsage, unitLine, usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { isSetLater } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { usedLine } from "./used-line.ts";

/** Where AWS keeps the lists of CloudFront. Source: AWS WAF developer guide. */
const GLOBAL_WAF_REGION = "us-east-1";

/** Managed rule groups that cost more than a rule. Source: AWS WAF pricing page. */
const DEAR_RULE_GROUPS = /^AWSManagedRules(BotControl|ATP|ACFP|AntiDDoS)RuleSet$/;

/** The list, each rule or rule group in it, those in rule groups that the usage file tells of, and what it looks at. */
function webAcl(
  resource: ResourceView,
  rules: number,
  of: { readonly inside: readonly string[]; readonly where: PricePlace },
): PricedParts {
  const { inside, where } = of;
  const rule = { unit: "rules", price: "waf-rule-month" } as const;
  return combineParts(
    unitLine({ name: "Web ACL", unit: "months", price: "waf-acl-month", quantity: decimal(1) }, where),
    rules === 0 ? FREE : unitLine({ ...rule, name: "Rules", quantity: decimal(rules) }, where),
    ...inside.map((key) => {
      const quantity = usageAt(resource, [key]);
      return quantity === undefined
        ? FREE
        : usageLine({ ...rule, name: "Rules in rule groups", quantity }, where);
    }),
    usedLine(
      resource,
      {
        name: "Requests",
        unit: "1M requests",
        price: "waf-million-requests",
        key: "monthly_requests",
        per: 1_000_000,
      },
      where,
    ),
  );
}

/** `aws_waf_web_acl`, the classic list of CloudFront, which is kept, and paid, in the one region. */
export function priceAwsClassicWebAcl(resource: ResourceView, view: PlanView): PricedParts {
  const where = { region: GLOBAL_WAF_REGION, prices: view.prices };
  return webAcl(resource, blocksAt(resource.values, ["rules"]).length, {
    inside: ["rule_group_rules"],
    where,
  });
}

/** `aws_wafregional_web_acl`, the classic list of a region. */
export function priceAwsRegionalWebAcl(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  return webAcl(resource, blocksAt(resource.values, ["rule"]).length, {
    inside: ["rule_group_rules"],
    where,
  });
}

/** `aws_wafv2_web_acl`. */
export function priceAwsWebAcl(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const isOfCloudFront = textAt(values, ["scope"]) === "CLOUDFRONT";
  const where = isOfCloudFront
    ? { region: GLOBAL_WAF_REGION, prices: view.prices }
    : pricePlace(view, resource);
  if (textAt(values, ["rule_json"]) !== undefined) {
    return essentialPartMissing("the rules of the list are written as JSON, which is not read");
  }
  const rules = blocksAt(values, ["rule"]);
  const dear = rules.flatMap((rule) => {
    const name = textAt(rule, ["statement", 0, "managed_rule_group_statement", 0, "name"]) ?? "";
    return DEAR_RULE_GROUPS.test(name) ? [partMissing(`the price of ${name} is not in the table`)] : [];
  });
  const inside = ["rule_group_rules", "managed_rule_group_rules"];
  return combineParts(webAcl(resource, rules.length, { inside, where }), ...dear);
}

const EXPRESS_TIERS = [
  { name: "Duration (first 1,000)", price: "step-functions-gb-hour", holds: decimal(1000) },
  { name: "Duration (next 4,000)", price: "step-functions-second-tier-gb-hour", holds: decimal(4000) },
  { name: "Duration (over 5,000)", price: "step-functions-third-tier-gb-hour" },
] as const;

function roundedUp(value: number, step: number): number {
  return Math.max(1, Math.ceil(value / step)) * step;
}

/** GB-hours of express workflows, which are metered by 64 MB and 100 ms. Source: Step Functions pricing page. */
function expressGbHours(resource: ResourceView): Decimal | undefined {
  const count = usageAt(resource, ["monthly_requests"]);
  const memory = numberAt(resource.usage, ["memory_mb"]);
  const duration = numberAt(resource.usage, ["workflow_duration_ms"]);
  if (count === undefined || memory === undefined || duration === undefined) return undefined;
  const megabyteMilliseconds = decimal(roundedUp(memory, 64) * roundedUp(duration, 100));
  return divide(multiply(count, megabyteMilliseconds), decimal(1024 * 1000 * 3600));
}

/** `aws_sfn_state_machine`: transitions of standard workflows; requests and memory of express ones. */
export function priceAwsStateMachine(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  if ((textAt(resource.values, ["type"]) ?? "STANDARD") === "STANDARD") {
    return usedLine(
      resource,
      {
        name: "Transitions",
        unit: "1k transitions",
        price: "step-functions-thousand-transitions",
        key: "monthly_transitions",
        per: 1000,
      },
      where,
    );
  }
  return combineParts(
    usedLine(
      resource,
      {
        name: "Requests",
        unit: "1M requests",
        price: "step-functions-million-requests",
        key: "monthly_requests",
        per: 1_000_000,
      },
      where,
    ),
    tieredUsage(EXPRESS_TIERS, { unit: "GB-hours", quantity: expressGbHours(resource) }, where),
  );
}

/** Data processing units of a worker. Source: Glue developer guide, "Defining job properties". */
const WORKER_UNITS: Readonly<Record<string, number>> = {
  "G.025X": 0.25,
  Standard: 1,
  "G.1X": 1,
  "G.2X": 2,
  "G.4X": 4,
  "G.8X": 8,
};

/** What a job has that asks for nothing. Source: Glue API reference, CreateJob, "MaxCapacity". */
const DEFAULT_UNITS = { shell: 0.0625, spark: 10 } as const;

/** Units that a job holds while it runs; undefined where that is not known. */
function jobUnits(resource: ResourceView): number | undefined {
  const { values } = resource;
  const workers = numberAt(values, ["number_of_workers"]);
  const type = textAt(values, ["worker_type"]) ?? "Standard";
  if (workers !== undefined && Object.hasOwn(WORKER_UNITS, type)) return workers * (WORKER_UNITS[type] ?? 1);
  const asked = numberAt(values, ["max_capacity"]);
  if (asked !== undefined) return asked;
  const isOpen = [["number_of_workers"], ["worker_type"], ["max_capacity"]].some((path) =>
    isSetLater(resource, path),
  );
  if (isOpen) return undefined;
  return textAt(values, ["command", 0, "name"]) === "pythonshell" ? DEFAULT_UNITS.shell : DEFAULT_UNITS.spark;
}

/** `aws_glue_job`, which is paid while it runs. */
export function priceAwsGlueJob(resource: ResourceView, view: PlanView): PricedParts {
  if (textAt(resource.values, ["execution_class"]) === "FLEX") {
    return partMissing("the price of a Glue job of the class FLEX is not in the table");
  }
  const hours = usageAt(resource, ["monthly_hours"]);
  const units = jobUnits(resource);
  return usageLine(
    {
      name: "Duration",
      unit: "DPU-hours",
      price: "glue-dpu-hour",
      quantity: units === undefined ? undefined : hours && multiply(hours, decimal(units)),
    },
    pricePlace(view, resource),
  );
}

/** `aws_glue_crawler`, which is paid while it runs. */
export function priceAwsGlueCrawler(resource: ResourceView, view: PlanView): PricedParts {
  return usedLine(
    resource,
    { name: "Duration", unit: "DPU-hours", price: "glue-dpu-hour", key: "monthly_hours" },
    pricePlace(view, resource),
  );
}

const BUILD_MINUTES: Readonly<Record<string, UnitPriceName>> = {
  "LINUX_CONTAINER BUILD_GENERAL1_SMALL": "codebuild-linux-small-minute",
  "LINUX_CONTAINER BUILD_GENERAL1_MEDIUM": "codebuild-linux-medium-minute",
  "LINUX_CONTAINER BUILD_GENERAL1_LARGE": "codebuild-linux-large-minute",
  "WINDOWS_SERVER_2019_CONTAINER BUILD_GENERAL1_LARGE": "codebuild-windows-large-minute",
  "WINDOWS_CONTAINER BUILD_GENERAL1_LARGE": "codebuild-windows-large-minute",
};

/** `aws_codebuild_project`, which is paid by the minute that it builds. */
export function priceAwsCodeBuild(resource: ResourceView, view: PlanView): PricedParts {
  const kind = [
    textAt(resource.values, ["environment", 0, "type"]) ?? "",
    textAt(resource.values, ["environment", 0, "compute_type"]) ?? "",
  ].join(" ");
  const price = Object.hasOwn(BUILD_MINUTES, kind) ? BUILD_MINUTES[kind] : undefined;
  if (price === undefined) return partMissing(`the price of builds on ${kind.trim()} is not in the table`);
  return usageLine(
    { name: "Builds", unit: "minutes", price, quantity: usageAt(resource, ["monthly_build_mins"]) },
    pricePlace(view, resource),
  );
}

/** `aws_ecr_repository`. */
export function priceAwsRepository(resource: ResourceView, view: PlanView): PricedParts {
  return usedLine(
    resource,
    { name: "Images", unit: "GB-months", price: "ecr-gb-month", key: "storage_gb" },
    pricePlace(view, resource),
  );
}

/** `aws_glue_catalog_database`: what it holds and is asked beyond what is free of each. */
export function priceAwsGlueDatabase(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  return combineParts(
    usedLine(
      resource,
      {
        name: "Objects above the free million",
        unit: "100k objects",
        price: "glue-hundred-thousand-objects-month",
        key: "monthly_objects",
        per: 100_000,
      },
      where,
    ),
    usedLine(
      resource,
      {
        name: "Requests above the free million",
        unit: "1M requests",
        price: "glue-million-requests",
        key: "monthly_requests",
        per: 1_000_000,
      },
      where,
    ),
  );
}
