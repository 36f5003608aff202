import { describe, expect, it } from "vitest";
import { repetitionKeys } from "./repetition-keys.ts";
import { fixedBy, known, type TestWorld } from "./testing.ts";

const SUBNETS = 'resource "aws_subnet" "a" {\n  for_each = toset(["x", "y"])\n}\n';

function repeated(over: string, use = "each.key"): string {
  return `resource "aws_nat_gateway" "n" {\n  for_each  = ${over}\n  subnet_id = ${use}\n}\n`;
}

function fix(over: string, world: TestWorld = {}, subnets = SUBNETS, use = "each.key"): string | null {
  const problem = { class: "invalid-for-each", names: { why: "unknown" }, at: over } as const;
  const fixed = fixedBy(repetitionKeys, subnets + repeated(over, use), problem, world);
  return fixed?.startsWith(subnets) === true ? fixed.slice(subnets.length) : fixed;
}

describe("keys that are unknown before an apply", () => {
  const map = "{ for key, item in aws_subnet.a : key => item.id }";

  it.each([
    ["toset([for s in aws_subnet.a : s.id])", map],
    ["toset([for k, s in aws_subnet.a : s.id])", map],
    ["toset(values(aws_subnet.a)[*].id)", map],
    ["{ for s in aws_subnet.a : s.id => s.id }", map],
  ])("%s", (over, after) => {
    expect(fix(over)).toBe(repeated(after, "each.value"));
    expect(fix(over, {}, SUBNETS, '"id ${each.key}"')).toBe(repeated(after, '"id ${each.value}"'));
  });

  it("keeps whole instances as values", () => {
    expect(fix("{ for s in aws_subnet.a : s.id => s }")).toBe(
      repeated("{ for key, item in aws_subnet.a : key => item }", "each.value.id"),
    );
  });

  it.each([
    ["a condition", "toset([for s in aws_subnet.a : s.id if s.id != null])", SUBNETS],
    ["what two instances may share", "toset([for s in aws_subnet.a : s.vpc_id])", SUBNETS],
    ["another value", "{ for s in aws_subnet.a : s.id => s.cidr_block }", SUBNETS],
    ["resources that are written out", "toset([aws_subnet.a.id, aws_subnet.b.id])", SUBNETS],
    [
      "a counted resource",
      "toset(aws_subnet.a[*].id)",
      SUBNETS.replace('for_each = toset(["x", "y"])', "count = 2"),
    ],
    [
      "unknown keys",
      "toset([for s in aws_subnet.a : s.id])",
      SUBNETS.replace('toset(["x", "y"])', "toset(aws_vpc.v.ids)"),
    ],
  ])("leaves %s", (_, over, subnets) => {
    expect(fix(over, {}, subnets)).toMatch(/^unsure: /);
  });

  it("leaves keys that others see", () => {
    const over = "toset([for s in aws_subnet.a : s.id])";
    const withOutput = (value: string): string | null => {
      const text = `output "o" {\n  value = ${value}\n}\n`;
      return fix(over, {}, `${SUBNETS}${text}`);
    };
    expect(withOutput("keys(aws_nat_gateway.n)")).toMatch(/^unsure: .*see these keys/);
    expect(withOutput("aws_nat_gateway.n")).toMatch(/^unsure: /);
    expect(withOutput("{ for k, n in aws_nat_gateway.n : k => n.id }")).toMatch(/^unsure: /);
    expect(withOutput("values(aws_nat_gateway.n)[*].id")).not.toMatch(/^unsure/);
    expect(withOutput("[for n in aws_nat_gateway.n : n.id]")).not.toMatch(/^unsure/);
  });

  it("leaves what exists under other keys", () => {
    const state = [known('aws_nat_gateway.n["subnet-1"]', {})];
    expect(fix("toset([for s in aws_subnet.a : s.id])", { state })).toMatch(/^unsure: .*replace what exists/);
    const others = [known('aws_nat_gateway.other["subnet-1"]', {})];
    expect(fix("toset([for s in aws_subnet.a : s.id])", { state: others })).not.toMatch(/^unsure/);
  });
});

describe("a key of the other kind of repetition", () => {
  const refer = (repetition: string, key: string): string =>
    `resource "aws_vpc" "v" {\n  ${repetition}\n}\noutput "o" {\n  value = aws_vpc.v[${key}].id\n}\n`;
  const change = (repetition: string, key: string): string | null =>
    fixedBy(repetitionKeys, refer(repetition, key), { class: "invalid-index", at: `[${key}]` });

  it("is the only instance that there is", () => {
    const one = 'for_each = toset(["main"])';
    expect(change(one, "0")).toBe(refer(one, '"main"'));
    expect(change("count = 1", '"main"')).toBe(refer("count = 1", "0"));
  });

  it("is left where there are more, or where the key is of its own kind", () => {
    expect(change('for_each = toset(["a", "b"])', "0")).toMatch(/^unsure: /);
    expect(change('for_each = toset(["main"])', '"other"')).toBeNull();
    expect(change('for_each = toset(["main"])', "1")).toBeNull();
    expect(change("count = 1", "1")).toBeNull();
    expect(change("count = 2", '"main"')).toMatch(/^unsure: /);
  });
});
