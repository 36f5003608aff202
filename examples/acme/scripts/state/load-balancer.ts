import { arn, cloudId, REGION } from "../ids.ts";
import { hexFor } from "../random.ts";
import { LOAD_BALANCER_NAME, TARGET_GROUP_ARN, VPC_ID } from "./network.ts";
import { type StateResource, tagged } from "./state-resource.ts";

const LOAD_BALANCER_ARN = arn("elasticloadbalancing", `loadbalancer/${LOAD_BALANCER_NAME}`);

function loadBalancer(): StateResource {
  return {
    address: "aws_lb.web",
    attributes: {
      id: LOAD_BALANCER_ARN,
      arn: LOAD_BALANCER_ARN,
      arn_suffix: LOAD_BALANCER_NAME,
      client_keep_alive: 3600,
      desync_mitigation_mode: "defensive",
      dns_name: `acme-prod-web-1043392817.${REGION}.elb.amazonaws.com`,
      drop_invalid_header_fields: false,
      enable_cross_zone_load_balancing: true,
      enable_deletion_protection: false,
      enable_http2: true,
      enable_tls_version_and_cipher_suite_headers: false,
      enable_waf_fail_open: false,
      enable_xff_client_port: false,
      enable_zonal_shift: false,
      idle_timeout: 60,
      internal: false,
      ip_address_type: "ipv4",
      load_balancer_type: "application",
      name: "acme-prod-web",
      preserve_host_header: false,
      region: REGION,
      security_groups: [cloudId("sg", "aws_security_group.web")],
      subnets: ["a", "b"].map((zone) => cloudId("subnet", `aws_subnet.public["${zone}"]`)).toSorted(),
      vpc_id: VPC_ID,
      xff_header_processing_mode: "append",
      zone_id: "Z35SXDOTRQ7X7K",
      ...tagged({ Name: "acme-prod-web" }),
    },
    dependencies: ["aws_security_group.web", "aws_subnet.public", "aws_vpc.main"],
  };
}

function targetGroup(): StateResource {
  return {
    address: "aws_lb_target_group.web",
    attributes: {
      id: TARGET_GROUP_ARN,
      arn: TARGET_GROUP_ARN,
      arn_suffix: TARGET_GROUP_ARN.slice(TARGET_GROUP_ARN.indexOf("targetgroup/")),
      deregistration_delay: "300",
      health_check: [
        {
          enabled: true,
          healthy_threshold: 5,
          interval: 30,
          matcher: "200",
          path: "/healthz",
          port: "traffic-port",
          protocol: "HTTP",
          timeout: 5,
          unhealthy_threshold: 2,
        },
      ],
      ip_address_type: "ipv4",
      lambda_multi_value_headers_enabled: false,
      load_balancing_algorithm_type: "round_robin",
      load_balancing_cross_zone_enabled: "use_load_balancer_configuration",
      name: "acme-prod-web",
      port: 80,
      protocol: "HTTP",
      protocol_version: "HTTP1",
      proxy_protocol_v2: false,
      region: REGION,
      slow_start: 0,
      target_type: "instance",
      vpc_id: VPC_ID,
      ...tagged(null),
    },
    dependencies: ["aws_vpc.main"],
  };
}

function listener(): StateResource {
  const listenerArn = arn(
    "elasticloadbalancing",
    `listener/${LOAD_BALANCER_NAME}/${hexFor("aws_lb_listener.http", 16)}`,
  );
  return {
    address: "aws_lb_listener.http",
    attributes: {
      id: listenerArn,
      arn: listenerArn,
      default_action: [{ order: 1, target_group_arn: TARGET_GROUP_ARN, type: "forward" }],
      load_balancer_arn: LOAD_BALANCER_ARN,
      port: 80,
      protocol: "HTTP",
      region: REGION,
      ...tagged(null),
    },
    dependencies: ["aws_lb.web", "aws_lb_target_group.web"],
  };
}

function attachment(key: string): StateResource {
  return {
    address: `aws_lb_target_group_attachment.web["${key}"]`,
    attributes: {
      id: `${TARGET_GROUP_ARN}-2026090311${hexFor(`tga ${key}`, 16)}`,
      availability_zone: null,
      port: 80,
      region: REGION,
      target_group_arn: TARGET_GROUP_ARN,
      target_id: cloudId("i", `aws_instance.web["${key}"]`),
    },
    dependencies: ["aws_instance.web", "aws_lb_target_group.web"],
  };
}

/** The load balancer of network.tf, its listener, and its targets: the web servers of these keys. */
export function loadBalancerResources(webKeys: readonly string[]): StateResource[] {
  return [loadBalancer(), targetGroup(), listener(), ...webKeys.map(attachment)];
}
