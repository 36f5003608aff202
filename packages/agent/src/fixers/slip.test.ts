import { expect, it } from "vitest";
import { isSlipOf, judgeSlip } from "./slip.ts";

const WORDS = new Set(["security", "group", "http", "https", "min", "max", "encrypt"]);
const NAMES = [
  "id",
  "instance_type",
  "subnet_id",
  "subnet_ids",
  "security_groups",
  "vpc_security_group_ids",
  "ipv6_address",
  "http_endpoint",
  "min_size",
  "max_size",
  "load_balancer_arn",
  "name",
];

it.each([
  ["instance_typ", "instance_type"],
  ["instanceType", "instance_type"],
  ["instance-type", "instance_type"],
  ["isntance_type", "instance_type"],
  ["load_balancera_rn", "load_balancer_arn"],
  ["idd", "id"],
  ["naem", "name"],
])("%s is %s", (written, name) => {
  expect(judgeSlip(written, NAMES, WORDS)).toEqual({ kind: "slip", name, plural: false });
});

it("tells a plural", () => {
  expect(judgeSlip("names", NAMES, WORDS)).toEqual({ kind: "slip", name: "name", plural: true });
});

it("takes no doubled last letter of a plural for another plural", () => {
  const words = new Set(["readings"]);
  expect(judgeSlip("readings", ["readingss"], words).kind).toBe("unclear");
  expect(judgeSlip("readingss", ["readings"], words)).toEqual({
    kind: "slip",
    name: "readings",
    plural: false,
  });
});

it.each([
  // Two names as near, or with the same words.
  ["subnet_i"],
  ["subnet_idx"],
  ["security_group"],
  ["mix_size"],
  // Another digit, another word, a word too short to tell.
  ["ipv4_address"],
  ["https_endpoint"],
  ["ie"],
  // Far, empty, and longer than any name.
  ["location"],
  [""],
  ["x".repeat(5000)],
])("%s is no slip of one", (written) => {
  expect(judgeSlip(written, NAMES, WORDS).kind).toBe("unclear");
});

it("tells what more evidence may decide between, those that are no slips among them", () => {
  const verdict = judgeSlip("subnet_idx", NAMES, WORDS);
  expect(verdict).toMatchObject({ kind: "unclear", near: [] });
  expect(judgeSlip("route_tablex", ["route_table", "route_tables", "vpc"], WORDS)).toMatchObject({
    near: ["route_table", "route_tables"],
  });
  expect(isSlipOf("route_tablex", "route_tables", WORDS)).toBe(true);
  expect(isSlipOf("ipv4_address", "ipv6_address", WORDS)).toBe(false);
});
