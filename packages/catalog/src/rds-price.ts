import { type Known, known, unknown } from "@apex/core";
import type { MachineType } from "./machine-type.ts";
import { machineType } from "./machine-types.ts";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { DatedPrice } from "./price-table.ts";

/** RDS engine names, as the API and Terraform spell them, to the names of the price tables. Db2 has no prices here. */
const ENGINES: Readonly<Record<string, string>> = {
  mysql: "MySQL",
  postgres: "PostgreSQL",
  postgresql: "PostgreSQL",
  mariadb: "MariaDB",
  aurora: "Aurora MySQL",
  "aurora-mysql": "Aurora MySQL",
  "aurora-postgresql": "Aurora PostgreSQL",
};

const INCLUDED = "license-included";
const OWN = "bring-your-own-license";

/** Engines whose price depends on edition and licence; `undefined` where both licences are sold. */
const LICENSED_ENGINES: Readonly<Record<string, readonly [name: string, licence: string | undefined]>> = {
  "sqlserver-ee": ["SQL Server Enterprise", INCLUDED],
  "sqlserver-se": ["SQL Server Standard", INCLUDED],
  "sqlserver-web": ["SQL Server Web", INCLUDED],
  "sqlserver-ex": ["SQL Server Express", INCLUDED],
  "oracle-ee": ["Oracle Enterprise", OWN],
  "oracle-ee-cdb": ["Oracle Enterprise", OWN],
  "oracle-se2": ["Oracle Standard Two", undefined],
  "oracle-se2-cdb": ["Oracle Standard Two", undefined],
};

/** Classes whose EC2 counterpart has another family name: same vCPU and memory. Source: RDS user guide, instance class table. */
const EC2_FAMILIES: Readonly<Record<string, string>> = { x2g: "x2gd" };

/**
 * The shape of an RDS instance class, that of the EC2 type of the same name: `db.m5.large` has m5.large's. Its `name` is the
 * class's. `undefined` for serverless and for classes without such a type.
 */
export function rdsInstanceClass(name: string): MachineType | undefined {
  const match = /^db\.([a-z0-9-]+)\.([a-z0-9-]+)$/.exec(name);
  const [, family = "", size = ""] = match ?? [];
  const machine = machineType("aws", `${EC2_FAMILIES[family] ?? family}.${size}`);
  if (match === null || machine === undefined) return undefined;
  const { supersededBy, ...shape } = machine;
  return {
    ...shape,
    name,
    family,
    ...(supersededBy === undefined ? {} : { supersededBy: `db.${supersededBy}` }),
  };
}

/** All instance classes that have a price in some region, ordered by name. */
export function rdsInstanceClasses(prices: PriceBook = COMMITTED_PRICES): readonly string[] {
  return prices.names("rds");
}

/** What is asked of {@link rdsHourlyPrice}. */
export interface RdsPriceQuery {
  /** "db.m5.large". */
  readonly instanceClass: string;
  readonly region: string;
  /** As the RDS API spells it: "mysql", "postgres", "mariadb", "aurora-mysql", "aurora-postgresql". */
  readonly engine: string;
  /** Aurora has no Multi-AZ price: its replicas are instances of their own. */
  readonly multiAz: boolean;
  /** Of engines that are sold with and without one: "license-included", "bring-your-own-license". */
  readonly licenceModel?: string | undefined;
  /** Of an Aurora instance whose cluster has I/O-Optimized storage. */
  readonly ioOptimized?: boolean;
}

function licensedVariant(
  engine: string,
  deployment: string,
  licenceModel: string | undefined,
): string | undefined {
  const [name, only] = Object.hasOwn(LICENSED_ENGINES, engine) ? (LICENSED_ENGINES[engine] ?? []) : [];
  const licence = only ?? licenceModel;
  return name === undefined || licence === undefined ? undefined : `${name} ${licence} ${deployment}`;
}

function variantOf(query: RdsPriceQuery): string | undefined {
  if (query.ioOptimized === true) {
    const listed = Object.hasOwn(ENGINES, query.engine) ? ENGINES[query.engine] : undefined;
    return listed?.startsWith("Aurora") === true ? `${listed} I/O-Optimized` : undefined;
  }
  const deployment = query.multiAz ? "Multi-AZ" : "Single-AZ";
  return (
    rdsVariant(query.engine, query.multiAz) ?? licensedVariant(query.engine, deployment, query.licenceModel)
  );
}

/** The variant under which the prices of an engine and deployment stand in tables; `undefined` for engines without prices. */
export function rdsVariant(engine: string, multiAz: boolean): string | undefined {
  const listed = Object.hasOwn(ENGINES, engine) ? ENGINES[engine] : undefined;
  return listed === undefined ? undefined : `${listed} ${multiAz ? "Multi-AZ" : "Single-AZ"}`;
}

/** The on-demand list price of a database instance in USD per hour, without storage. */
export function rdsHourlyPrice(
  query: RdsPriceQuery,
  prices: PriceBook = COMMITTED_PRICES,
): Known<DatedPrice> {
  const { instanceClass, region } = query;
  const variant = variantOf(query);
  if (variant === undefined) return unknown(`no prices for the database engine ${query.engine}`);
  const found = prices.find("rds", { region, variant, name: instanceClass });
  if (found !== undefined) return known(found);
  if (!prices.covers("rds", { region, variant }))
    return unknown(`no ${variant} database prices for the region ${region}`);
  return unknown(`no price of ${instanceClass} for ${variant} in ${region}`);
}
