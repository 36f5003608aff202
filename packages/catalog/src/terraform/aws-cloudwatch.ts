import { decimal } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { unitLine, usageLine } from "../pricing/unit-lines.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usedLine, usedLines } from "./used-line.ts";

/** Alarms on a band of expected values watch its two edges beside the metric. Source: CloudWatch pricing page. */
const METRICS_OF_A_BAND = 3;
const BAND_COMPARISONS = new Set([
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
]);

/** `aws_cloudwatch_metric_alarm`: paid for each metric that it looks at, more when it looks more than once a minute. */
export function priceAwsMetricAlarm(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const queries = blocksAt(values, ["metric_query"]);
  const metrics = queries.flatMap((query) => blocksAt(query, ["metric"]));
  if (queries.length > 0 && metrics.length === 0) {
    return essentialPartMissing("how many metrics the expression of the alarm looks at is not known");
  }
  const isBand = BAND_COMPARISONS.has(textAt(values, ["comparison_operator"]) ?? "");
  const periods = [numberAt(values, ["period"]), ...metrics.map((metric) => numberAt(metric, ["period"]))];
  const isHigh = periods.some((period) => period !== undefined && period > 0 && period < 60);
  return unitLine(
    {
      name: `${isHigh ? "High" : "Standard"} resolution alarm${isBand ? " (anomaly detection)" : ""}`,
      unit: "alarm metrics",
      price: isHigh ? "cloudwatch-high-resolution-alarm-metric-month" : "cloudwatch-alarm-metric-month",
      quantity: decimal(Math.max(metrics.length, 1) * (isBand ? METRICS_OF_A_BAND : 1)),
    },
    where,
  );
}

/** `aws_cloudwatch_composite_alarm`. */
export function priceAwsCompositeAlarm(resource: ResourceView, view: PlanView): PricedParts {
  return unitLine(
    {
      name: "Composite alarm",
      unit: "months",
      price: "cloudwatch-composite-alarm-month",
      quantity: decimal(1),
    },
    pricePlace(view, resource),
  );
}

/** `aws_cloudwatch_dashboard`. */
export function priceAwsDashboard(resource: ResourceView, view: PlanView): PricedParts {
  return unitLine(
    { name: "Dashboard", unit: "months", price: "cloudwatch-dashboard-month", quantity: decimal(1) },
    pricePlace(view, resource),
  );
}

/** `aws_cloudwatch_log_group`, which costs what is written to it, kept in it and looked for in it. */
export function priceAwsLogGroup(resource: ResourceView, view: PlanView): PricedParts {
  const logClass = textAt(resource.values, ["log_group_class"]) ?? "STANDARD";
  const stored = usedLines(
    resource,
    [
      { name: "Logs stored", unit: "GB-months", price: "cloudwatch-logs-stored-gb-month", key: "storage_gb" },
      {
        name: "Logs looked through by Insights",
        unit: "GB",
        price: "cloudwatch-logs-scanned-gb",
        key: "monthly_data_scanned_gb",
      },
    ],
    pricePlace(view, resource),
  );
  if (logClass !== "STANDARD") {
    return combineParts(
      partMissing(`logs of the class ${logClass} have prices that are not in the table`),
      stored,
    );
  }
  const written = usedLines(
    resource,
    [
      {
        name: "Logs written",
        unit: "GB",
        price: "cloudwatch-logs-ingested-gb",
        key: "monthly_data_ingested_gb",
      },
    ],
    pricePlace(view, resource),
  );
  return combineParts(written, stored);
}

const MILLION = 1_000_000;

/** `aws_cloudwatch_event_bus`, which costs what is sent through it. */
export function priceAwsEventBus(resource: ResourceView, view: PlanView): PricedParts {
  return usedLines(
    resource,
    [
      {
        name: "Custom events",
        unit: "1M events",
        price: "eventbridge-million-events",
        key: "monthly_custom_events",
        per: MILLION,
      },
      {
        name: "Events of partners and other accounts",
        unit: "1M events",
        price: "eventbridge-million-events",
        key: "monthly_third_party_events",
        per: MILLION,
      },
      {
        name: "Events archived",
        unit: "GB",
        price: "eventbridge-archived-gb",
        key: "monthly_archive_processing_gb",
      },
      {
        name: "Archive",
        unit: "GB-months",
        price: "eventbridge-archive-gb-month",
        key: "archive_storage_gb",
      },
      {
        name: "Events looked at for schemas",
        unit: "1M events",
        price: "eventbridge-million-discovered-events",
        key: "monthly_schema_discovery_events",
        per: MILLION,
      },
    ],
    pricePlace(view, resource),
  );
}

/** `aws_kms_key` and its replicas: a month of the key, and requests (100 requests of an AWS service may be one of these). */
export function priceAwsKmsKey(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const spec = textAt(resource.values, ["customer_master_key_spec"]) ?? "SYMMETRIC_DEFAULT";
  const isCheap = spec === "SYMMETRIC_DEFAULT" || spec === "RSA_2048" || spec.startsWith("HMAC");
  return combineParts(
    unitLine({ name: "Key", unit: "months", price: "kms-key-month", quantity: decimal(1) }, where),
    usedLine(
      resource,
      {
        name: isCheap ? "Requests" : "Requests (asymmetric)",
        unit: "10k requests",
        price: isCheap ? "kms-ten-thousand-requests" : "kms-ten-thousand-asymmetric-requests",
        key: "monthly_requests",
        per: 10_000,
      },
      where,
    ),
  );
}

/** `aws_secretsmanager_secret`: a month of it in its region and in each that it is copied to, and what asks for it. */
export function priceAwsSecret(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const secret = { name: "Secret", unit: "months", price: "secret-month", quantity: decimal(1) } as const;
  const copies = blocksAt(resource.values, ["replica"]).map((replica) => {
    const region = textAt(replica, ["region"]);
    return region === undefined
      ? essentialPartMissing("the region of a copy of the secret is not known")
      : unitLine({ ...secret, name: `Copy in ${region}` }, { ...where, region });
  });
  return combineParts(
    unitLine(secret, where),
    ...copies,
    usedLine(
      resource,
      {
        name: "Requests",
        unit: "10k requests",
        price: "secrets-ten-thousand-requests",
        key: "monthly_requests",
        per: 10_000,
      },
      where,
    ),
  );
}

/** `aws_ssm_parameter`: free, but for advanced ones. */
export function priceAwsParameter(resource: ResourceView, view: PlanView): PricedParts {
  const tier = textAt(resource.values, ["tier"]) ?? "Standard";
  if (tier === "Standard") return FREE;
  if (tier !== "Advanced")
    return essentialPartMissing("the tier of the parameter is decided by what it holds");
  const where = pricePlace(view, resource);
  return combineParts(
    unitLine(
      {
        name: "Advanced parameter",
        unit: "months",
        price: "ssm-advanced-parameter-month",
        quantity: decimal(1),
      },
      where,
    ),
    usedLine(
      resource,
      {
        name: "Interactions",
        unit: "10k interactions",
        price: "ssm-ten-thousand-interactions",
        key: "monthly_api_interactions",
        per: 10_000,
      },
      where,
    ),
  );
}

/** `aws_cloudwatch_log_metric_filter`: free by itself, paid by the metrics that it makes of logs. */
export function priceAwsLogMetricFilter(resource: ResourceView, view: PlanView): PricedParts {
  return usageLine(
    {
      name: "Metrics of the filter",
      unit: "metric-months",
      price: "ec2-detailed-monitoring-metric-month",
      quantity: undefined,
    },
    pricePlace(view, resource),
  );
}
