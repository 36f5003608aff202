import { decimal } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import {
  above,
  linesOf,
  type Lines,
  named,
  numberOr,
  product,
  times,
  withNumber,
  withText,
} from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Included with a gp3 volume. Source: OpenSearch Service pricing page and user guide, "gp3 volumes". */
const GP3_SMALL_GIB = 170;
const GP3_SMALL_MBPS = 125;
const GP3_STEP_GIB = 3000;
const GP3_STEP_MBPS = 250;
const GP3_MBPS_MAX = 1000;
const GP3_IOPS = 3000;
const GP3_IOPS_PER_GIB = 3;

const VOLUME_PRICES = {
  gp2: "opensearch-gp2-gb-month",
  gp3: "opensearch-gp3-gb-month",
  io1: "opensearch-io1-gb-month",
  standard: "opensearch-standard-gb-month",
} as const;

/** What an unset attribute means. Source: API reference, ClusterConfig and EBSOptions. */
const DEFAULT_TYPE = "m4.large.search";
const DEFAULT_WARM_TYPE = "ultrawarm1.medium.search";

function gp3Included(sizeGib: number): { readonly mbps: number; readonly iops: number } {
  const steps = Math.ceil(sizeGib / GP3_STEP_GIB);
  const mbps = sizeGib <= GP3_SMALL_GIB ? GP3_SMALL_MBPS : Math.min(GP3_MBPS_MAX, steps * GP3_STEP_MBPS);
  return { mbps, iops: Math.max(GP3_IOPS, sizeGib * GP3_IOPS_PER_GIB) };
}

/** Provisioned performance of the volume of each data node. */
function performance(
  resource: ResourceView,
  lines: Lines,
  volume: { type: string; gib: number; nodes: number },
): PricedParts {
  const { type, gib, nodes } = volume;
  const iops = numberAt(resource.values, ["ebs_options", 0, "iops"]);
  if (type === "io1") {
    return withNumber(iops, "the number of provisioned IOPS", (provisioned) =>
      lines.fixed(
        ["Storage IOPS (io1)", "IOPS-months"],
        "opensearch-io1-iops-month",
        product(provisioned, nodes),
      ),
    );
  }
  if (type !== "gp3") return FREE;
  const included = gp3Included(gib);
  const throughput = numberAt(resource.values, ["ebs_options", 0, "throughput"]) ?? 0;
  const mbps = times(above(throughput, included.mbps), decimal(nodes));
  return combineParts(
    mbps === decimal(0)
      ? FREE
      : lines.fixed(
          ["Storage throughput above the included (gp3)", "MB/s-months"],
          "opensearch-gp3-mbps-month",
          mbps,
        ),
    (iops ?? 0) > included.iops
      ? essentialPartMissing(`the price of gp3 IOPS above ${included.iops} per node is not in the table`)
      : FREE,
  );
}

function storage(resource: ResourceView, lines: Lines, nodes: number): PricedParts {
  const { values } = resource;
  if (flagAt(values, ["ebs_options", 0, "ebs_enabled"]) !== true) return FREE;
  const type = textAt(values, ["ebs_options", 0, "volume_type"]) ?? "gp2";
  const price = named(VOLUME_PRICES, type);
  if (price === undefined) return essentialPartMissing(`a volume of type ${type} has no known price`);
  return withNumber(numberAt(values, ["ebs_options", 0, "volume_size"]), "the size of the volumes", (gib) =>
    combineParts(
      lines.fixed([`Storage (${type}, ${nodes} x ${gib} GB)`, "GB-months"], price, product(gib, nodes)),
      performance(resource, lines, { type, gib, nodes }),
    ),
  );
}

/** Nodes of one kind, "r6g.large.elasticsearch" of older domains being "r6g.large.search". */
function nodes(lines: Lines, kind: string, node: { type: string; count: number }): PricedParts {
  const name = node.type.replace(/\.elasticsearch$/, ".search");
  return lines.nodes(`${kind} (on-demand, ${name})`, decimal(node.count), {
    service: "opensearch",
    variant: "nodes",
    name,
  });
}

function masters(resource: ResourceView, lines: Lines): PricedParts {
  const { values } = resource;
  if (flagAt(values, ["cluster_config", 0, "dedicated_master_enabled"]) !== true) return FREE;
  const type = textAt(values, ["cluster_config", 0, "dedicated_master_type"]);
  return withText(type, "the type of the dedicated masters", (name) =>
    withNumber(
      numberAt(values, ["cluster_config", 0, "dedicated_master_count"]),
      "the number of dedicated masters",
      (count) => nodes(lines, "Dedicated master", { type: name, count }),
    ),
  );
}

function warm(resource: ResourceView, lines: Lines): PricedParts {
  const { values } = resource;
  if (flagAt(values, ["cluster_config", 0, "warm_enabled"]) !== true) return FREE;
  const type = textAt(values, ["cluster_config", 0, "warm_type"]) ?? DEFAULT_WARM_TYPE;
  return combineParts(
    withNumber(
      numberAt(values, ["cluster_config", 0, "warm_count"]),
      "the number of UltraWarm nodes",
      (count) => nodes(lines, "UltraWarm node", { type, count }),
    ),
    partMissing("the price of UltraWarm storage is not in the table"),
  );
}

/**
 * `aws_opensearch_domain` and `aws_elasticsearch_domain`: data nodes with a volume each, dedicated masters, UltraWarm nodes.
 */
export function priceAwsOpensearchDomain(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const type = textAt(resource.values, ["cluster_config", 0, "instance_type"]) ?? DEFAULT_TYPE;
  const data = withNumber(
    numberOr(resource, ["cluster_config", 0, "instance_count"], 1),
    "the number of data nodes",
    (count) => combineParts(nodes(lines, "Data node", { type, count }), storage(resource, lines, count)),
  );
  return combineParts(data, masters(resource, lines), warm(resource, lines));
}
