import type { Signal } from "../signal.ts";

/** An RDS instance. */
export interface Database {
  readonly address: string;
  readonly identifier: string;
  readonly engine: "postgres" | "mysql";
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly memoryGib: number;
  readonly storageGb: number;
  readonly maxStorageGb?: number;
  readonly storageType: "gp2" | "gp3";
  readonly isMultiAz: boolean;
  readonly isEncrypted: boolean;
  readonly replicaOf?: string;
  readonly name: string | null;
  readonly username: string;
  readonly backupDays: number;
  readonly maintenanceWindow: string;
  readonly isProtected: boolean;
  readonly finalSnapshot?: string;
  readonly cpu: Signal;
  readonly connections: Signal;
  /** Share of memory that is free, in percent. */
  readonly freeMemory: Signal;
  /** Reads and writes per second. */
  readonly iops: Signal;
  /** A reserved instance pays for it. */
  readonly isReserved?: boolean;
}

const PRIMARY: Database = {
  address: "aws_db_instance.primary",
  identifier: "acme-prod-shop",
  engine: "postgres",
  engineVersion: "16.4",
  instanceClass: "db.r5.4xlarge",
  memoryGib: 128,
  storageGb: 500,
  maxStorageGb: 1000,
  storageType: "gp3",
  isMultiAz: true,
  isEncrypted: true,
  name: "shop",
  username: "shop_admin",
  backupDays: 14,
  maintenanceWindow: "sun:03:00-sun:04:00",
  isProtected: true,
  finalSnapshot: "acme-prod-shop-final",
  cpu: { shape: "database", mean: 8.1, p995: 16, floor: 1 },
  connections: { shape: "web", mean: 118, p995: 240, floor: 20, digits: 0 },
  freeMemory: { shape: "flat", mean: 70, p995: 73, digits: 2 },
  iops: { shape: "database", mean: 420, p995: 900, floor: 40, digits: 1 },
  isReserved: true,
};

const STAGING: Database = {
  address: "aws_db_instance.staging",
  identifier: "acme-staging-shop",
  engine: "mysql",
  engineVersion: "8.0.39",
  instanceClass: "db.m5.xlarge",
  memoryGib: 16,
  storageGb: 200,
  storageType: "gp2",
  isMultiAz: false,
  isEncrypted: false,
  name: "shop",
  username: "shop_admin",
  backupDays: 0,
  maintenanceWindow: "tue:05:12-tue:05:42",
  isProtected: false,
  cpu: { shape: "flat", mean: 1.83, p995: 2.19, digits: 2 },
  connections: { shape: "flat", mean: 0, digits: 0 },
  freeMemory: { shape: "flat", mean: 81, p995: 82, digits: 2 },
  iops: { shape: "flat", mean: 0.6, p995: 0.9, digits: 2 },
};

/** Follows the primary and answers all reads: the busy one of the two. */
const REPLICA: Database = {
  address: "aws_db_instance.replica",
  identifier: "acme-prod-shop-replica",
  engine: "postgres",
  engineVersion: "16.4",
  instanceClass: "db.r5.2xlarge",
  memoryGib: 64,
  storageGb: 500,
  storageType: "gp3",
  isMultiAz: false,
  isEncrypted: true,
  replicaOf: "acme-prod-shop",
  name: "shop",
  username: "shop_admin",
  backupDays: 0,
  maintenanceWindow: "mon:04:20-mon:04:50",
  isProtected: false,
  cpu: { shape: "web", mean: 39, p995: 80, floor: 4, ceiling: 99 },
  connections: { shape: "web", mean: 260, p995: 480, floor: 40, digits: 0 },
  freeMemory: { shape: "flat", mean: 22, p995: 24, digits: 2 },
  iops: { shape: "web", mean: 1900, p995: 5200, floor: 90, digits: 1 },
};

/** Hardly any CPU, all of the memory. */
const ORDERS: Database = {
  address: "aws_db_instance.orders",
  identifier: "acme-prod-orders",
  engine: "mysql",
  engineVersion: "8.0.39",
  instanceClass: "db.m5.2xlarge",
  memoryGib: 32,
  storageGb: 300,
  storageType: "gp3",
  isMultiAz: false,
  isEncrypted: true,
  name: "orders",
  username: "orders_admin",
  backupDays: 7,
  maintenanceWindow: "wed:06:02-wed:06:32",
  isProtected: false,
  cpu: { shape: "web", mean: 7, p995: 17, floor: 0.8 },
  connections: { shape: "web", mean: 64, p995: 140, floor: 8, digits: 0 },
  freeMemory: { shape: "flat", mean: 5.2, p995: 6.1, digits: 2 },
  iops: { shape: "web", mean: 310, p995: 980, floor: 12, digits: 1 },
};

/** The databases of database.tf. */
export const DATABASES: readonly Database[] = [PRIMARY, REPLICA, ORDERS, STAGING];
