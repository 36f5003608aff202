import { decimal } from "@apex/core";
import { combineParts, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, MONTH_HOURS, product, withNumber, withText } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

const BROKERS = ["broker_node_group_info", 0] as const;
const VOLUME = [...BROKERS, "storage_info", 0, "ebs_storage_info", 0] as const;

/** The volume of each broker, and the throughput that is provisioned for it: paid in full, there is none included. */
function volumes(resource: ResourceView, lines: Lines, brokers: number): PricedParts {
  const { values } = resource;
  const size = numberAt(values, [...VOLUME, "volume_size"]);
  const throughput = [...VOLUME, "provisioned_throughput", 0] as const;
  return combineParts(
    withNumber(size, "the size of the brokers' volumes", (gib) =>
      lines.fixed(
        [`Broker storage (${brokers} x ${gib} GB)`, "GB-months"],
        "msk-gb-month",
        product(gib, brokers),
      ),
    ),
    flagAt(values, [...throughput, "enabled"]) === true
      ? withNumber(
          numberAt(values, [...throughput, "volume_throughput"]),
          "the provisioned throughput",
          (mbps) =>
            lines.fixed(
              ["Provisioned storage throughput", "MB/s-months"],
              "msk-throughput-mbps-month",
              product(mbps, brokers),
            ),
        )
      : FREE,
    textAt(values, ["storage_mode"]) === "TIERED"
      ? lines.used(["Tiered storage", "GB-months"], "msk-tiered-gb-month")
      : FREE,
  );
}

function expressByUse(lines: Lines): PricedParts {
  return combineParts(
    lines.used(["Primary storage", "GB-months"], "msk-express-gb-month"),
    lines.used(["Data written", "GB"], "msk-express-ingress-gb"),
  );
}

/** `aws_msk_cluster`: brokers and their volumes; express brokers pay for storage and what is written by use. */
export function priceAwsMskCluster(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  return withText(textAt(resource.values, [...BROKERS, "instance_type"]), "the type of the brokers", (name) =>
    withNumber(numberAt(resource.values, ["number_of_broker_nodes"]), "the number of brokers", (count) =>
      combineParts(
        lines.nodes(`Broker (on-demand, ${name})`, decimal(count), {
          service: "msk",
          variant: "brokers",
          name,
        }),
        name.startsWith("express.") ? expressByUse(lines) : volumes(resource, lines, count),
      ),
    ),
  );
}

/** `aws_msk_serverless_cluster`: the cluster by the hour, all else by use. */
export function priceAwsMskServerlessCluster(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  return combineParts(
    lines.fixed(["Serverless cluster", "hours"], "msk-serverless-cluster-hour", MONTH_HOURS),
    lines.used(["Partitions", "partition-hours"], "msk-serverless-partition-hour"),
    lines.used(["Storage", "GB-months"], "msk-serverless-gb-month"),
    lines.used(["Data written", "GB"], "msk-serverless-ingress-gb"),
    lines.used(["Data read", "GB"], "msk-serverless-egress-gb"),
  );
}
