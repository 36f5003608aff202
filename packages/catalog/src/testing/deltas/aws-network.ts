import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

/** A network load balancer that faces the internet in two zones. */
const MAPPED: JsonObject = {
  load_balancer_type: "network",
  internal: false,
  subnet_mapping: [{ subnet_id: "subnet-1" }, { subnet_id: "subnet-2" }],
};

/** A classic load balancer of the default VPC. */
const IN_A_ZONE: JsonObject = { subnets: [], availability_zones: ["us-east-1a"] };

/** Addresses, gateways, balancers and endpoints, us-east-1. */
export const AWS_NETWORK_DELTAS: readonly DeltaTable[] = [
  {
    type: "aws_acm_certificate",
    base: { domain_name: "acme.test" },
    cases: [
      ["(all)", null, "0", "0"],
      [
        "certificate_authority_arn",
        "arn:aws:acm-pca:us-east-1:1:certificate-authority/a",
        "0",
        "0, and left out",
      ],
    ],
  },
  { type: "aws_flow_log", base: { traffic_type: "ALL" }, cases: [["(all)", null, "0", "0, and left out"]] },
  {
    type: "aws_eip",
    base: { domain: "vpc" },
    cases: [
      ["(all)", null, "3.65", "730 h x 0.005"],
      ["public_ipv4_pool", "ipv4pool-ec2-1", "-3.65", "-730 h x 0.005"],
    ],
  },
  {
    type: "aws_nat_gateway",
    base: { availability_mode: "zonal" },
    cases: [
      ["(all)", null, "32.85", "730 h x 0.045"],
      ["usage: monthly_data_processed_gb", 100, "4.5", "100 GB x 0.045"],
      ["availability_mode", "regional", "unknown", "once for each zone"],
    ],
  },
  ...["aws_lb", "aws_alb"].map(
    (type): DeltaTable => ({
      type,
      base: { load_balancer_type: "application", internal: true, subnets: ["subnet-1", "subnet-2"] },
      usage: { processed_bytes_gb: 100 },
      cases: [
        ["internal", false, "7.3", "2 x 730 h x 0.005"],
        ["internal", undefined, "7.3", "2 x 730 h x 0.005"],
        ["subnets", ["subnet-1", "subnet-2", "subnet-3"], "3.65", "730 h x 0.005", { internal: false }],
        ["subnets", undefined, "-7.3", "-2 x 730 h x 0.005 left out", { internal: false }],
        ["subnet_mapping", [{ subnet_id: "subnet-1" }], "-3.65", "-730 h x 0.005", { internal: false }],
        ["subnet_mapping.0.allocation_id", "eipalloc-1", "-3.65", "-730 h x 0.005", MAPPED],
        ["ip_address_type", "dualstack", "0", "0 x 730 h x 0.005", { internal: false }],
        [
          "ip_address_type",
          "dualstack-without-public-ipv4",
          "-7.3",
          "-2 x 730 h x 0.005",
          { internal: false },
        ],
        ["customer_owned_ipv4_pool", "ipv4pool-coip-1", "-7.3", "-2 x 730 h x 0.005", { internal: false }],
        [
          "ipam_pools.ipv4_ipam_pool_id",
          "ipam-pool-1",
          "-7.3",
          "-2 x 730 h x 0.005 left out",
          { internal: false },
        ],
        [
          "load_balancer_type",
          "network",
          "-0.2",
          "730 h x (0.0225 - 0.0225) + 100 LCU-hours x (0.006 - 0.008)",
        ],
        [
          "load_balancer_type",
          "gateway",
          "-7.7",
          "730 h x (0.0125 - 0.0225) + 100 LCU-hours x (0.004 - 0.008)",
        ],
        ["load_balancer_type", "unheard", "unknown", "not in the table"],
        ["usage: processed_bytes_gb", 1000, "7.2", "900 GB x 0.008"],
        ["usage: new_connections", 50, "10.88", "(50 / 25 x 730 h - 100) LCU-hours x 0.008"],
        ["usage: active_connections", 6000, "10.88", "(6,000 / 3,000 x 730 h - 100) LCU-hours x 0.008"],
        ["usage: rule_evaluations", 2000, "10.88", "(2,000 / 1,000 x 730 h - 100) LCU-hours x 0.008"],
      ],
    }),
  ),
  {
    type: "aws_elb",
    base: { internal: false, subnets: ["subnet-1"] },
    cases: [
      ["(all)", null, "21.9", "730 h x 0.025 + 730 h x 0.005"],
      ["internal", true, "-3.65", "-730 h x 0.005"],
      ["subnets", ["subnet-1", "subnet-2"], "3.65", "730 h x 0.005"],
      ["availability_zones", ["us-east-1a", "us-east-1b"], "3.65", "730 h x 0.005", IN_A_ZONE],
      ["usage: monthly_data_processed_gb", 10_000, "80", "10,000 GB x 0.008"],
    ],
  },
  {
    type: "aws_vpc_endpoint",
    base: { vpc_endpoint_type: "Interface", subnet_ids: ["subnet-1"] },
    usage: { monthly_data_processed_gb: 1000 },
    cases: [
      ["(all)", null, "17.3", "730 h x 0.01 + 1,000 GB x 0.01"],
      ["subnet_ids", ["subnet-1", "subnet-2", "subnet-3"], "14.6", "2 zones x 730 h x 0.01"],
      ["vpc_endpoint_type", "Gateway", "-17.3", "-(730 h x 0.01 + 1,000 GB x 0.01)"],
      ["vpc_endpoint_type", "GatewayLoadBalancer", "-6.5", "1,000 GB x (0.0035 - 0.01)"],
      ["vpc_endpoint_type", "Resource", "unknown", "of type Resource"],
      [
        "usage: monthly_data_processed_gb",
        7_000_000,
        "41990",
        "999,000 GB x 0.01 + 4,000,000 GB x 0.006 + 2,000,000 GB x 0.004",
      ],
    ],
  },
  {
    type: "aws_vpc_endpoint_subnet_association",
    base: { vpc_endpoint_id: "vpce-1" },
    cases: [["(all)", null, "7.3", "730 h x 0.01"]],
  },
  {
    type: "aws_networkfirewall_firewall",
    base: { subnet_mapping: [{ subnet_id: "subnet-1" }] },
    cases: [
      ["(all)", null, "288.35", "730 h x 0.395"],
      ["subnet_mapping", [{ subnet_id: "subnet-1" }, { subnet_id: "subnet-2" }], "288.35", "730 h x 0.395"],
      ["subnet_mapping", [], "unknown", "zones of the firewall"],
      [
        "availability_zone_mapping",
        [{ availability_zone_id: "use1-az1" }, { availability_zone_id: "use1-az2" }],
        "288.35",
        "730 h x 0.395",
      ],
      ["usage: monthly_data_processed_gb", 100, "6.5", "100 GB x 0.065"],
    ],
  },
  {
    type: "aws_ec2_traffic_mirror_session",
    base: { session_number: 1 },
    cases: [["(all)", null, "10.95", "730 h x 0.015"]],
  },
];

/** Connections of networks, us-east-1. */
export const AWS_CONNECTION_DELTAS: readonly DeltaTable[] = [
  {
    type: "aws_ec2_transit_gateway_vpc_attachment",
    base: { transit_gateway_id: "tgw-1" },
    cases: [
      ["(all)", null, "36.5", "730 h x 0.05"],
      ["usage: monthly_data_processed_gb", 100, "2", "100 GB x 0.02"],
    ],
  },
  ...[
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_peering_attachment_accepter",
  ].map(
    (type): DeltaTable => ({
      type,
      base: { transit_gateway_id: "tgw-1" },
      cases: [["(all)", null, "36.5", "730 h x 0.05"]],
    }),
  ),
  {
    type: "aws_vpn_connection",
    base: { customer_gateway_id: "cgw-1" },
    usage: { monthly_data_processed_gb: 100 },
    cases: [
      ["(all)", null, "43.8", "730 h x 0.05 + 2 x 730 h x 0.005"],
      ["outside_ip_address_type", "PrivateIpv4", "-7.3", "-2 x 730 h x 0.005"],
      ["outside_ip_address_type", "Ipv6", "-7.3", "-2 x 730 h x 0.005"],
      ["transit_gateway_id", "tgw-1", "38.5", "730 h x 0.05 + 100 GB x 0.02"],
      ["usage: monthly_data_processed_gb", 300, "4", "200 GB x 0.02", { transit_gateway_id: "tgw-1" }],
    ],
  },
  {
    type: "aws_ec2_client_vpn_endpoint",
    base: { client_cidr_block: "10.0.0.0/22" },
    cases: [["(all)", null, "0", "0 by itself"]],
  },
  {
    type: "aws_ec2_client_vpn_network_association",
    base: { subnet_id: "subnet-1" },
    cases: [["(all)", null, "73", "730 h x 0.10"]],
  },
  {
    type: "aws_dx_connection",
    base: { bandwidth: "1Gbps", location: "EqDC2" },
    cases: [
      ["(all)", null, "219", "730 h x 0.30"],
      ["bandwidth", "10Gbps", "1423.5", "730 h x (2.25 - 0.30)"],
      ["bandwidth", "100Gbps", "16206", "730 h x (22.50 - 0.30)"],
      ["bandwidth", "400Gbps", "unknown", "port of 400Gbps"],
      ["usage: dx_connection_type", "hosted", "unknown", "hosted Direct Connect port"],
      ["usage: monthly_outbound_region_to_dx_location_gb", 200, "4", "200 GB x 0.02"],
      [
        "usage: monthly_outbound_from_region_to_dx_connection_location",
        { us_east_1: 200, eu_west_2: 100 },
        "4",
        "200 GB x 0.02",
      ],
    ],
  },
  {
    type: "aws_dx_gateway_association",
    base: { associated_gateway_id: "tgw-1" },
    usage: { monthly_data_processed_gb: 100 },
    cases: [
      ["associated_gateway_id", "vgw-1", "-38.5", "-(730 h x 0.05 + 100 GB x 0.02)"],
      ["usage: monthly_data_processed_gb", 200, "2", "100 GB x 0.02"],
    ],
  },
  { type: "aws_route53_zone", base: { name: "acme.test" }, cases: [["(all)", null, "0.5", "1 x 0.50"]] },
  {
    type: "aws_route53_record",
    base: { name: "www", type: "A" },
    usage: { monthly_standard_queries: 1_000_000_000 },
    cases: [
      ["alias", [{ name: "lb.test", zone_id: "Z1" }], "-400", "-1,000 x 0.40"],
      ["usage: monthly_standard_queries", 1_100_000_000, "20", "100 x 0.20"],
      ["usage: monthly_latency_based_queries", 1_200_000_000, "660", "1,000 x 0.60 + 200 x 0.30"],
      ["usage: monthly_geo_queries", 1_500_000_000, "875", "1,000 x 0.70 + 500 x 0.35"],
    ],
  },
  {
    type: "aws_route53_health_check",
    base: { type: "HTTP", request_interval: 30, measure_latency: false },
    cases: [
      ["(all)", null, "0.5", "1 x 0.50"],
      ["type", "HTTPS", "1", "1 feature x 1.00"],
      ["type", "HTTPS_STR_MATCH", "2", "2 features x 1.00"],
      ["type", "CALCULATED", "0", "0 x 1.00"],
      ["request_interval", 10, "1", "1 feature x 1.00"],
      ["measure_latency", true, "1", "1 feature x 1.00"],
      ["usage: endpoint_type", "non_aws", "0.25", "0.75 - 0.50"],
      ["usage: endpoint_type", "Non_AWS", "0.25", "0.75 - 0.50"],
      ["usage: endpoint_type", "non_aws", "1.25", "(0.75 - 0.50) + (2.00 - 1.00)", { type: "HTTPS" }],
    ],
  },
  {
    type: "aws_route53_resolver_endpoint",
    base: { direction: "INBOUND", ip_address: [{ subnet_id: "subnet-1" }, { subnet_id: "subnet-2" }] },
    cases: [
      ["(all)", null, "182.5", "2 x 730 h x 0.125"],
      ["ip_address.2.subnet_id", "subnet-3", "91.25", "730 h x 0.125"],
      ["usage: monthly_queries", 2_000_000_000, "600", "1,000 x 0.40 + 1,000 x 0.20"],
    ],
  },
  {
    type: "aws_globalaccelerator_accelerator",
    base: { enabled: true },
    cases: [
      ["(all)", null, "25.55", "730 h x 0.025 + 2 x 730 h x 0.005"],
      ["ip_addresses", ["192.0.2.1"], "-3.65", "-730 h x 0.005"],
    ],
  },
];
