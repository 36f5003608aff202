import { describe, expect, it } from "vitest";
import { proposed } from "../testing/propose.ts";
import { dynamicIterator } from "./dynamic-iterator.ts";
import { setOfNumbers } from "./set-of-numbers.ts";

describe("each in a dynamic block", () => {
  const of = (marked: string, name = "each"): string | null =>
    proposed(dynamicIterator, "no-repetition", marked, { names: { name } });
  const group = (head: string, content: string): string =>
    `resource "aws_security_group" "a" {\n${head}  dynamic "ingress" {\n    for_each = var.ports\n${content}  }\n}\n`;

  it("becomes the block's iterator, everywhere in its content", () => {
    const text =
      '    content {\n      from = «each.value»\n      to   = each.value.to + 1\n      text = "${each.key}"\n    }\n';
    expect(of(group("", text))).toBe(group("", text.replace(/[«»]/g, "").replaceAll("each.", "ingress.")));
  });

  it("becomes the name that the block gives its iterator", () => {
    const text = "    iterator = port\n    content {\n      from = «each.value»\n    }\n";
    expect(of(group("", text))).toContain("from = port.value");
  });

  it.each([
    [
      "the resource uses each besides",
      "  name = each.key\n",
      "    content {\n      from = «each.value»\n    }\n",
    ],
    [
      "the iterator is used beside it",
      "",
      "    content {\n      from = «each.value»\n      to   = ingress.value\n    }\n",
    ],
  ])("is left where %s", (_why, head, content) => {
    expect(of(group(head, content))).toBe("unsure: ingress");
  });

  it("is not its business outside of a dynamic block, in for_each, or for count", () => {
    expect(of('resource "a" "b" {\n  x = «each.key»\n}\n')).toBeNull();
    expect(of(group("", "    labels = [«each.value»]\n    content {\n    }\n"))).toBeNull();
    expect(of(group("", "    content {\n      from = «count.index»\n    }\n"), "count")).toBeNull();
  });
});

describe("numbers in for_each", () => {
  const of = (value: string, names = { why: "set-type", type: "number" }): string | null =>
    proposed(setOfNumbers, "invalid-for-each", `resource "a" "b" {\n  for_each = «${value}»\n}\n`, { names });

  it("are written as strings", () => {
    expect(of("toset([80, 443])")).toContain('for_each = toset(["80", "443"])');
  });

  it.each([
    "toset([80, 080])",
    "toset([80, 8e1])",
    "toset([1.50])",
    "toset([80, 80])",
    "toset(var.ports)",
    "toset([])",
  ])("are left in %s", (value) => {
    expect(of(value)).toBeNull();
  });

  it.each([
    ["is compared", "x = each.value == 80 ? 1 : 0"],
    ["is compared", "x = contains([80], each.key)"],
    ["is encoded", "x = jsonencode({ port = each.value })"],
  ])("are left where one %s, as a string is another value", (_, use) => {
    const text = `resource "a" "b" {\n  for_each = «toset([80])»\n  ${use}\n}\n`;
    const names = { why: "set-type", type: "number" };
    expect(proposed(setOfNumbers, "invalid-for-each", text, { names })).toMatch(/^unsure: /);
    const fine = text.replace(use, 'x = "${each.value}-${each.value + 1}-${lookup({}, each.key)}"');
    expect(proposed(setOfNumbers, "invalid-for-each", fine, { names })).toContain('["80"]');
  });

  it("are left where something else is wrong", () => {
    expect(of("toset([80])", { why: "type", type: "number" })).toBeNull();
    expect(of("toset([80])", { why: "set-type", type: "object" })).toBeNull();
  });
});
