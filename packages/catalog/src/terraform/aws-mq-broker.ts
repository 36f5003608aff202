import { decimal } from "@apex/core";
import { combineParts, essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { textAt } from "./attributes.ts";
import { linesOf, named, times, withText } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Engines as Terraform spells them, in any case, to the price list's names. */
const ENGINES: Readonly<Record<string, string>> = { activemq: "ActiveMQ", rabbitmq: "RabbitMQ" };

/** A RabbitMQ cluster has three brokers, each with storage of its own; standbys of ActiveMQ share theirs. Source: Amazon MQ guide. */
const CLUSTER_BROKERS = 3;

/** `aws_mq_broker`: a broker, a pair or a cluster as one price; storage by use, per broker. */
export function priceAwsMqBroker(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const written = textAt(values, ["engine_type"]);
  const engine = named(ENGINES, written?.toLowerCase() ?? "");
  if (engine === undefined)
    return essentialPartMissing(`the broker engine ${written ?? "(not known)"} has no prices`);
  // The provider takes any case.
  const mode = (textAt(values, ["deployment_mode"]) ?? "SINGLE_INSTANCE").toUpperCase();
  const isEbs =
    (textAt(values, ["storage_type"]) ?? (engine === "RabbitMQ" ? "ebs" : "efs")).toLowerCase() === "ebs";
  const stores = decimal(mode === "CLUSTER_MULTI_AZ" ? CLUSTER_BROKERS : 1);
  return combineParts(
    withText(textAt(values, ["host_instance_type"]), "the type of the broker", (name) =>
      lines.nodes(`Broker (${engine}, on-demand, ${name}, ${mode.toLowerCase()})`, decimal(1), {
        service: "mq",
        variant: `${engine} ${mode === "SINGLE_INSTANCE" ? "Single-AZ" : "Multi-AZ"}`,
        name,
      }),
    ),
    lines.used(
      [`Storage (${isEbs ? "EBS" : "EFS"})`, "GB-months"],
      isEbs ? "mq-ebs-gb-month" : "mq-efs-gb-month",
      times(lines.told("storage_size_gb"), stores),
    ),
  );
}
