import { advice, dropped, gone, renamed } from "./change-builders.ts";
import type { GoneType, VersionChange } from "./version-change.ts";

/**
 * What the Google provider renamed or took away. Source of each entry: the provider's "Version N Upgrade Guide"
 * (registry.terraform.io/providers/hashicorp/google/latest/docs/guides/version_N_upgrade) or the breaking changes of its
 * release N.0.0, N being `since`; the arguments' own pages where these say only "use X instead".
 */

const RENAMES: readonly VersionChange[] = [
  ...renamed("google_container_cluster", 3, {
    zone: "location",
    region: "location",
    additional_zones: "node_locations",
  }),
  ...renamed("google_container_node_pool", 3, { zone: "location", region: "location" }),
  ...renamed("google_container_cluster.workload_identity_config", 4, { identity_namespace: "workload_pool" }),
  ...renamed("google_storage_bucket", 4, { bucket_policy_only: "uniform_bucket_level_access" }),
  ...renamed("google_kms_crypto_key", 4, { self_link: "id" }),
  ...renamed("google_kms_key_ring", 4, { self_link: "id" }),
  ...renamed("google_pubsub_subscription", 4, { path: "id" }),
  ...renamed("google_privateca_certificate", 5, { pem_certificates: "pem_certificate_chain" }),
];

/** Renamed with the argument. Source: resource page google_container_cluster of version 3, `mode`. */
const METADATA_MODES = { EXPOSE: "GCE_METADATA", GKE_METADATA_SERVER: "GKE_METADATA" };

const RESHAPED: readonly VersionChange[] = [
  ...["google_container_cluster", "google_container_node_pool", "google_container_cluster.node_pool"].map(
    (body): VersionChange => ({
      body: `${body}.node_config.workload_metadata_config`,
      from: "node_metadata",
      since: 4,
      answer: { kind: "mapped", to: ["mode"], values: METADATA_MODES },
    }),
  ),
  ...["google_compute_instance_group_manager", "google_compute_region_instance_group_manager"].map(
    (body): VersionChange => ({
      body,
      from: "instance_template",
      since: 3,
      answer: { kind: "nested", into: ["version"], to: "instance_template" },
    }),
  ),
  // Without is_live an object that is not the live one was meant only where that was said.
  {
    body: "google_storage_bucket.lifecycle_rule.condition",
    from: "is_live",
    since: 3,
    answer: { kind: "mapped", to: ["with_state"], values: { true: "LIVE" } },
  },
  {
    body: "google_storage_bucket.lifecycle_rule.condition",
    from: "no_age",
    since: 6,
    source:
      "Resource page google_storage_bucket of version 5, no_age: an age that is set is left out as well",
    answer: { kind: "mapped", to: ["send_age_if_zero"], values: { true: false }, notBeside: "age" },
  },
  {
    body: "google_container_cluster",
    from: "enable_binary_authorization",
    since: 5,
    source: "Resource page google_container_cluster, binary_authorization",
    answer: {
      kind: "nested",
      into: ["binary_authorization"],
      to: "evaluation_mode",
      values: { true: "PROJECT_SINGLETON_POLICY_ENFORCE", false: "DISABLED" },
    },
  },
  {
    body: "google_secret_manager_secret.replication",
    from: "automatic",
    since: 5,
    answer: { kind: "block", to: "auto" },
  },
  // Of SQL Server, "true" asked for ENCRYPTED_ONLY.
  {
    body: "google_sql_database_instance.settings.ip_configuration",
    from: "require_ssl",
    since: 6,
    source: "Cloud SQL Admin API, IpConfiguration.sslMode: which modes stand for which requireSsl",
    answer: {
      kind: "mapped",
      to: ["ssl_mode"],
      values: { true: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED", false: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" },
      where: { argument: "database_version", starts: ["MYSQL_", "POSTGRES_"] },
    },
  },
  {
    body: "google_alloydb_cluster",
    from: "network",
    since: 6,
    answer: { kind: "nested", into: ["network_config"], to: "network" },
  },
];

const FIRST_GENERATION = {
  values: "any",
  because: "only instances of the first generation had it, and there are none any more",
} as const;

const DROPPED: readonly VersionChange[] = [
  ...dropped("google_compute_network_peering", 3, ["auto_create_routes"], {
    values: [true],
    because: "routes are always created, and it could not be set",
  }),
  ...dropped("google_container_cluster.addons_config", 3, ["kubernetes_dashboard"], {
    values: [true],
    because: "the dashboard was disabled and is no longer offered",
    emptied: true,
  }),
  ...dropped("google_container_cluster.ip_allocation_policy", 3, ["use_ip_aliases"], {
    values: [true],
    because: "the block itself asks for aliases",
  }),
  ...dropped("google_container_cluster.ip_allocation_policy", 3, ["create_subnetwork"], {
    values: [false],
    because: "clusters create no subnetworks any more",
  }),
  ...dropped("google_monitoring_uptime_check_config", 3, ["is_internal"], {
    values: [false],
    because: "it never worked, and asked for nothing",
  }),
  ...dropped("google_container_cluster.master_auth", 4, ["username", "password"], {
    values: [""],
    because: "empty, it turned basic authentication off, which is gone",
    emptied: true,
  }),
  ...dropped("google_container_cluster", 4, ["pod_security_policy_config"], {
    values: [false],
    because: "it was disabled and is no longer offered",
  }),
  ...dropped("google_sql_database_instance.settings", 4, ["crash_safe_replication"], FIRST_GENERATION),
  ...dropped("google_sql_database_instance.settings", 4, ["replication_type"], FIRST_GENERATION),
  ...dropped("google_sql_database_instance.settings", 4, ["authorized_gae_applications"], FIRST_GENERATION),
  ...dropped("google_bigquery_table", 6, ["allow_resource_tags_on_deletion"], {
    values: [true],
    because: "resource tags are always allowed now",
  }),
  ...dropped("google_bigquery_reservation", 6, ["multi_region_auxiliary"], {
    values: [false],
    because: "no reservation is auxiliary any more",
  }),
];

const ADVICE: readonly VersionChange[] = [
  ...advice("google_monitoring_alert_policy", 3, {
    labels: "it was never used: write the labels in user_labels if they are wanted",
  }),
  ...advice("google_monitoring_uptime_check_config", 3, {
    internal_checkers: "it never worked: write checker_type if checkers in the network are wanted",
  }),
  ...advice("google_compute_instance_group_manager", 3, {
    update_strategy: "write an update_policy block with its type and minimal_action",
  }),
  ...advice("google_compute_network", 3, {
    ipv4_range: "legacy networks cannot be created: plan subnetworks",
  }),
  ...advice("google_service_account_key", 3, {
    pgp_key: "the key is no longer encrypted: protect the state, and create the key anew",
  }),
  ...advice("google_compute_snapshot", 4, {
    source_disk_link: "build it from the project, zone and source_disk of the snapshot",
  }),
  ...advice("google_container_cluster", 4, {
    instance_group_urls: "use managed_instance_group_urls of the node pools",
  }),
  ...advice("google_privateca_certificate", 5, {
    config_values: "use certificate_description[0].x509_description",
  }),
];

/** Arguments, blocks and attributes. */
export const GOOGLE_CHANGES: readonly VersionChange[] = [...RENAMES, ...RESHAPED, ...DROPPED, ...ADVICE];

/** Resource types. */
export const GOOGLE_GONE_TYPES: readonly GoneType[] = [
  ...gone(3, "write a google_project_service for each service", ["google_project_services"]),
  ...gone(5, "Cloud IoT Core has ended", ["google_cloudiot_device", "google_cloudiot_registry"]),
  ...gone(
    5,
    "write google_app_engine_application, google_firebase_storage_bucket or google_firestore_database",
    ["google_firebase_project_location"],
  ),
  ...gone(
    5,
    "Game Servers has ended",
    ["cluster", "deployment", "config", "deployment_rollout"]
      .map((name) => `google_game_services_game_server_${name}`)
      .concat("google_game_services_realm"),
  ),
];
