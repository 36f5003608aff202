/** Types of AWS that cost nothing by themselves, by service: what follows `aws_SERVICE_`. */
const FREE_BY_SERVICE: Readonly<Record<string, string>> = {
  account: "alternate_contact primary_contact region",
  acm: "certificate_validation",
  alb: "listener_certificate",
  api_gateway: [
    "account api_key authorizer base_path_mapping client_certificate deployment documentation_part",
    "documentation_version domain_name domain_name_access_association gateway_response integration",
    "integration_response method method_response method_settings model request_validator resource",
    "rest_api_policy rest_api_put usage_plan usage_plan_key vpc_link",
  ].join(" "),
  apigatewayv2: [
    "api_mapping authorizer deployment domain_name integration integration_response model route",
    "route_response stage vpc_link",
  ].join(" "),
  appautoscaling: "policy scheduled_action target",
  autoscaling: "group_tag notification traffic_source_attachment",
  cloudfront: [
    "cache_policy field_level_encryption_config field_level_encryption_profile key_group",
    "origin_access_control origin_access_identity origin_request_policy public_key",
    "response_headers_policy",
  ].join(" "),
  cloudwatch: [
    "event_bus_policy event_connection event_permission event_rule event_target log_destination",
    "log_destination_policy log_index_policy log_resource_policy log_stream log_subscription_filter",
    "query_definition",
  ].join(" "),
  codebuild: "report_group resource_policy source_credential webhook",
  codedeploy: "app deployment_config deployment_group",
  default: "vpc_dhcp_options",
  dx: [
    "bgp_peer connection_association connection_confirmation gateway gateway_association_proposal",
    "hosted_private_virtual_interface hosted_private_virtual_interface_accepter",
    "hosted_public_virtual_interface hosted_public_virtual_interface_accepter",
    "hosted_transit_virtual_interface hosted_transit_virtual_interface_accepter",
    "macsec_key_association private_virtual_interface public_virtual_interface",
    "transit_virtual_interface",
  ].join(" "),
  ebs: "snapshot_block_public_access",
  ec2: [
    "allowed_images_settings availability_zone_group carrier_gateway client_vpn_authorization_rule",
    "client_vpn_route default_credit_specification image_block_public_access",
    "instance_connect_endpoint instance_metadata_defaults managed_prefix_list",
    "managed_prefix_list_entry serial_console_access subnet_cidr_reservation traffic_mirror_filter",
    "traffic_mirror_filter_rule traffic_mirror_target transit_gateway",
    "transit_gateway_default_route_table_association transit_gateway_default_route_table_propagation",
    "transit_gateway_policy_table transit_gateway_policy_table_association",
    "transit_gateway_prefix_list_reference transit_gateway_route transit_gateway_route_table",
    "transit_gateway_route_table_association transit_gateway_route_table_propagation",
    "transit_gateway_vpc_attachment_accepter",
  ].join(" "),
  ecr: [
    "account_setting lifecycle_policy pull_through_cache_rule registry_policy",
    "replication_configuration repository_creation_template repository_policy",
  ].join(" "),
  ecs: "account_setting_default capacity_provider cluster_capacity_providers tag",
  eip: "domain_name",
  eks: "access_entry access_policy_association identity_provider_config pod_identity_association",
  globalaccelerator: "cross_account_attachment endpoint_group listener",
  glue: [
    "classifier connection data_catalog_encryption_settings partition_index registry resource_policy",
    "schema security_configuration trigger user_defined_function workflow",
  ].join(" "),
  iam: [
    "account_alias account_password_policy group_membership group_policies_exclusive",
    "group_policy_attachments_exclusive organizations_features role_policy_attachments_exclusive",
    "saml_provider security_token_service_preferences server_certificate service_specific_credential",
    "signing_certificate user_group_membership user_login_profile user_policies_exclusive",
    "user_policy_attachments_exclusive user_ssh_key virtual_mfa_device",
  ].join(" "),
  identitystore: "group group_membership user",
  kms: "ciphertext custom_key_store grant key_policy",
  lambda: [
    "alias code_signing_config function_event_invoke_config function_recursion_config function_url",
    "layer_version layer_version_permission permission runtime_management_config",
  ].join(" "),
  lb: "cookie_stickiness_policy ssl_negotiation_policy",
  load_balancer: "backend_server_policy listener_policy policy",
  nat_gateway: "eip_association",
  network_interface: "permission sg_attachment",
  networkfirewall: "firewall_policy logging_configuration resource_policy rule_group",
  organizations: [
    "account delegated_administrator organization organizational_unit policy policy_attachment",
    "resource_policy",
  ].join(" "),
  proxy: "protocol_policy",
  ram: [
    "principal_association resource_association resource_share resource_share_accepter",
    "sharing_with_organization",
  ].join(" "),
  resourcegroups: "group resource",
  route53: [
    "cidr_collection cidr_location delegation_set hosted_zone_dnssec key_signing_key",
    "records_exclusive resolver_config resolver_dnssec_config resolver_rule resolver_rule_association",
    "vpc_association_authorization zone_association",
  ].join(" "),
  scheduler: "schedule_group",
  secretsmanager: "secret_policy secret_rotation secret_version",
  servicequotas: "service_quota template template_association",
  sfn: "activity alias",
  spot: "datafeed_subscription",
  ssm: [
    "association default_patch_baseline document maintenance_window maintenance_window_target",
    "maintenance_window_task patch_baseline patch_group resource_data_sync service_setting",
  ].join(" "),
  ssoadmin: [
    "account_assignment application application_access_scope application_assignment",
    "application_assignment_configuration customer_managed_policy_attachment",
    "instance_access_control_attributes managed_policy_attachment permission_set",
    "permission_set_inline_policy permissions_boundary_attachment trusted_token_issuer",
  ].join(" "),
  vpc: [
    "block_public_access_exclusion block_public_access_options endpoint_connection_accepter",
    "endpoint_connection_notification endpoint_policy endpoint_private_dns",
    "endpoint_route_table_association endpoint_security_group_association endpoint_service",
    "endpoint_service_allowed_principal endpoint_service_private_dns_verification",
    "ipv6_cidr_block_association peering_connection peering_connection_accepter",
    "peering_connection_options security_group_vpc_association",
  ].join(" "),
  vpn: "connection_route gateway gateway_attachment gateway_route_propagation",
  waf: [
    "byte_match_set geo_match_set ipset rate_based_rule regex_match_set regex_pattern_set rule",
    "size_constraint_set sql_injection_match_set xss_match_set",
  ].join(" "),
  wafregional: [
    "byte_match_set geo_match_set ipset rate_based_rule regex_match_set regex_pattern_set rule",
    "size_constraint_set sql_injection_match_set web_acl_association xss_match_set",
  ].join(" "),
  wafv2: "api_key ip_set regex_pattern_set web_acl_association web_acl_logging_configuration",
  xray: "encryption_config group resource_policy sampling_rule",
};

/**
 * Types of AWS that cost nothing by themselves: rights, routes, rules and settings of what is priced where it is declared. Source: the
 * provider's documentation and the pricing page of each service.
 */
export const FREE_AWS_TYPES: readonly string[] = Object.entries(FREE_BY_SERVICE).flatMap(([service, names]) =>
  names.split(" ").map((name) => `aws_${service}_${name}`),
);
