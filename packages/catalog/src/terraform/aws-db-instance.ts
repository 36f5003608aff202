import {
  combineParts,
  essentialPartMissing,
  FREE,
  type PricedParts,
  usageItem,
} from "../pricing/priced-parts.ts";
import { rdsInstanceMonth, rdsStorageMonthlyPrice } from "../pricing/rds-database.ts";
import { unitPrice } from "../unit-prices.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { isStopped, RDS_STATE, unresolvedState } from "./wanted-state.ts";

/** The database that a replica copies, when it is in the plan. */
function sourceOf(resource: ResourceView, view: PlanView): ResourceView | undefined {
  const path = ["replicate_source_db"];
  const followed = follow(view, resource, {
    types: ["aws_db_instance"],
    references: ["identifier", "id", "arn"].map((targetAttribute) => ({ path, targetAttribute })),
  });
  return followed.kind === "found" && followed.resource !== resource ? followed.resource : undefined;
}

function storage(resource: ResourceView, source: ResourceView | undefined, where: PricePlace): PricedParts {
  const { values } = resource;
  const iops = numberAt(values, ["iops"]);
  // A database without a type is made with io1 when IOPS are asked for and gp2 otherwise: documentation of aws_db_instance.
  const defaultType = iops === undefined || iops === 0 ? "gp2" : "io1";
  return rdsStorageMonthlyPrice(
    {
      type: textAt(values, ["storage_type"]) ?? defaultType,
      sizeGib:
        numberAt(values, ["allocated_storage"]) ?? (source && numberAt(source.values, ["allocated_storage"])),
      iops,
      throughputMbps: numberAt(values, ["storage_throughput"]),
      multiAz: flagAt(values, ["multi_az"]) === true,
      region: where.region,
    },
    where.prices,
  );
}

function backups(resource: ResourceView, { region, prices }: PricePlace): PricedParts {
  const hasBackups = (numberAt(resource.values, ["backup_retention_period"]) ?? 0) > 0;
  const price = unitPrice("rds-backup-gb-month", region, prices);
  if (!hasBackups || price.kind === "unknown") return combineParts();
  return usageItem({ name: "Backup storage beyond the size of the database", unit: "GB-months", price });
}

/** `aws_db_instance`: the instance, its storage (Aurora's belongs to the cluster) and what its backups cost per GB. */
export function priceAwsDbInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const source = sourceOf(resource, view);
  const instanceClass = textAt(values, ["instance_class"]);
  const engine = textAt(values, ["engine"]) ?? (source && textAt(source.values, ["engine"]));
  const isAurora = engine?.startsWith("aurora") === true;
  const parts = isAurora ? [] : [storage(resource, source, where), backups(resource, where)];
  if (instanceClass === undefined)
    return combineParts(essentialPartMissing("the instance class is not known"), ...parts);
  if (engine === undefined)
    return combineParts(essentialPartMissing("the database engine is not known"), ...parts);
  const multiAz = !isAurora && flagAt(values, ["multi_az"]) === true;
  const instance = isStopped(resource, view, RDS_STATE)
    ? FREE
    : rdsInstanceMonth({ instanceClass, region: where.region, engine, multiAz }, where.prices);
  return combineParts(instance, unresolvedState(resource, view, RDS_STATE), ...parts);
}
