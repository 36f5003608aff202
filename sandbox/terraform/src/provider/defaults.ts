import type { Value } from "./dynamic-value.ts";

const LOAD_BALANCER: Readonly<Record<string, Value>> = {
  load_balancer_type: "application",
  enable_deletion_protection: false,
  enable_http2: true,
  idle_timeout: 60,
};

/**
 * Defaults that the real providers plan for arguments that are not set, by type and path: those that a price or a
 * reviewer depends on. No published schema holds defaults. Sources: `Default` in the schemas of
 * hashicorp/terraform-provider-aws and hashicorp/terraform-provider-google v6.50.0, and the pages of their resources.
 */
export const DEFAULTS: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  aws_instance: {
    get_password_data: false,
    source_dest_check: true,
    user_data_replace_on_change: false,
    "root_block_device.delete_on_termination": true,
    "ebs_block_device.delete_on_termination": true,
    "network_interface.delete_on_termination": false,
  },
  aws_autoscaling_group: {
    force_delete: false,
    force_delete_warm_pool: false,
    health_check_grace_period: 300,
    metrics_granularity: "1Minute",
    protect_from_scale_in: false,
    wait_for_capacity_timeout: "10m",
  },
  aws_db_instance: {
    auto_minor_version_upgrade: true,
    copy_tags_to_snapshot: false,
    delete_automated_backups: true,
    monitoring_interval: 0,
    performance_insights_enabled: false,
    publicly_accessible: false,
    skip_final_snapshot: false,
  },
  aws_lb: LOAD_BALANCER,
  aws_alb: LOAD_BALANCER,
  aws_nat_gateway: { connectivity_type: "public" },
  google_compute_instance: {
    can_ip_forward: false,
    deletion_protection: false,
    "boot_disk.auto_delete": true,
    "boot_disk.mode": "READ_WRITE",
    "attached_disk.mode": "READ_WRITE",
    "scheduling.automatic_restart": true,
    "scheduling.preemptible": false,
    "scratch_disk.size": 375,
  },
  google_compute_disk: { type: "pd-standard" },
  google_sql_database_instance: {
    deletion_protection: true,
    "settings.activation_policy": "ALWAYS",
    "settings.availability_type": "ZONAL",
    "settings.disk_autoresize": true,
    "settings.disk_autoresize_limit": 0,
    "settings.pricing_plan": "PER_USE",
  },
};
