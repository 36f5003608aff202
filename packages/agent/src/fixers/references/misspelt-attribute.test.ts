import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { misspeltAttribute } from "./misspelt-attribute.ts";
import { misspeltRepetition, selfReference } from "./unrepeated.ts";

const TELLS = { type: "string", computed: true } as const;
const AWS: SmallProvider = {
  resources: {
    aws_vpc: {
      attributes: {
        id: TELLS,
        arn: TELLS,
        private_ip: TELLS,
        ipv6_cidr_block: TELLS,
        http_endpoint: TELLS,
        zones: { type: ["list", "string"], computed: true },
        cidr_block: { type: "string", optional: true },
      },
    },
  },
  files: { "m/main.tf": 'output "queue_url" {\n  value = "u"\n}\noutput "ids" {\n  value = ["a"]\n}\n' },
};

function of(expression: string, rest = ""): string | null {
  const text = `resource "aws_vpc" "b" {\n  cidr_block = ${expression}\n}\nresource "aws_vpc" "a" {\n}\n${rest}`;
  const after = proposed(misspeltAttribute, "unsupported-attribute", text, AWS);
  return after?.startsWith("resource") === true ? (after.split("\n")[1]?.split(" = ")[1] ?? null) : after;
}

const CALL = 'module "m" {\n  source = "./m"\n}\n';

it.each([
  ["aws_vpc.a«.idd»", "", "aws_vpc.a.id"],
  ["aws_vpc.a«.ids»", "", "aws_vpc.a.id"],
  ["aws_vpc.a«.privateIp»", "", "aws_vpc.a.private_ip"],
  ['"x-${aws_vpc.a«.privat_ip»}"', "", '"x-${aws_vpc.a.private_ip}"'],
  ["module.m«.queue_ulr»", CALL, "module.m.queue_url"],
  ["module.m«.queue_urls»", CALL, "module.m.queue_url"],
  ["local.o«.siez»", 'locals {\n  o = { size = "a", name = "b" }\n}\n', "local.o.size"],
  ["each«.vale»", "", "each.value"],
  ["path«.modul»", "", "path.module"],
])("%s", (text, rest, after) => {
  expect(of(text, rest)).toBe(after);
});

it.each([
  // Another digit or word, and a list where one value is wanted.
  ["aws_vpc.a«.ipv4_cidr_block»", "", "unsure: ipv6_cidr_block"],
  ["aws_vpc.a«.https_endpoint»", "", /^unsure: http_endpoint/],
  ["aws_vpc.a«.zone»", "", "unsure: zones"],
  ["module.m«.id»", CALL, "unsure: ids"],
  ["aws_vpc.a«.nothing»", "", "null"],
  // Another word, of what people declare.
  ["local.o«.cart»", 'locals {\n  o = { card = "a" }\n}\n', "unsure: card"],
  ["var.o«.siez»", 'variable "o" {}\n', "null"],
])("is left alone: %s", (text, rest, after) => {
  expect(of(text, rest) ?? "null").toMatch(after);
});

it("in an output, which takes everything, one of several values is not taken for all, nor several for the one", () => {
  const of = (name: string): string | null =>
    proposed(
      misspeltAttribute,
      "unsupported-attribute",
      `${CALL}output "o" {\n  value = module.m«.${name}»\n}\n`,
      AWS,
    );
  expect(of("id")).toBe("unsure: ids");
  expect(of("queue_urls")).toBe("unsure: queue_url");
});

it("finds the step after a splat", () => {
  const text =
    'resource "aws_vpc" "a" {\n  count = 2\n}\noutput "o" {\n  value = aws_vpc.a[*]«.private_pi»\n}\n';
  expect(proposed(misspeltAttribute, "unsupported-attribute", text, AWS)).toContain(
    "aws_vpc.a[*].private_ip",
  );
});

it("renames a misspelt for_each that the content needs, and guesses none", () => {
  const text = (line: string): string =>
    `resource "aws_vpc" "a" {\n  ${line}\n  cidr_block = «each.value»\n}\n`;
  const of = (line: string): string | null => proposed(misspeltRepetition, "no-repetition", text(line), AWS);
  expect(of("forEach = var.a")).toContain("for_each = var.a");
  expect(of("fro_each = var.a")).toContain("for_each = var.a");
  expect(of("")).toBe("unsure: for_each");
  expect(of("forEach = var.a\n  for-each = var.b")).toBe("unsure: for_each");
  expect(proposed(misspeltRepetition, "no-repetition", 'output "o" {\n  value = «each.key»\n}\n', AWS)).toBe(
    "unsure: ",
  );
});

it("never edits what refers to itself", () => {
  const text = 'resource "aws_vpc" "a" {\n  cidr_block = «aws_vpc.a».id\n}\n';
  expect(proposed(selfReference, "self-reference", text, AWS)).toBe("unsure: ");
});
