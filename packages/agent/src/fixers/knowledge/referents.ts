/**
 * What an argument refers to, where its name and its resource say it: the attribute of which type's resource. For ids and names of
 * other resources only; nothing of it grants access or says how large something is.
 * Source of each: the example of the resource's page in the provider's documentation.
 */
const REFERENTS: Readonly<Record<string, string>> = {
  "aws_alb_listener.load_balancer_arn": "aws_alb.arn",
  "aws_api_gateway_deployment.rest_api_id": "aws_api_gateway_rest_api.id",
  "aws_api_gateway_integration.rest_api_id": "aws_api_gateway_rest_api.id",
  "aws_api_gateway_method.rest_api_id": "aws_api_gateway_rest_api.id",
  "aws_api_gateway_resource.rest_api_id": "aws_api_gateway_rest_api.id",
  "aws_api_gateway_stage.rest_api_id": "aws_api_gateway_rest_api.id",
  "aws_apigatewayv2_integration.api_id": "aws_apigatewayv2_api.id",
  "aws_apigatewayv2_route.api_id": "aws_apigatewayv2_api.id",
  "aws_apigatewayv2_stage.api_id": "aws_apigatewayv2_api.id",
  "aws_appautoscaling_policy.resource_id": "aws_appautoscaling_target.resource_id",
  "aws_backup_selection.plan_id": "aws_backup_plan.id",
  "aws_cloudwatch_event_target.rule": "aws_cloudwatch_event_rule.name",
  "aws_cloudwatch_log_stream.log_group_name": "aws_cloudwatch_log_group.name",
  "aws_cognito_user_pool_client.user_pool_id": "aws_cognito_user_pool.id",
  "aws_cognito_user_pool_domain.user_pool_id": "aws_cognito_user_pool.id",
  "aws_docdb_cluster_instance.cluster_identifier": "aws_docdb_cluster.id",
  "aws_ecr_lifecycle_policy.repository": "aws_ecr_repository.name",
  "aws_ecr_repository_policy.repository": "aws_ecr_repository.name",
  "aws_ecs_cluster_capacity_providers.cluster_name": "aws_ecs_cluster.name",
  "aws_efs_access_point.file_system_id": "aws_efs_file_system.id",
  "aws_efs_backup_policy.file_system_id": "aws_efs_file_system.id",
  "aws_efs_mount_target.file_system_id": "aws_efs_file_system.id",
  "aws_eks_access_entry.cluster_name": "aws_eks_cluster.name",
  "aws_eks_addon.cluster_name": "aws_eks_cluster.name",
  "aws_eks_fargate_profile.cluster_name": "aws_eks_cluster.name",
  "aws_eks_node_group.cluster_name": "aws_eks_cluster.name",
  "aws_internet_gateway_attachment.internet_gateway_id": "aws_internet_gateway.id",
  "aws_internet_gateway_attachment.vpc_id": "aws_vpc.id",
  "aws_lambda_alias.function_name": "aws_lambda_function.function_name",
  "aws_lambda_event_source_mapping.function_name": "aws_lambda_function.arn",
  "aws_lambda_function_url.function_name": "aws_lambda_function.function_name",
  "aws_lb_listener.load_balancer_arn": "aws_lb.arn",
  "aws_lb_listener_certificate.listener_arn": "aws_lb_listener.arn",
  "aws_lb_listener_rule.listener_arn": "aws_lb_listener.arn",
  "aws_lb_target_group_attachment.target_group_arn": "aws_lb_target_group.arn",
  "aws_network_acl.vpc_id": "aws_vpc.id",
  "aws_network_acl_rule.network_acl_id": "aws_network_acl.id",
  "aws_neptune_cluster_instance.cluster_identifier": "aws_neptune_cluster.id",
  "aws_rds_cluster_endpoint.cluster_identifier": "aws_rds_cluster.id",
  "aws_rds_cluster_instance.cluster_identifier": "aws_rds_cluster.id",
  "aws_route.route_table_id": "aws_route_table.id",
  "aws_route53_record.zone_id": "aws_route53_zone.zone_id",
  "aws_route_table.vpc_id": "aws_vpc.id",
  "aws_route_table_association.route_table_id": "aws_route_table.id",
  "aws_s3_bucket_lifecycle_configuration.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_logging.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_notification.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_ownership_controls.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_public_access_block.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_server_side_encryption_configuration.bucket": "aws_s3_bucket.id",
  "aws_s3_bucket_versioning.bucket": "aws_s3_bucket.id",
  "aws_s3_object.bucket": "aws_s3_bucket.id",
  "aws_secretsmanager_secret_rotation.secret_id": "aws_secretsmanager_secret.id",
  "aws_secretsmanager_secret_version.secret_id": "aws_secretsmanager_secret.id",
  "aws_sns_topic_subscription.topic_arn": "aws_sns_topic.arn",
  "aws_subnet.vpc_id": "aws_vpc.id",
  "aws_vpc_dhcp_options_association.vpc_id": "aws_vpc.id",
  "aws_vpc_endpoint.vpc_id": "aws_vpc.id",
  "aws_vpc_ipv4_cidr_block_association.vpc_id": "aws_vpc.id",
  "google_compute_backend_bucket.bucket_name": "google_storage_bucket.name",
  "google_compute_firewall.network": "google_compute_network.id",
  "google_compute_route.network": "google_compute_network.id",
  "google_compute_router.network": "google_compute_network.id",
  "google_compute_router_nat.router": "google_compute_router.name",
  "google_compute_subnetwork.network": "google_compute_network.id",
  "google_container_node_pool.cluster": "google_container_cluster.id",
  "google_dns_record_set.managed_zone": "google_dns_managed_zone.name",
  "google_pubsub_subscription.topic": "google_pubsub_topic.id",
  "google_service_networking_connection.network": "google_compute_network.id",
  "google_sql_database.instance": "google_sql_database_instance.name",
  "google_storage_bucket_object.bucket": "google_storage_bucket.name",
};

/** Types whose resources are of the same kind as one: beside one of them, a reference could mean either. */
const LIKEWISE: Readonly<Record<string, readonly string[]>> = {
  aws_vpc: ["aws_default_vpc"],
  aws_network_acl: ["aws_default_network_acl"],
  aws_route_table: ["aws_default_route_table"],
  aws_alb: ["aws_lb"],
  aws_lb: ["aws_alb"],
  aws_lb_listener: ["aws_alb_listener"],
  aws_lb_target_group: ["aws_alb_target_group"],
};

/**
 * What of an owner there is once, and what people call like it. Of other types one owner has many, with names of their own. Source: the
 * resources' pages.
 */
const SETTINGS_OF_ONE: ReadonlySet<string> = new Set([
  "aws_cognito_user_pool_domain",
  "aws_ecr_lifecycle_policy",
  "aws_ecr_repository_policy",
  "aws_ecs_cluster_capacity_providers",
  "aws_efs_backup_policy",
  "aws_lambda_function_url",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_notification",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_rotation",
  "aws_secretsmanager_secret_version",
]);

/** Whether a resource of that type is a setting of the one that it refers to, which has no second one. */
export function isSettingOfOne(type: string): boolean {
  return SETTINGS_OF_ONE.has(type);
}

/** What an argument of a resource refers to. */
export interface Referent {
  readonly type: string;
  readonly attribute: string;
  /** Besides `type`, what else it could be a resource of. */
  readonly likewise: readonly string[];
}

/** All arguments that are known to refer to something, as `type.argument`. */
export const REFERRING_ARGUMENTS: readonly string[] = Object.keys(REFERENTS);

/** What an argument of a resource type refers to; `undefined` where its name does not say it. */
export function referentOf(type: string, argument: string): Referent | undefined {
  const key = `${type}.${argument}`;
  const [target = "", attribute = ""] =
    (Object.hasOwn(REFERENTS, key) ? REFERENTS[key] : undefined)?.split(".") ?? [];
  if (target === "") return undefined;
  return {
    type: target,
    attribute,
    likewise: Object.hasOwn(LIKEWISE, target) ? (LIKEWISE[target] ?? []) : [],
  };
}
