import { fileURLToPath } from "node:url";
import { pricePlan } from "@apex/catalog";
import { planDirectory } from "@apex/sandbox-terraform";
import { expect, test } from "vitest";

/** What costs something, a month, before anything of it exists: worked out by hand from the price list of us-east-1. */
const MONTHLY: Readonly<Record<string, string | null>> = {
  // 730 x 0.0832; root 50 x 0.08; io1 10 x 0.125 + 500 x 0.065; 7 metrics x 0.30; the subnet's address 730 x 0.005
  "aws_instance.plain": "104.236",
  // 730 x 0.096; the template's volumes 20 x 0.08 + 100 x 0.08 + 1,000 x 0.005 + 100 x 0.04; its monitoring 2.10
  "aws_instance.launched": "90.78",
  // The reservation is paid instead of the machine: 10 x 0.08
  "aws_instance.reserved": "0.8",
  "aws_ec2_capacity_reservation.main": "140.16", // 2 x 730 x 0.096
  "aws_ec2_host.main": "2457.18", // 730 x 3.366
  "aws_spot_instance_request.main": null,
  // 4 units on demand are 2 machines of weight 2: 2 x (730 x 0.192 + 20.70)
  "aws_autoscaling_group.mixed": "321.72",
  "aws_ec2_fleet.main": "321.72",
  "aws_ebs_volume.fast": "2456.5", // 100 x 0.125 + 32,000 x 0.065 + 8,000 x 0.0455
  "aws_ebs_fast_snapshot_restore.main": "547.5", // 730 x 0.75
  "aws_eks_cluster.main": "438", // 730 x 0.60, extended support
  "aws_eks_node_group.main": "225.24", // 3 x (730 x 0.096 + 50 x 0.10)
  // 2 x (730 x (0.03238 + 2 x 0.00356 + 30 x 0.000111) + 3.65), by the cluster's default strategy
  "aws_ecs_service.app": "69.8318",
  "aws_eip.nat": "3.65",
  "aws_nat_gateway.main": "32.85",
  "aws_lb.gateway": "9.125", // 730 x 0.0125
  "aws_lb.internal": "16.425", // 730 x 0.0225
  "aws_lb.public": "23.725", // 730 x 0.0225; 2 subnets of this plan x 730 x 0.005
  "aws_lb.elastic": "20.075", // 730 x 0.0225; of its two addresses one is aws_eip.balancer: 730 x 0.005
  "aws_eip.balancer": "3.65",
  "aws_vpc_endpoint.interface": "14.6", // 2 subnets of this plan x 730 x 0.01
  "aws_ec2_transit_gateway_vpc_attachment.main": "36.5",
  "aws_vpn_connection.transit": "80.3", // 730 x 0.05, two tunnels' addresses 2 x 730 x 0.005, and an attachment
  "aws_vpn_connection.plain": "43.8",
  "aws_dx_connection.main": "1642.5", // 730 x 2.25
  "aws_networkfirewall_firewall.main": "576.7", // 2 x 730 x 0.395
  "aws_route53_zone.main": "0.5",
  "aws_route53_health_check.main": "3.5", // 0.50 + 3 features x 1.00
  "aws_route53_resolver_endpoint.main": "182.5", // 2 x 730 x 0.125
  // 10 x 730 x 3,600 x 1 GB x 0.0000033334, of the function that it names
  "aws_lambda_provisioned_concurrency_config.app": "87.601752",
  "aws_api_gateway_stage.live": "146", // 730 x 0.20
  "aws_cloudwatch_metric_alarm.band": "0.3", // 3 x 0.10
  "aws_kms_key.main": "1",
  "aws_secretsmanager_secret.db": "0.8", // 0.40 in each region
  "aws_wafv2_web_acl.main": "6", // 5.00 + 1.00
};

test("a plan of compute and network is priced by the attributes of the real schema", async () => {
  const directory = fileURLToPath(new URL("aws-compute", import.meta.url));
  const { plan, diagnostics } = await planDirectory({ directory });
  expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  const { resources } = pricePlan(plan!, "after");
  const costs = resources.flatMap(({ address, monthlyCost }) =>
    monthlyCost === "0" ? [] : [[address, monthlyCost] as const],
  );
  expect(Object.fromEntries(costs)).toEqual(MONTHLY);
});
