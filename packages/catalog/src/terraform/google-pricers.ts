import { priceGoogleComputeAddress } from "./google-compute-address.ts";
import { priceGoogleComputeDisk } from "./google-compute-disk.ts";
import { priceGoogleComputeInstance } from "./google-compute-instance.ts";
import { priceGoogleComputeSnapshot } from "./google-compute-snapshot.ts";
import { priceGoogleContainerNodePool } from "./google-container-node-pool.ts";
import { priceGoogleInstanceGroupManager } from "./google-instance-group-manager.ts";
import { priceGoogleSqlDatabaseInstance } from "./google-sql-database-instance.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** All of Google Cloud. */
export const GOOGLE_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  google_compute_address: priceGoogleComputeAddress,
  google_compute_disk: priceGoogleComputeDisk,
  google_compute_instance: priceGoogleComputeInstance,
  google_compute_instance_group_manager: priceGoogleInstanceGroupManager,
  google_compute_region_instance_group_manager: priceGoogleInstanceGroupManager,
  google_compute_snapshot: priceGoogleComputeSnapshot,
  google_container_node_pool: priceGoogleContainerNodePool,
  google_sql_database_instance: priceGoogleSqlDatabaseInstance,
};
