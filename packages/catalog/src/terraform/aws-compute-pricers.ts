import { priceAwsApiStage, priceAwsHttpApi, priceAwsRestApi } from "./aws-api-gateway.ts";
import { priceAwsAutoscalingGroup } from "./aws-autoscaling-group.ts";
import {
  priceAwsCompositeAlarm,
  priceAwsDashboard,
  priceAwsEventBus,
  priceAwsKmsKey,
  priceAwsLogGroup,
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
import { priceAwsEbsSnapshot } from "./aws-ebs-snapshot.ts";
import { priceAwsEbsVolume } from "./aws-ebs-volume.ts";
import {
  priceAwsAccelerator,
  priceAwsHealthCheck,
  priceAwsRecord,
  priceAwsResolverEndpoint,
  priceAwsZone,
} from "./aws-global.ts";
import { priceAwsInstance } from "./aws-instance.ts";
import { priceAwsLambdaConcurrency, priceAwsLambdaFunction } from "./aws-lambda.ts";
import { priceAwsElb, priceAwsLb } from "./aws-load-balancer.ts";
import {
  priceAwsEip,
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
  priceAwsGlueJob,
  priceAwsRegionalWebAcl,
  priceAwsRepository,
  priceAwsStateMachine,
  priceAwsWebAcl,
} from "./aws-workflows.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Machines, disks, clusters and networks of AWS, and what watches and joins them. */
export const AWS_COMPUTE_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  aws_alb: priceAwsLb,
  aws_api_gateway_rest_api: priceAwsRestApi,
  aws_api_gateway_stage: priceAwsApiStage,
  aws_apigatewayv2_api: priceAwsHttpApi,
  aws_autoscaling_group: priceAwsAutoscalingGroup,
  aws_cloudwatch_composite_alarm: priceAwsCompositeAlarm,
  aws_cloudwatch_dashboard: priceAwsDashboard,
  aws_cloudwatch_event_bus: priceAwsEventBus,
  aws_cloudwatch_log_group: priceAwsLogGroup,
  aws_cloudwatch_metric_alarm: priceAwsMetricAlarm,
  aws_codebuild_project: priceAwsCodeBuild,
  aws_dx_connection: priceAwsDirectConnect,
  aws_dx_gateway_association: priceAwsDirectConnectGateway,
  aws_ebs_snapshot: priceAwsEbsSnapshot,
  aws_ebs_volume: priceAwsEbsVolume,
  aws_ec2_client_vpn_endpoint: priceAwsClientVpn,
  aws_ec2_client_vpn_network_association: priceAwsClientVpnAssociation,
  aws_ec2_traffic_mirror_session: priceAwsTrafficMirror,
  aws_ec2_transit_gateway_peering_attachment: priceAwsTransitPeering,
  aws_ec2_transit_gateway_vpc_attachment: priceAwsTransitAttachment,
  aws_ecr_repository: priceAwsRepository,
  aws_eip: priceAwsEip,
  aws_elb: priceAwsElb,
  aws_globalaccelerator_accelerator: priceAwsAccelerator,
  aws_glue_crawler: priceAwsGlueCrawler,
  aws_glue_job: priceAwsGlueJob,
  aws_instance: priceAwsInstance,
  aws_kms_external_key: priceAwsKmsKey,
  aws_kms_key: priceAwsKmsKey,
  aws_kms_replica_key: priceAwsKmsKey,
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
  aws_ssm_parameter: priceAwsParameter,
  aws_vpc_endpoint: priceAwsVpcEndpoint,
  aws_vpc_endpoint_subnet_association: priceAwsVpcEndpointSubnet,
  aws_vpn_connection: priceAwsVpnConnection,
  aws_waf_web_acl: priceAwsClassicWebAcl,
  aws_wafregional_web_acl: priceAwsRegionalWebAcl,
  aws_wafv2_web_acl: priceAwsWebAcl,
};
