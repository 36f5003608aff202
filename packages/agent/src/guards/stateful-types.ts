/**
 * Resource types whose destruction loses what cannot be made again from the configuration: data, keys, secrets, names that others
 * took hold of. Whole families by prefix, so that a type which a provider adds later counts too. Decided for this project from the
 * providers' documentation; in doubt a type counts. Not in it, on purpose: machines as such (`aws_instance`, node groups, pods; what is
 * on their own disks is told to be lost with them), queues of work that drain (`aws_batch_job_queue`), networks, roles, alarms.
 */
const STATEFUL: readonly RegExp[] = [
  // AWS: databases and caches.
  /^aws_(?:db_|rds_|dynamodb_(?:table|global_table)|docdb|neptune|redshift|elasticache_|memorydb_|dax_cluster|qldb_ledger|timestream|keyspaces|opensearch_domain|elasticsearch_domain|opensearchserverless_collection|cloudsearch_domain|lightsail_database|lightsail_disk$|mq_broker|msk_cluster|msk_serverless_cluster)/,
  // AWS: disks, file systems, buckets, archives, backups, images.
  /^aws_(?:ebs_volume|ebs_snapshot|s3_bucket(?:$|_object|_versioning)|s3_object|s3_directory_bucket|s3tables_|glacier_vault|efs_file_system|fsx_|backup_vault|ami$|ami_copy|ami_from_instance|ecr_repository$|ecrpublic_repository|codecommit_repository|codeartifact_)/,
  // AWS: streams and queues, whose messages go with them.
  /^aws_(?:sqs_queue$|sns_topic$|kinesis_stream$|kinesis_video_stream|kinesis_firehose_delivery_stream)/,
  // AWS: keys, secrets, certificates, identities, zones, addresses, logs.
  /^aws_(?:kms_(?:key|external_key|replica_key|replica_external_key)$|secretsmanager_secret|ssm_parameter|acm_certificate$|acmpca_certificate_authority|cloudhsm|cognito_(?:user_pool|identity_pool)$|directory_service_directory|route53_zone|eip$|cloudwatch_log_group|cloudtrail_event_data_store|prometheus_workspace|glue_catalog_(?:database|table)|athena_database|eks_cluster|sagemaker_(?:notebook_instance|feature_group)|workspaces_workspace)/,
  // Google.
  /^google_(?:sql_(?:database|user)|spanner_|bigtable_(?:instance|table)$|bigquery_(?:dataset|table)$|firestore_|firebase_database|datastore_|alloydb_|redis_|memcache_|memorystore_|storage_bucket(?:$|_object)|compute_(?:disk|region_disk|snapshot|image|address|global_address|attached_disk)$|filestore_|netapp_|pubsub_(?:topic|subscription)$|kms_(?:key_ring|crypto_key)$|secret_manager_secret|container_cluster|artifact_registry_repository|dns_managed_zone|privateca_|logging_project_bucket|project$|healthcare_|dataproc_metastore|composer_environment)/,
  // Azure.
  /^azurerm_(?:.*sql.*(?:server|database|instance)|cosmosdb_|redis_|storage_(?:account|container|share|blob|queue|table|data_lake)|managed_disk|snapshot$|image$|key_vault|eventhub|servicebus_|kusto_|data_lake|recovery_services_vault|backup_protected|netapp_|container_registry|dns_zone|kubernetes_cluster$|log_analytics_workspace|public_ip$|search_service|synapse_)/,
  // Kubernetes and what runs databases elsewhere.
  /^kubernetes_(?:persistent_volume|stateful_set|secret|namespace)/,
  /^(?:helm_release|mongodbatlas_(?:cluster|advanced_cluster|project)|postgresql_(?:database|schema)|mysql_database|confluent_|elasticstack_|vault_|cloudflare_(?:r2|d1|workers_kv)|digitalocean_(?:database|volume|spaces)|hcloud_volume|oci_(?:database|core_volume|objectstorage))/,
  // Values that are made once and cannot be made again.
  /^(?:random_(?:password|id|string|uuid|pet|bytes)|tls_private_key|tls_self_signed_cert|time_static)$/,
];

/** Whether destroying such a resource loses something that applying the configuration again does not bring back. */
export function isStateful(type: string): boolean {
  return STATEFUL.some((pattern) => pattern.test(type));
}

/**
 * Attributes of stateful resources that their providers cannot change in place: offline plans come from schemas, which do not tell
 * that an update is a replacement. Source: "Forces new resource" in the providers' documentation.
 */
const IDENTITY = new Set([
  "allocation_id",
  "availability_zone",
  "bucket",
  "bucket_prefix",
  "cidr_block",
  "cluster_identifier",
  "creation_token",
  "database_version",
  "db_name",
  "encrypted",
  "encryption_at_rest_kms_key_arn",
  "engine",
  "fifo_queue",
  "hash_key",
  "identifier",
  "kms_key_id",
  "location",
  "master_username",
  "name",
  "name_prefix",
  "performance_mode",
  "project",
  "range_key",
  "region",
  "replication_group_id",
  "snapshot_id",
  "snapshot_identifier",
  "storage_encrypted",
  "table_name",
  "username",
  "zone",
]);

/** Whether a change of this path means another resource in place of a stateful one. */
export function isIdentity(path: string): boolean {
  return IDENTITY.has(path);
}
