import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { missingInstanceKey, unexpectedInstanceKey } from "./instance-key.ts";

const AWS: SmallProvider = {
  resources: {
    aws_subnet: {
      attributes: {
        id: { type: "string", computed: true },
        tags: { type: ["map", "string"], optional: true },
      },
    },
    aws_user: {
      attributes: {
        subnet_id: { type: "string", optional: true },
        subnet_ids: { type: ["set", "string"], optional: true },
      },
    },
  },
};

function of(repetition: string, user: string): string | null {
  const text = `resource "aws_user" "a" {\n  ${user}\n}\nresource "aws_subnet" "s" {\n  ${repetition}\n}\n`;
  const after = proposed(missingInstanceKey, "missing-instance-key", text, AWS);
  return after?.startsWith("resource") === true
    ? (after.split("}")[0]?.split("\n").at(-2)?.trim() ?? null)
    : after;
}

it.each([
  ["count = 1", "subnet_id = «aws_subnet.s».id", "subnet_id = aws_subnet.s[0].id"],
  [
    "count = var.n",
    "count = var.n\n  subnet_id = «aws_subnet.s».id",
    "subnet_id = aws_subnet.s[count.index].id",
  ],
  [
    "for_each = var.n",
    "for_each = var.n\n  subnet_id = «aws_subnet.s».id",
    "subnet_id = aws_subnet.s[each.key].id",
  ],
  [
    "for_each = var.n",
    "for_each = aws_subnet.s\n  subnet_id = «aws_subnet.s».id",
    "subnet_id = aws_subnet.s[each.key].id",
  ],
  ["count = 2", "subnet_ids = «aws_subnet.s».id", "subnet_ids = aws_subnet.s[*].id"],
  ["for_each = var.n", "subnet_ids = «aws_subnet.s».id", "subnet_ids = values(aws_subnet.s)[*].id"],
])("%s: %s", (repetition, user, after) => {
  expect(of(repetition, user)).toBe(after);
});

it.each([
  ["count = 2", "subnet_id = «aws_subnet.s».id"],
  ["count = var.on ? 1 : 0", "subnet_id = «aws_subnet.s».id"],
  ["count = var.n", "count = var.m\n  subnet_id = «aws_subnet.s».id"],
  ["for_each = var.n", "count = 2\n  subnet_id = «aws_subnet.s».id"],
  // The same number by chance.
  ["count = 2", "count = 2\n  subnet_id = «aws_subnet.s».id"],
  ["count = 2", "count = 2\n  subnet_ids = «aws_subnet.s».id"],
  // One of them, in a list.
  ["count = 2", "subnet_ids = [«aws_subnet.s».id]"],
  // All of them, or a list of the one that belongs to each.
  ["count = var.n", "count = var.n\n  subnet_ids = «aws_subnet.s».id"],
  ["for_each = var.n", "for_each = var.n\n  subnet_ids = «aws_subnet.s».id"],
  // Not a list of what is wanted.
  ["count = 2", "subnet_ids = «aws_subnet.s».tags"],
  ["count = var.n", "count = var.n\n  subnet_id = «aws_subnet.s».tags"],
])("is left alone: %s: %s", (repetition, user) => {
  expect(of(repetition, user)).toMatch(/^unsure: /);
});

it("drops [0] of a single resource, and no other key", () => {
  const text = (key: string): string =>
    `resource "aws_user" "a" {\n  subnet_id = «aws_subnet.s[${key}]».id\n}\nresource "aws_subnet" "s" {\n}\n`;
  const drop = (key: string): string | null =>
    proposed(unexpectedInstanceKey, "unexpected-instance-key", text(key), AWS);
  expect(drop("0")).toContain("subnet_id = aws_subnet.s.id");
  expect(drop("1")).toBe("unsure: aws_subnet.s");
  expect(drop('"a"')).toBe("unsure: aws_subnet.s");
  expect(drop("count.index")).toBe("unsure: aws_subnet.s");
  const other = 'resource "aws_subnet" "s_all" {\n  count = 2\n}\n';
  expect(proposed(unexpectedInstanceKey, "unexpected-instance-key", text("0") + other, AWS)).toBe(
    "unsure: aws_subnet.s, aws_subnet.s_all[0]",
  );
});
