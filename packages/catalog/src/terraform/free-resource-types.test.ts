import { expect, test } from "vitest";
import { FREE_RESOURCE_TYPES } from "./free-resource-types.ts";
import { RESOURCE_PRICERS } from "./resource-pricers.ts";

test("no type is both free and priced", () => {
  expect([...FREE_RESOURCE_TYPES].filter((type) => RESOURCE_PRICERS.has(type))).toEqual([]);
});

test.each(["aws_ec2_transit_gateway", "aws_iam_role", "aws_lambda_permission", "aws_vpc_peering_connection"])(
  "%s is free by itself",
  (type) => expect(FREE_RESOURCE_TYPES.has(type)).toBe(true),
);
