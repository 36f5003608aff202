import { expect, test } from "vitest";
import { awsUnitPrice } from "./aws-units.ts";
import { OFFER_COLUMNS, type OfferRow } from "./offer-row.ts";

const EMPTY = Object.fromEntries(Object.keys(OFFER_COLUMNS).map((name) => [name, ""])) as unknown as OfferRow;

function row(usageType: string, pricePerUnit: string, productFamily = ""): OfferRow {
  return { ...EMPTY, termType: "OnDemand", startingRange: "0", usageType, pricePerUnit, productFamily };
}

test.each([
  ["AmazonEC2", row("EUW2-EBS:VolumeP-IOPS.io2.tier2", "0.0518"), "ebs-io2-second-tier-iops-month", "0.0518"],
  ["AmazonEC2", row("HostUsage:c5", "3.3660000000"), "dedicated-host-c5-hour", "3.366"],
  ["AmazonVPC", row("EU-TransitGateway-Hours", "0.0500000000"), "transit-gateway-attachment-hour", "0.05"],
  ["AmazonVPC", row("APN1-VpcEndpoint-GWLBE-Hours", "0.013"), "gateway-endpoint-hour", "0.013"],
  [
    "AWSELB",
    row("EUW2-LoadBalancerUsage", "0.0147", "Load Balancer-Gateway"),
    "gateway-load-balancer-hour",
    "0.0147",
  ],
  [
    "AWSLambda",
    row("Lambda-Provisioned-Concurrency", "0.0000041667"),
    "lambda-provisioned-gb-second",
    "0.0000041667",
  ],
])("%s: $usageType is a unit price", (offer, listed, name, usd) => {
  expect(awsUnitPrice(offer, listed)).toEqual({ name, usd });
});

test("the fee that extended support adds to a cluster's hour is no whole price of one", () => {
  expect(awsUnitPrice("AmazonEKS", row("EU-AmazonEKS-Hours:extendedSupport", "0.50"))).toBeUndefined();
});
