import { type Decimal, decimal, divide, HOURS_PER_MONTH, multiply } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { tieredUsage, unitLine, usageLine } from "../pricing/unit-lines.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { usedLine } from "./used-line.ts";

/** What Lambda makes of a function that says nothing. Source: Lambda API reference, CreateFunction. */
const DEFAULT_MEMORY_MB = 128;
/** Included in the price of every function, as is the default. Source: Lambda pricing page. */
const INCLUDED_STORAGE_MB = 512;

const X86_TIERS = [
  { name: "Duration (first 6 billion)", price: "lambda-gb-second", holds: decimal("6000000000") },
  { name: "Duration (next 9 billion)", price: "lambda-second-tier-gb-second", holds: decimal("9000000000") },
  { name: "Duration (over 15 billion)", price: "lambda-third-tier-gb-second" },
] as const;
const ARM_TIERS = [
  {
    name: "Duration (arm64, first 7.5 billion)",
    price: "lambda-arm-gb-second",
    holds: decimal("7500000000"),
  },
  {
    name: "Duration (arm64, next 11.25 billion)",
    price: "lambda-arm-second-tier-gb-second",
    holds: decimal("11250000000"),
  },
  { name: "Duration (arm64, over 18.75 billion)", price: "lambda-arm-third-tier-gb-second" },
] as const;

/** Seconds of a month in which requests are answered, as far as the usage file tells. */
function busySeconds(resource: ResourceView): Decimal | undefined {
  const requests = usageAt(resource, ["monthly_requests"]);
  const each = usageAt(resource, ["request_duration_ms"], 1000);
  return requests && each && multiply(requests, each);
}

function gibibytes(megabytes: number): Decimal {
  return divide(decimal(megabytes), decimal(1024));
}

function isArm(resource: ResourceView): boolean {
  const { values } = resource;
  return [0, 1].some((index) => textAt(values, ["architectures", index]) === "arm64");
}

function requests(resource: ResourceView, where: PricePlace): PricedParts {
  return usedLine(
    resource,
    {
      name: "Requests",
      unit: "1M requests",
      price: "lambda-million-requests",
      key: "monthly_requests",
      per: 1_000_000,
    },
    where,
  );
}

/** `aws_lambda_function`: its requests, the memory that they hold for as long as they take, and storage above 512 MB. */
export function priceAwsLambdaFunction(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const seconds = busySeconds(resource);
  const memory = gibibytes(numberAt(resource.values, ["memory_size"]) ?? DEFAULT_MEMORY_MB);
  const [storage] = blocksAt(resource.values, ["ephemeral_storage"]);
  const extra = (numberAt(storage ?? {}, ["size"]) ?? INCLUDED_STORAGE_MB) - INCLUDED_STORAGE_MB;
  return combineParts(
    requests(resource, where),
    tieredUsage(
      isArm(resource) ? ARM_TIERS : X86_TIERS,
      { unit: "GB-seconds", quantity: seconds && multiply(seconds, memory) },
      where,
    ),
    extra <= 0
      ? FREE
      : usageLine(
          {
            name: "Ephemeral storage above 512 MB",
            unit: "GB-seconds",
            price: "lambda-ephemeral-storage-gb-second",
            quantity: seconds && multiply(seconds, gibibytes(extra)),
          },
          where,
        ),
  );
}

/** What a function is like, by itself or by the usage file where it is not in the plan. */
function functionOf(
  resource: ResourceView,
  view: PlanView,
): { readonly memoryMb: number; readonly arm: boolean } | undefined {
  const path = ["function_name"];
  const followed = follow(view, resource, {
    types: ["aws_lambda_function"],
    references: ["function_name", "arn", "id"].map((targetAttribute) => ({ path, targetAttribute })),
  });
  if (followed.kind === "found") {
    const { values } = followed.resource;
    return {
      memoryMb: numberAt(values, ["memory_size"]) ?? DEFAULT_MEMORY_MB,
      arm: isArm(followed.resource),
    };
  }
  const memoryMb = numberAt(resource.usage, ["memory_mb"]);
  if (memoryMb === undefined) return undefined;
  return { memoryMb, arm: textAt(resource.usage, ["architecture"]) === "arm64" };
}

/**
 * `aws_lambda_provisioned_concurrency_config`: memory that is kept ready all month, or as many hours as the usage file says, and
 * what is answered with it.
 */
export function priceAwsLambdaConcurrency(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const called = functionOf(resource, view);
  const count = numberAt(resource.values, ["provisioned_concurrent_executions"]);
  if (called === undefined)
    return essentialPartMissing("the function of the concurrency is not in this plan");
  if (count === undefined) return essentialPartMissing("the provisioned concurrency is not known");
  const memory = gibibytes(called.memoryMb);
  const hours = usageAt(resource, ["monthly_duration_hrs"]) ?? decimal(HOURS_PER_MONTH);
  const seconds = busySeconds(resource);
  const kept = multiply(multiply(hours, decimal(3600)), decimal(count));
  return combineParts(
    unitLine(
      {
        name: `Provisioned concurrency${called.arm ? " (arm64)" : ""}`,
        unit: "GB-seconds",
        price: called.arm ? "lambda-provisioned-arm-gb-second" : "lambda-provisioned-gb-second",
        quantity: multiply(kept, memory),
      },
      where,
    ),
    requests(resource, where),
    usageLine(
      {
        name: `Duration with provisioned concurrency${called.arm ? " (arm64)" : ""}`,
        unit: "GB-seconds",
        price: called.arm
          ? "lambda-provisioned-duration-arm-gb-second"
          : "lambda-provisioned-duration-gb-second",
        quantity: seconds && multiply(seconds, memory),
      },
      where,
    ),
  );
}

/** `aws_lambda_event_source_mapping`: free, but for pollers that are kept ready. */
export function priceAwsEventSource(resource: ResourceView): PricedParts {
  return blocksAt(resource.values, ["provisioned_poller_config"]).length === 0
    ? FREE
    : essentialPartMissing("the price of event pollers that are kept ready is not in the table");
}
