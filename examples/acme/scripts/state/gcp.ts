import { GCE_MACHINES, GCP_PROJECT, GCP_ZONE, type GceMachine, METABASE } from "../fleet/gcp.ts";
import { hexFor } from "../random.ts";
import type { Attributes, StateResource } from "./state-resource.ts";

const API = `https://www.googleapis.com/compute/v1/projects/${GCP_PROJECT}`;
const NETWORK_LINK = `${API}/global/networks/analytics`;
const SUBNETWORK = `projects/${GCP_PROJECT}/regions/us-central1/subnetworks/analytics-us-central1`;
const PROVISIONED = { "goog-terraform-provisioned": "true" };

/** The number that Compute Engine gives to what lives at an address. */
export function gceNumber(address: string): string {
  const digits = BigInt(`0x${hexFor(`gce ${address}`, 15)}`).toString();
  return digits.padStart(19, "4").slice(0, 19);
}

function labelled(labels: Readonly<Record<string, string>>): Attributes {
  const all = { ...PROVISIONED, ...labels };
  return { labels, terraform_labels: all, effective_labels: all };
}

function network(): StateResource[] {
  return [
    {
      address: "google_compute_network.analytics",
      attributes: {
        id: `projects/${GCP_PROJECT}/global/networks/analytics`,
        auto_create_subnetworks: false,
        delete_default_routes_on_create: false,
        description: "",
        enable_ula_internal_ipv6: false,
        mtu: 0,
        name: "analytics",
        network_firewall_policy_enforcement_order: "AFTER_CLASSIC_FIREWALL",
        numeric_id: gceNumber("google_compute_network.analytics"),
        project: GCP_PROJECT,
        routing_mode: "REGIONAL",
        self_link: NETWORK_LINK,
        timeouts: null,
      },
    },
    {
      address: "google_compute_subnetwork.analytics",
      attributes: {
        id: SUBNETWORK,
        description: "",
        gateway_address: "10.60.0.1",
        ip_cidr_range: "10.60.0.0/20",
        name: "analytics-us-central1",
        network: NETWORK_LINK,
        private_ip_google_access: false,
        project: GCP_PROJECT,
        purpose: "PRIVATE",
        region: "us-central1",
        secondary_ip_range: [],
        self_link: `https://www.googleapis.com/compute/v1/${SUBNETWORK}`,
        stack_type: "IPV4_ONLY",
        timeouts: null,
      },
      dependencies: ["google_compute_network.analytics"],
    },
  ];
}

function bootDisk(machine: GceMachine): Attributes {
  return {
    auto_delete: true,
    device_name: "persistent-disk-0",
    disk_encryption_key_raw: "",
    initialize_params: [
      {
        enable_confidential_compute: false,
        image: `${API.replace(GCP_PROJECT, "debian-cloud")}/global/images/debian-12-bookworm-v20260813`,
        labels: {},
        provisioned_iops: 0,
        provisioned_throughput: 0,
        resource_manager_tags: {},
        resource_policies: [],
        size: machine.diskGb,
        storage_pool: "",
        type: "pd-balanced",
      },
    ],
    kms_key_self_link: "",
    mode: "READ_WRITE",
    source: `${API}/zones/${GCP_ZONE}/disks/${machine.name}`,
  };
}

function instance(machine: GceMachine): StateResource {
  return {
    address: machine.address,
    schemaVersion: 6,
    attributes: {
      id: `projects/${GCP_PROJECT}/zones/${GCP_ZONE}/instances/${machine.name}`,
      allow_stopping_for_update: true,
      boot_disk: [bootDisk(machine)],
      can_ip_forward: false,
      cpu_platform: "Intel Cascade Lake",
      current_status: "RUNNING",
      deletion_protection: false,
      enable_display: false,
      hostname: "",
      instance_id: gceNumber(machine.address),
      machine_type: machine.machineType,
      name: machine.name,
      network_interface: [
        {
          name: "nic0",
          network: NETWORK_LINK,
          network_ip: `10.60.0.${10 + GCE_MACHINES.indexOf(machine)}`,
          stack_type: "IPV4_ONLY",
          subnetwork: `https://www.googleapis.com/compute/v1/${SUBNETWORK}`,
          subnetwork_project: GCP_PROJECT,
        },
      ],
      project: GCP_PROJECT,
      scheduling: [
        {
          automatic_restart: true,
          instance_termination_action: "",
          min_node_cpus: 0,
          on_host_maintenance: "MIGRATE",
          preemptible: false,
          provisioning_model: "STANDARD",
        },
      ],
      self_link: `${API}/zones/${GCP_ZONE}/instances/${machine.name}`,
      timeouts: null,
      zone: GCP_ZONE,
      ...labelled({ environment: "prod", role: machine.key }),
    },
    sensitive: [["boot_disk", 0, "disk_encryption_key_raw"]],
    dependencies: ["google_compute_network.analytics", "google_compute_subnetwork.analytics"],
  };
}

function disk(name: string, type: string, sizeGb: number, user: string | null): StateResource {
  const cloudName = `analytics-${name.replaceAll("_", "-")}`;
  const link = `projects/${GCP_PROJECT}/zones/${GCP_ZONE}/disks/${cloudName}`;
  return {
    address: `google_compute_disk.${name}`,
    attributes: {
      id: link,
      creation_timestamp: "2026-03-02T01:12:44.310-08:00",
      disk_id: gceNumber(`google_compute_disk.${name}`),
      name: cloudName,
      physical_block_size_bytes: 4096,
      project: GCP_PROJECT,
      self_link: `https://www.googleapis.com/compute/v1/${link}`,
      size: sizeGb,
      timeouts: null,
      type,
      users: user === null ? [] : [`${API}/zones/${GCP_ZONE}/instances/${user}`],
      zone: GCP_ZONE,
      labels: null,
      terraform_labels: PROVISIONED,
      effective_labels: PROVISIONED,
    },
  };
}

function attachedDisk(): StateResource {
  const diskId = `projects/${GCP_PROJECT}/zones/${GCP_ZONE}/disks/analytics-feature-store`;
  const instanceId = `projects/${GCP_PROJECT}/zones/${GCP_ZONE}/instances/analytics-features`;
  return {
    address: "google_compute_attached_disk.feature_store",
    attributes: {
      id: `${instanceId}/analytics-feature-store`,
      device_name: "persistent-disk-1",
      disk: diskId,
      instance: instanceId,
      interface: null,
      mode: "READ_WRITE",
      project: GCP_PROJECT,
      timeouts: null,
      zone: GCP_ZONE,
    },
    dependencies: ["google_compute_disk.feature_store", "google_compute_instance.node"],
  };
}

function address(): StateResource {
  const id = `projects/${GCP_PROJECT}/regions/us-central1/addresses/partner-vpn`;
  return {
    address: "google_compute_address.partner_vpn",
    attributes: {
      id,
      address: "198.51.100.17",
      address_type: "EXTERNAL",
      creation_timestamp: "2025-06-17T04:40:01.001-07:00",
      description: "",
      name: "partner-vpn",
      network_tier: "PREMIUM",
      prefix_length: 0,
      project: GCP_PROJECT,
      purpose: "",
      region: "us-central1",
      self_link: `https://www.googleapis.com/compute/v1/${id}`,
      timeouts: null,
      users: [],
      labels: null,
      terraform_labels: PROVISIONED,
      effective_labels: PROVISIONED,
    },
  };
}

function database(): StateResource {
  return {
    address: METABASE.address,
    attributes: {
      id: METABASE.name,
      available_maintenance_versions: [],
      connection_name: `${GCP_PROJECT}:us-central1:${METABASE.name}`,
      database_version: "POSTGRES_16",
      deletion_protection: true,
      instance_type: "CLOUD_SQL_INSTANCE",
      name: METABASE.name,
      project: GCP_PROJECT,
      region: "us-central1",
      self_link: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${GCP_PROJECT}/instances/${METABASE.name}`,
      settings: [
        {
          activation_policy: "ALWAYS",
          availability_type: "ZONAL",
          backup_configuration: [
            {
              backup_retention_settings: [{ retained_backups: 14, retention_unit: "COUNT" }],
              binary_log_enabled: false,
              enabled: true,
              location: "",
              point_in_time_recovery_enabled: false,
              start_time: "03:00",
              transaction_log_retention_days: 7,
            },
          ],
          connector_enforcement: "NOT_REQUIRED",
          deletion_protection_enabled: false,
          disk_autoresize: true,
          disk_autoresize_limit: 0,
          disk_size: 50,
          disk_type: "PD_SSD",
          edition: "ENTERPRISE",
          pricing_plan: "PER_USE",
          tier: "db-custom-4-15360",
          version: 31,
        },
      ],
      timeouts: null,
    },
    sensitive: [["root_password"], ["server_ca_cert"]],
  };
}

/** Everything of gcp.tf. */
export function gcpResources(): StateResource[] {
  return [
    ...network(),
    ...GCE_MACHINES.map(instance),
    disk("feature_store", "pd-balanced", 200, "analytics-features"),
    disk("backfill", "pd-ssd", 500, null),
    attachedDisk(),
    address(),
    database(),
  ];
}
