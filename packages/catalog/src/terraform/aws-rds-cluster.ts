import { combineParts, essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { auroraStorage, rdsInstanceMonth } from "../pricing/rds-database.ts";
import { textAt } from "./attributes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** Aurora I/O-Optimized has instance and storage prices of its own, which are not in the tables. */
const IO_OPTIMIZED = "aurora-iopt1";

/** `aws_rds_cluster`: an Aurora cluster pays for its storage by use; its instances are resources of their own. */
export function priceAwsRdsCluster(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const region = resourceRegion(view, resource);
  const engine = textAt(values, ["engine"]) ?? "aurora";
  if (!engine.startsWith("aurora"))
    return essentialPartMissing(`a Multi-AZ cluster of ${engine} has no known price`);
  if (textAt(values, ["engine_mode"]) === "serverless") {
    return combineParts(
      auroraStorage(region, view.prices),
      essentialPartMissing("the capacity of a serverless cluster follows its load"),
    );
  }
  if (textAt(values, ["storage_type"]) === IO_OPTIMIZED) {
    return essentialPartMissing("the storage price of Aurora I/O-Optimized is not in the table");
  }
  return auroraStorage(region, view.prices);
}

/** `aws_rds_cluster_instance`: one instance of an Aurora cluster. */
export function priceAwsRdsClusterInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const followed = follow(view, resource, {
    types: ["aws_rds_cluster"],
    references: [{ path: ["cluster_identifier"], targetAttribute: "cluster_identifier" }],
  });
  const cluster = followed.kind === "found" ? followed.resource : undefined;
  const instanceClass = textAt(values, ["instance_class"]);
  const engine = textAt(values, ["engine"]) ?? (cluster && textAt(cluster.values, ["engine"]));
  if (instanceClass === undefined) return essentialPartMissing("the instance class is not known");
  if (engine === undefined) return essentialPartMissing("the database engine is not known");
  if (instanceClass === "db.serverless")
    return essentialPartMissing("the capacity of a serverless instance follows its load");
  if (cluster !== undefined && textAt(cluster.values, ["storage_type"]) === IO_OPTIMIZED) {
    return essentialPartMissing("the instance price of Aurora I/O-Optimized is not in the table");
  }
  const region = resourceRegion(view, resource);
  return rdsInstanceMonth({ instanceClass, region, engine, multiAz: false }, view.prices);
}
