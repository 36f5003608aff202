import { type Decimal, decimal, type JsonObject, sumDecimals } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, MONTH_HOURS, named, times } from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** Prices by table class; storage, requests and capacity of infrequent access have their own. */
const PRICES = {
  STANDARD: {
    reads: "dynamodb-rcu-hour",
    writes: "dynamodb-wcu-hour",
    replicatedWrites: "dynamodb-replicated-wcu-hour",
    millionReads: "dynamodb-million-reads",
    millionWrites: "dynamodb-million-writes",
    millionReplicatedWrites: "dynamodb-million-replicated-writes",
    storage: "dynamodb-gb-month",
  },
  STANDARD_INFREQUENT_ACCESS: {
    reads: "dynamodb-ia-rcu-hour",
    writes: "dynamodb-ia-wcu-hour",
    replicatedWrites: "dynamodb-ia-replicated-wcu-hour",
    millionReads: "dynamodb-ia-million-reads",
    millionWrites: "dynamodb-ia-million-writes",
    millionReplicatedWrites: "dynamodb-ia-million-replicated-writes",
    storage: "dynamodb-ia-gb-month",
  },
} as const;

type ClassPrices = (typeof PRICES)[keyof typeof PRICES];

const MILLION = 1_000_000;

/** Capacity of the table and all its global secondary indexes; undefined when one of them is not known. */
function capacity(values: JsonObject, attribute: "read_capacity" | "write_capacity"): Decimal | undefined {
  const parts = [values, ...blocksAt(values, ["global_secondary_index"])].map((each) =>
    numberAt(each, [attribute]),
  );
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? sumDecimals(known.map((part) => decimal(part))) : undefined;
}

function capacityLine(
  values: JsonObject,
  kind: "read" | "write",
  line: (units: Decimal, hours: Decimal) => PricedParts,
): PricedParts {
  const units = capacity(values, `${kind}_capacity`);
  if (units === undefined)
    return essentialPartMissing(`the ${kind} capacity of the table or an index is not known`);
  return line(units, times(units, MONTH_HOURS));
}

/** Provisioned capacity of the table and its indexes, in one region. */
function provisioned(
  values: JsonObject,
  lines: Lines,
  prices: ClassPrices & { readonly isReplica: boolean },
): PricedParts {
  const writes = prices.isReplica ? prices.replicatedWrites : prices.writes;
  const where = prices.isReplica ? `, replica in ${lines.region}` : "";
  return combineParts(
    capacityLine(values, "write", (units, hours) =>
      lines.fixed([`Write capacity (${units} units${where})`, "unit-hours"], writes, hours),
    ),
    capacityLine(values, "read", (units, hours) =>
      lines.fixed([`Read capacity (${units} units${where})`, "unit-hours"], prices.reads, hours),
    ),
  );
}

function onDemand(lines: Lines, prices: ClassPrices & { readonly isReplica: boolean }): PricedParts {
  const writes = lines.told("monthly_write_request_units", MILLION);
  if (prices.isReplica) {
    const name = `Write requests (replica in ${lines.region})`;
    return lines.used([name, "1M units"], prices.millionReplicatedWrites, writes);
  }
  const reads = lines.told("monthly_read_request_units", MILLION);
  return combineParts(
    lines.used(["Write requests", "1M units"], prices.millionWrites, writes),
    lines.used(["Read requests", "1M units"], prices.millionReads, reads),
  );
}

function requests(
  values: JsonObject,
  lines: Lines,
  prices: ClassPrices & { readonly isReplica: boolean },
): PricedParts {
  const mode = textAt(values, ["billing_mode"]) ?? "PROVISIONED";
  return mode === "PAY_PER_REQUEST" ? onDemand(lines, prices) : provisioned(values, lines, prices);
}

function classPrices(values: JsonObject): ClassPrices | undefined {
  return named<ClassPrices>(PRICES, textAt(values, ["table_class"]) ?? "STANDARD");
}

/** One region's copy: a replica has the table's own capacity and keeps the same data. */
function copy(
  values: JsonObject,
  lines: Lines,
  options: { readonly isReplica: boolean; readonly hasPitr: boolean },
): PricedParts {
  const prices = classPrices(values);
  if (prices === undefined) return essentialPartMissing("the class of the table has no known price");
  const where = options.isReplica ? ` (replica in ${lines.region})` : "";
  return combineParts(
    requests(values, lines, { ...prices, isReplica: options.isReplica }),
    lines.used([`Storage${where}`, "GB-months"], prices.storage, lines.told("storage_gb")),
    options.hasPitr
      ? lines.used(
          [`Point-in-time recovery${where}`, "GB-months"],
          "dynamodb-pitr-gb-month",
          lines.told("pitr_backup_storage_gb"),
        )
      : FREE,
  );
}

/**
 * `aws_dynamodb_table`: capacity of table, indexes and replicas, or requests by use; storage, backups and streams by use. What the account
 * has free each month is not subtracted.
 */
export function priceAwsDynamodbTable(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const replicas = blocksAt(values, ["replica"]).map((replica) => {
    const region = textAt(replica, ["region_name"]);
    if (region === undefined) return essentialPartMissing("the region of a replica is not known");
    const hasPitr = flagAt(replica, ["point_in_time_recovery"]) === true;
    return copy(values, linesOf(resource, view, region), { isReplica: true, hasPitr });
  });
  const hasPitr = flagAt(values, ["point_in_time_recovery", 0, "enabled"]) === true;
  return combineParts(
    copy(values, lines, { isReplica: false, hasPitr }),
    lines.used(
      ["Backups on demand", "GB-months"],
      "dynamodb-backup-gb-month",
      lines.told("on_demand_backup_storage_gb"),
    ),
    lines.used(["Data restored", "GB"], "dynamodb-restore-gb", lines.told("monthly_data_restored_gb")),
    flagAt(values, ["stream_enabled"]) === true
      ? lines.used(
          ["Stream reads", "1M units"],
          "dynamodb-streams-million-reads",
          lines.told("monthly_streams_read_request_units", MILLION),
        )
      : FREE,
    ...replicas,
  );
}

/** `aws_dynamodb_table_replica`: a replica that is a resource of its own, in its provider's region, with the capacity of its table. */
export function priceAwsDynamodbTableReplica(resource: ResourceView, view: PlanView): PricedParts {
  const followed = follow(view, resource, {
    types: ["aws_dynamodb_table"],
    references: [{ path: ["global_table_arn"], targetAttribute: "arn" }],
  });
  if (followed.kind !== "found")
    return essentialPartMissing("the table that is replicated is not in this plan");
  const hasPitr = flagAt(resource.values, ["point_in_time_recovery"]) === true;
  return copy(followed.resource.values, linesOf(resource, view), { isReplica: true, hasPitr });
}
