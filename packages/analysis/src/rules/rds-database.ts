import {
  type MachineType,
  rdsExtendedSupport,
  rdsExtendedSupportHourly,
  rdsHourlyPrice,
  rdsInstanceClass,
} from "@apex/catalog";
import { addDecimals, type Decimal, type Known, nameOfResource, type Resource } from "@apex/core";
import { known } from "@apex/core";
import { blocksAt, isTrueAt, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { type Fleet, isBeside } from "../fleet/fleet.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import type { RuleContext } from "./rule.ts";

/** A database instance that can be judged, with its price; or why it cannot. */
export type RdsDatabase =
  | {
      readonly kind: "database";
      readonly shape: MachineType;
      readonly engine: string;
      /** With what is paid for extended support. */
      readonly hourly: Decimal;
      /** Of the instance alone: what a stop saves. */
      readonly hourlyRunning: Decimal;
      /** Whether AWS charges for supporting its version, which a stop does not end. */
      readonly paysForSupport: boolean;
      readonly priceOf: (instanceClass: string) => Known<Decimal>;
      /** What its price was told by assuming. */
      readonly unknowns: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads class, engine, deployment and price of the database of a context. */
export function rdsDatabase({ resource, prices, fleet }: RuleContext): RdsDatabase {
  const { attributes } = resource;
  const cluster = clusterOf(fleet, resource);
  const storage = auroraStorage(resource, cluster);
  if (storage === IO_OPTIMIZED) {
    return refused("its cluster is I/O-Optimized, whose instance prices are not in the catalogue");
  }
  const className = textAt(attributes, "instance_class");
  const engine = textAt(attributes, "engine");
  if (className === undefined || engine === undefined)
    return refused("its class and engine are not in the state");
  const status = textAt(attributes, "status");
  if (status !== undefined && status !== "available") return refused(`it is ${status}`);
  const shape = rdsInstanceClass(className);
  if (shape === undefined) return refused(`the catalogue does not know the shape of ${className}`);
  const region = awsRegionOf(resource);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const multiAz = isTrueAt(attributes, "multi_az");
  const supported = {
    engine,
    // Aurora's are its cluster's.
    version:
      textAt(attributes, "engine_version") ?? (cluster && textAt(cluster.attributes, "engine_version")),
    lifecycle: textAt((cluster ?? resource).attributes, "engine_lifecycle_support"),
  };
  const runningPrice = (instanceClass: string) =>
    rdsHourlyPrice({ instanceClass, region, engine, multiAz }, prices);
  const withSupport = (instanceClass: string, running: Decimal): Decimal =>
    addDecimals(running, rdsExtendedSupportHourly(supported, { instanceClass, region, multiAz }, prices));
  const running = runningPrice(className);
  if (running.kind === "unknown") return refused(`its price is not known: ${running.reason}`);
  return {
    kind: "database",
    shape,
    engine,
    hourly: withSupport(className, running.value.price),
    hourlyRunning: running.value.price,
    paysForSupport: rdsExtendedSupport(supported) !== undefined,
    priceOf: (instanceClass) => {
      const price = runningPrice(instanceClass);
      return price.kind === "unknown" ? price : known(withSupport(instanceClass, price.value.price));
    },
    unknowns: storageUnknown(storage),
  };
}

/** Aurora I/O-Optimized has instance prices of its own. Source: Aurora pricing, "Aurora I/O-Optimized". */
const IO_OPTIMIZED = "aurora-iopt1";

/** The cluster of an Aurora instance, where the inventory has it. */
function clusterOf(fleet: Fleet, resource: Resource): Resource | undefined {
  const name = textAt(resource.attributes, "cluster_identifier");
  if (resource.type !== "aws_rds_cluster_instance" || name === undefined) return undefined;
  const isNamed = (one: Resource) =>
    nameOfResource(one) === name || textAt(one.attributes, "cluster_identifier") === name;
  return fleet.ofType("aws_rds_cluster").find((one) => isNamed(one) && isBeside(one, resource));
}

/** The storage configuration of the cluster of an Aurora instance: "unknown" without the cluster, absent for others. */
function auroraStorage({ type }: Resource, cluster: Resource | undefined): string | undefined {
  if (type !== "aws_rds_cluster_instance") return undefined;
  // The API leaves out the standard configuration.
  return cluster === undefined ? "unknown" : (textAt(cluster.attributes, "storage_type") ?? "aurora");
}

function storageUnknown(storage: string | undefined): readonly string[] {
  return storage === "unknown"
    ? ["price: its cluster is not in the inventory; Aurora Standard is assumed, not I/O-Optimized"]
    : [];
}

/** What a stop does not save. Source of the charge that stays: RDS user guide, "Amazon RDS Extended Support charges". */
export function stillPaidNotes({
  paysForSupport,
}: Extract<RdsDatabase, { kind: "database" }>): readonly string[] {
  return paysForSupport
    ? [
        "Its version is past standard support: extended support is paid while it is stopped, too, until it is upgraded or deleted",
      ]
    : [];
}

/** Why a database cannot be stopped; `undefined` when it can. Source: RDS user guide, "Stopping a DB instance temporarily", limitations. */
export function whyUnstoppable({ resource, fleet }: RuleContext): string | undefined {
  const { attributes, type } = resource;
  if (type === "aws_rds_cluster_instance") return "an Aurora instance is stopped with its cluster";
  if (textAt(attributes, "replicate_source_db") !== undefined) return "a read replica cannot be stopped";
  const { replicas } = attributes;
  // A replica that was made since is not yet in the state of its source.
  const followers = dependents(fleet, ["aws_db_instance"], "replicate_source_db", [resource]).filter(
    // By its ARN a database of another region may be the source, by its name only one that is beside.
    (follower) =>
      textAt(follower.attributes, "replicate_source_db")?.startsWith("arn:") === true ||
      isBeside(follower, resource),
  );
  if ((Array.isArray(replicas) && replicas.length > 0) || followers.length > 0)
    return "a database with read replicas cannot be stopped";
  if (blocksAt(attributes, "blue_green_update").some(({ block }) => block["enabled"] === true)) {
    return "a database under blue/green updates cannot be stopped";
  }
  return textAt(attributes, "engine")?.startsWith("aurora") === true
    ? "an Aurora instance is stopped with its cluster"
    : undefined;
}

function refused(reason: string): RdsDatabase {
  return { kind: "refused", reason };
}
