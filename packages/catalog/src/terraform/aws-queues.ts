import { type Decimal, decimal, divide, type JsonObject, type JsonPath, toNumber } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { type Lines, linesOf, MONTH_HOURS, numberOr, times, withNumber } from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

const MILLION = 1_000_000;
const HUNDRED_THOUSAND = 100_000;

/** Requests are billed by 64 KB each. Source: pricing pages of SQS and SNS. */
const REQUEST_KB = 64;

/** A stream keeps a day's records for nothing more, up to a week by the shard-hour, longer by the GB. Source: Kinesis pricing page. */
const INCLUDED_RETENTION_HOURS = 24;
const EXTENDED_RETENTION_HOURS = 168;

function provisionedStream(resource: ResourceView, lines: Lines, retentionHours: number): PricedParts {
  return combineParts(
    withNumber(numberAt(resource.values, ["shard_count"]), "the number of shards", (shards) => {
      const hours = times(decimal(shards), MONTH_HOURS);
      return combineParts(
        lines.fixed([`Shards (provisioned, ${shards})`, "shard-hours"], "kinesis-shard-hour", hours),
        retentionHours > INCLUDED_RETENTION_HOURS
          ? lines.fixed(["Extended retention", "shard-hours"], "kinesis-extended-retention-shard-hour", hours)
          : FREE,
      );
    }),
    lines.used(
      ["Put units", "1M units"],
      "kinesis-million-put-units",
      lines.told("monthly_provisioned_put_units", MILLION),
    ),
    ...(retentionHours > EXTENDED_RETENTION_HOURS
      ? [
          lines.used(
            ["Long-term retention", "GB-months"],
            "kinesis-long-term-gb-month",
            lines.told("monthly_provisioned_long_term_retention_gb"),
          ),
          lines.used(
            ["Long-term retrieval", "GB"],
            "kinesis-long-term-read-gb",
            lines.told("monthly_provisioned_long_term_retrieval_gb"),
          ),
        ]
      : []),
    lines.used(
      ["Enhanced fan-out, data", "GB"],
      "kinesis-fan-out-gb",
      lines.told("monthly_provisioned_efo_data_out_gb"),
    ),
    lines.used(
      ["Enhanced fan-out, consumers", "consumer-shard-hours"],
      "kinesis-fan-out-consumer-shard-hour",
      lines.told("monthly_provisioned_efo_consumer_hours"),
    ),
  );
}

function onDemandStream(lines: Lines, retentionHours: number): PricedParts {
  const told = (key: string) => lines.told(`monthly_on_demand_${key}`);
  return combineParts(
    lines.fixed(["Stream (on-demand)", "hours"], "kinesis-on-demand-stream-hour", MONTH_HOURS),
    lines.used(["Data written", "GB"], "kinesis-on-demand-ingress-gb", told("data_in_gb")),
    lines.used(["Data read", "GB"], "kinesis-on-demand-egress-gb", told("data_out_gb")),
    lines.used(["Enhanced fan-out, data", "GB"], "kinesis-on-demand-fan-out-gb", told("efo_data_out_gb")),
    retentionHours > INCLUDED_RETENTION_HOURS
      ? lines.used(
          ["Extended retention", "GB-months"],
          "kinesis-on-demand-extended-retention-gb-month",
          told("extended_retention_gb"),
        )
      : FREE,
    retentionHours > EXTENDED_RETENTION_HOURS
      ? lines.used(
          ["Long-term retention", "GB-months"],
          "kinesis-long-term-gb-month",
          told("long_term_retention_gb"),
        )
      : FREE,
  );
}

function isOnDemand(stream: JsonObject): boolean {
  return textAt(stream, ["stream_mode_details", 0, "stream_mode"]) === "ON_DEMAND";
}

/** `aws_kinesis_stream`: shards by the hour, or the stream itself when it is on demand; data by use. */
export function priceAwsKinesisStream(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  return withNumber(
    numberOr(resource, ["retention_period"], INCLUDED_RETENTION_HOURS),
    "the retention period",
    (hours) =>
      isOnDemand(resource.values) ? onDemandStream(lines, hours) : provisionedStream(resource, lines, hours),
  );
}

/** `aws_kinesis_stream_consumer`: an hour of enhanced fan-out for each shard of its stream; of an on-demand stream only the data is paid. */
export function priceAwsKinesisStreamConsumer(resource: ResourceView, view: PlanView): PricedParts {
  const path = ["stream_arn"];
  const followed = follow(view, resource, {
    types: ["aws_kinesis_stream"],
    references: ["arn", "id"].map((targetAttribute) => ({ path, targetAttribute })),
  });
  if (followed.kind !== "found")
    return essentialPartMissing("the stream of the consumer is not in this plan");
  const { values } = followed.resource;
  if (isOnDemand(values)) return FREE;
  return withNumber(numberAt(values, ["shard_count"]), "the number of shards of the stream", (shards) =>
    linesOf(resource, view).fixed(
      [`Enhanced fan-out consumer (${shards} shards)`, "consumer-shard-hours"],
      "kinesis-fan-out-consumer-shard-hour",
      times(decimal(shards), MONTH_HOURS),
    ),
  );
}

/** Requests as they are billed: one of 100 KB counts as two. */
function billedRequests(lines: Lines): Decimal | undefined {
  const size = lines.told("request_size_kb");
  const chunks = size === undefined ? 1 : Math.max(1, Math.ceil(toNumber(size) / REQUEST_KB));
  return times(lines.told("monthly_requests"), decimal(chunks));
}

function per(quantity: Decimal | undefined, count: number): Decimal | undefined {
  return quantity === undefined ? undefined : divide(quantity, decimal(count));
}

/** `aws_sqs_queue`: requests by use. What the account has free each month is not subtracted. */
export function priceAwsSqsQueue(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const isFifo = flagAt(resource.values, ["fifo_queue"]) === true;
  const price = isFifo ? "sqs-fifo-million-requests" : "sqs-million-requests";
  return lines.used(
    [`Requests (${isFifo ? "FIFO" : "standard"})`, "1M requests"],
    price,
    per(billedRequests(lines), MILLION),
  );
}

function fifoTopic(lines: Lines): PricedParts {
  const requests = lines.told("monthly_requests");
  const sizeGb = times(requests, lines.told("request_size_kb", 1_000_000));
  const subscriptions = lines.told("fifo_subscriptions");
  return combineParts(
    lines.used(
      ["Publish requests (FIFO)", "1M requests"],
      "sns-fifo-million-requests",
      per(requests, MILLION),
    ),
    lines.used(["Published data (FIFO)", "GB"], "sns-fifo-ingress-gb", sizeGb),
    lines.used(
      ["Deliveries (FIFO)", "1M notifications"],
      "sns-fifo-million-notifications",
      per(times(requests, subscriptions), MILLION),
    ),
    lines.used(["Delivered data (FIFO)", "GB"], "sns-fifo-egress-gb", times(sizeGb, subscriptions)),
  );
}

/** `aws_sns_topic`: requests and deliveries by use; SMS, whose price depends on the country, is left out. */
export function priceAwsSnsTopic(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  if (flagAt(resource.values, ["fifo_topic"]) === true) return fifoTopic(lines);
  const requests = billedRequests(lines);
  const deliveries = (key: JsonPath | string, count: number) => per(times(requests, lines.told(key)), count);
  return combineParts(
    lines.used(["API requests", "1M requests"], "sns-million-requests", per(requests, MILLION)),
    lines.used(
      ["HTTP/HTTPS deliveries", "100k notifications"],
      "sns-hundred-thousand-http",
      deliveries("http_subscriptions", HUNDRED_THOUSAND),
    ),
    lines.used(
      ["Email deliveries", "100k notifications"],
      "sns-hundred-thousand-emails",
      deliveries("email_subscriptions", HUNDRED_THOUSAND),
    ),
    lines.used(
      ["Firehose deliveries", "1M notifications"],
      "sns-million-firehose",
      deliveries("kinesis_subscriptions", MILLION),
    ),
    lines.used(
      ["Mobile push deliveries", "1M notifications"],
      "sns-million-pushes",
      deliveries("mobile_push_subscriptions", MILLION),
    ),
  );
}
