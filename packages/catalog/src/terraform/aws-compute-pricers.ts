import { priceAwsApiStage, priceAwsHttpApi, priceAwsRestApi } from "./aws-api-gateway.ts";
import { priceAwsAutoscalingGroup } from "./aws-autoscaling-group.ts";
import { priceAwsDistribution } from "./aws-cloudfront.ts";
import {
  priceAwsCompositeAlarm,
  priceAwsDashboard,
  priceAwsEventBus,
  priceAwsKmsKey,
  priceAwsLogGroup,
  priceAwsLogMetricFilter,
  priceAwsMetricAlarm,
  priceAwsParameter,
  priceAwsSecret,
} from "./aws-cloudwatch.ts";
import {
  priceAwsClientVpn,
  priceAwsClientVpnAssociation,
  priceAwsDirectConnect,
  priceAwsDirectConnectGateway,
  priceAwsTransitAttachment,
  priceAwsTransitPeering,
  priceAwsVpnConnection,
} from "./aws-connections.ts";
import { priceAwsCapacityReservation, priceAwsHost } from "./aws-capacity.ts";
import { priceAwsEbsSnapshot, priceAwsFastRestore, priceAwsImage } from "./aws-ebs-snapshot.ts";
import { priceAwsEbsVolume } from "./aws-ebs-volume.ts";
import {
  priceAwsAccelerator,
  priceAwsHealthCheck,
  priceAwsRecord,
  priceAwsResolverEndpoint,
  priceAwsZone,
} from "./aws-global.ts";
import { priceAwsEcsService } from "./aws-ecs.ts";
import {
  priceAwsEksAddon,
  priceAwsEksCluster,
  priceAwsEksNodeGroup,
  priceAwsFargateProfile,
} from "./aws-eks.ts";
import { priceAwsFleet, priceAwsSpotFleet } from "./aws-fleet.ts";
import { priceAwsInstance, priceAwsSpotInstance } from "./aws-instance.ts";
import { priceAwsEventSource, priceAwsLambdaConcurrency, priceAwsLambdaFunction } from "./aws-lambda.ts";
import { priceAwsElb, priceAwsLb } from "./aws-load-balancer.ts";
import {
  priceAwsCertificate,
  priceAwsEip,
  priceAwsFlowLog,
  priceAwsNatGateway,
  priceAwsNetworkFirewall,
  priceAwsTrafficMirror,
  priceAwsVpcEndpoint,
  priceAwsVpcEndpointSubnet,
} from "./aws-network.ts";
import {
  priceAwsClassicWebAcl,
  priceAwsCodeBuild,
  priceAwsGlueCrawler,
  priceAwsGlueDatabase,
  priceAwsGlueJob,
  priceAwsRegionalWebAcl,
  priceAwsRepository,
  priceAwsStateMachine,
  priceAwsWebAcl,
} from "./aws-workflows.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Machines, disks, clusters and networks of AWS, and what watches and joins them. */
export const AWS_COMPUTE_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  aws_acm_certificate: priceAwsCertificate,
  aws_alb: priceAwsLb,
  aws_ami: priceAwsImage,
  aws_ami_copy: priceAwsImage,
  aws_ami_from_instance: priceAwsImage,
  aws_api_gateway_rest_api: priceAwsRestApi,
  aws_api_gateway_stage: priceAwsApiStage,
  aws_apigatewayv2_api: priceAwsHttpApi,
  aws_autoscaling_group: priceAwsAutoscalingGroup,
  aws_cloudfront_distribution: priceAwsDistribution,
  aws_cloudwatch_composite_alarm: priceAwsCompositeAlarm,
  aws_cloudwatch_dashboard: priceAwsDashboard,
  aws_cloudwatch_event_bus: priceAwsEventBus,
  aws_cloudwatch_log_group: priceAwsLogGroup,
  aws_cloudwatch_log_metric_filter: priceAwsLogMetricFilter,
  aws_cloudwatch_metric_alarm: priceAwsMetricAlarm,
  aws_codebuild_project: priceAwsCodeBuild,
  aws_dx_connection: priceAwsDirectConnect,
  aws_dx_gateway_association: priceAwsDirectConnectGateway,
  aws_ebs_fast_snapshot_restore: priceAwsFastRestore,
  aws_ebs_snapshot: priceAwsEbsSnapshot,
  aws_ebs_snapshot_copy: priceAwsEbsSnapshot,
  aws_ebs_snapshot_import: priceAwsEbsSnapshot,
  aws_ebs_volume: priceAwsEbsVolume,
  aws_ec2_capacity_reservation: priceAwsCapacityReservation,
  aws_ec2_client_vpn_endpoint: priceAwsClientVpn,
  aws_ec2_client_vpn_network_association: priceAwsClientVpnAssociation,
  aws_ec2_fleet: priceAwsFleet,
  aws_ec2_host: priceAwsHost,
  aws_ec2_traffic_mirror_session: priceAwsTrafficMirror,
  aws_ec2_transit_gateway_peering_attachment: priceAwsTransitPeering,
  aws_ec2_transit_gateway_peering_attachment_accepter: priceAwsTransitPeering,
  aws_ec2_transit_gateway_vpc_attachment: priceAwsTransitAttachment,
  aws_ecr_repository: priceAwsRepository,
  aws_ecs_service: priceAwsEcsService,
  aws_eip: priceAwsEip,
  aws_eks_addon: priceAwsEksAddon,
  aws_eks_cluster: priceAwsEksCluster,
  aws_eks_fargate_profile: priceAwsFargateProfile,
  aws_eks_node_group: priceAwsEksNodeGroup,
  aws_elb: priceAwsElb,
  aws_flow_log: priceAwsFlowLog,
  aws_globalaccelerator_accelerator: priceAwsAccelerator,
  aws_glue_catalog_database: priceAwsGlueDatabase,
  aws_glue_crawler: priceAwsGlueCrawler,
  aws_glue_job: priceAwsGlueJob,
  aws_instance: priceAwsInstance,
  aws_kms_external_key: priceAwsKmsKey,
  aws_kms_key: priceAwsKmsKey,
  aws_kms_replica_external_key: priceAwsKmsKey,
  aws_kms_replica_key: priceAwsKmsKey,
  aws_lambda_event_source_mapping: priceAwsEventSource,
  aws_lambda_function: priceAwsLambdaFunction,
  aws_lambda_provisioned_concurrency_config: priceAwsLambdaConcurrency,
  aws_lb: priceAwsLb,
  aws_nat_gateway: priceAwsNatGateway,
  aws_networkfirewall_firewall: priceAwsNetworkFirewall,
  aws_route53_health_check: priceAwsHealthCheck,
  aws_route53_record: priceAwsRecord,
  aws_route53_resolver_endpoint: priceAwsResolverEndpoint,
  aws_route53_zone: priceAwsZone,
  aws_secretsmanager_secret: priceAwsSecret,
  aws_sfn_state_machine: priceAwsStateMachine,
  aws_spot_fleet_request: priceAwsSpotFleet,
  aws_spot_instance_request: priceAwsSpotInstance,
  aws_ssm_parameter: priceAwsParameter,
  aws_vpc_endpoint: priceAwsVpcEndpoint,
  aws_vpc_endpoint_subnet_association: priceAwsVpcEndpointSubnet,
  aws_vpn_connection: priceAwsVpnConnection,
  aws_waf_web_acl: priceAwsClassicWebAcl,
  aws_wafregional_web_acl: priceAwsRegionalWebAcl,
  aws_wafv2_web_acl: priceAwsWebAcl,
};
