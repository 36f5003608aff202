import { priceGoogleComputeAddress, priceGoogleComputeGlobalAddress } from "./google-compute-address.ts";
import { priceGoogleComputeDisk, priceGoogleComputeRegionDisk } from "./google-compute-disk.ts";
import { priceGoogleComputeInstance } from "./google-compute-instance.ts";
import { priceGoogleComputeSnapshot } from "./google-compute-snapshot.ts";
import { priceGoogleContainerCluster } from "./google-container-cluster.ts";
import { priceGoogleContainerNodePool } from "./google-container-node-pool.ts";
import { priceGoogleInstanceGroupManager } from "./google-instance-group-manager.ts";
import {
  GOOGLE_EGRESS,
  priceGoogleDnsZone,
  priceGoogleForwardingRule,
  priceGoogleGlobalForwardingRule,
  priceGoogleRouterNat,
  priceGoogleTargetProxy,
  priceGoogleVpnTunnel,
} from "./google-network.ts";
import { priceGoogleRedisCluster, priceGoogleRedisInstance } from "./google-redis.ts";
import {
  GOOGLE_PAID_BY_USE,
  priceGoogleBigqueryTable,
  priceGoogleCloudFunction,
  priceGoogleKmsKey,
  priceGoogleMetricDescriptor,
  priceGoogleSecret,
  priceGoogleSecretVersion,
} from "./google-services.ts";
import { priceGoogleSqlDatabaseInstance } from "./google-sql-database-instance.ts";
import { priceGoogleContainerRegistry, priceGoogleStorageBucket } from "./google-storage.ts";
import { paidByUse } from "./google-usage.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

const EGRESS = paidByUse(GOOGLE_EGRESS, "global");

/** All of Google Cloud. */
export const GOOGLE_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  ...GOOGLE_PAID_BY_USE,
  google_bigquery_table: priceGoogleBigqueryTable,
  google_cloudfunctions_function: priceGoogleCloudFunction,
  google_compute_address: priceGoogleComputeAddress,
  google_compute_disk: priceGoogleComputeDisk,
  google_compute_forwarding_rule: priceGoogleForwardingRule,
  google_compute_global_address: priceGoogleComputeGlobalAddress,
  google_compute_global_forwarding_rule: priceGoogleGlobalForwardingRule,
  google_compute_ha_vpn_gateway: EGRESS,
  google_compute_instance: priceGoogleComputeInstance,
  google_compute_instance_group_manager: priceGoogleInstanceGroupManager,
  google_compute_region_disk: priceGoogleComputeRegionDisk,
  google_compute_region_instance_group_manager: priceGoogleInstanceGroupManager,
  google_compute_region_target_http_proxy: priceGoogleTargetProxy,
  google_compute_region_target_https_proxy: priceGoogleTargetProxy,
  google_compute_router_nat: priceGoogleRouterNat,
  google_compute_snapshot: priceGoogleComputeSnapshot,
  google_compute_target_grpc_proxy: priceGoogleTargetProxy,
  google_compute_target_http_proxy: priceGoogleTargetProxy,
  google_compute_target_https_proxy: priceGoogleTargetProxy,
  google_compute_target_ssl_proxy: priceGoogleTargetProxy,
  google_compute_target_tcp_proxy: priceGoogleTargetProxy,
  google_compute_vpn_gateway: EGRESS,
  google_compute_vpn_tunnel: priceGoogleVpnTunnel,
  google_container_cluster: priceGoogleContainerCluster,
  google_container_node_pool: priceGoogleContainerNodePool,
  google_container_registry: priceGoogleContainerRegistry,
  google_dns_managed_zone: priceGoogleDnsZone,
  google_kms_crypto_key: priceGoogleKmsKey,
  google_monitoring_metric_descriptor: priceGoogleMetricDescriptor,
  google_redis_cluster: priceGoogleRedisCluster,
  google_redis_instance: priceGoogleRedisInstance,
  google_secret_manager_secret: priceGoogleSecret,
  google_secret_manager_secret_version: priceGoogleSecretVersion,
  google_service_networking_connection: EGRESS,
  google_sql_database_instance: priceGoogleSqlDatabaseInstance,
  google_storage_bucket: priceGoogleStorageBucket,
};
