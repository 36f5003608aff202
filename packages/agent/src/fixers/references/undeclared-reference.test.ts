import { describe, expect, it } from "vitest";
import type { ProblemClass } from "../../diagnostics/problem.ts";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { undeclaredReference } from "./undeclared-reference.ts";

const TEXT = { type: "string", optional: true } as const;
const AWS: SmallProvider = {
  resources: {
    aws_vpc: { attributes: { id: { type: "string", computed: true }, cidr_block: TEXT } },
    aws_subnet: {
      attributes: {
        id: { type: "string", computed: true },
        vpc_id: TEXT,
        ids: { type: ["list", "string"], optional: true },
      },
    },
  },
  data: { aws_vpc: { attributes: { id: { type: "string", optional: true } } } },
};

const DECLARED = `
variable "region" {
  type = string
}
variable "subnet_ids" {
  type = list(string)
}
variable "network" {
  type = object({ vpc_id = string })
}
locals {
  bucket = "b"
  zone   = "\${var.region}a"
  mode   = "m"
}
module "queue" {
  source = "./queue"
}
resource "aws_vpc" "main" {
}
resource "aws_vpc" "web_1" {
}
resource "aws_vpc" "cart" {
}
data "aws_vpc" "shared" {
}
`;

function of(problemClass: ProblemClass, expression: string, argument = "vpc_id"): string | null {
  const text = `resource "aws_subnet" "a" {\n  ${argument} = ${expression}\n}\n${DECLARED}`;
  const files = { "queue/main.tf": 'output "url" {\n  value = "u"\n}\n' };
  const after = proposed(undeclaredReference, problemClass, text, { ...AWS, files });
  return after?.startsWith("resource") === true ? (after.split("\n")[1]?.split(" = ")[1] ?? null) : after;
}

describe("exactly one thing can be meant", () => {
  it.each([
    ["undeclared-variable", "«var.regoin»", "var.region"],
    ["undeclared-variable", '"x-${«var.regoin»}"', '"x-${var.region}"'],
    ["undeclared-variable", "«var.bucket»", "local.bucket"],
    ["undeclared-local", "«local.buckt»", "local.bucket"],
    ["undeclared-local", "«local.region»", "var.region"],
    ["undeclared-module", "«module.quuee.url»", "module.queue.url"],
    ["undeclared-resource", "«aws_vpc.mian».id", "aws_vpc.main.id"],
    ["undeclared-resource", "«aws_vcp.main».id", "aws_vpc.main.id"],
    ["undeclared-resource", "«aws_vpc.shared».id", "data.aws_vpc.shared.id"],
    ["undeclared-resource", "«data.aws_vpc.main».id", "aws_vpc.main.id"],
    ["undeclared-resource", "«data.aws_vpc.shraed».id", "data.aws_vpc.shared.id"],
    ["undeclared-resource", "«vars.region»", "var.region"],
    ["undeclared-resource", "«locals.bucket»", "local.bucket"],
    ["undeclared-resource", "«modul.queue».url", "module.queue.url"],
    ["undeclared-resource", "«queue.url»", "module.queue.url"],
    ["undeclared-resource", "«vpc.main».id", "aws_vpc.main.id"],
    ["undeclared-resource", "«network.vpc_id»", "var.network.vpc_id"],
    ["invalid-reference", "«region»", null],
  ] as const)("%s %s", (problemClass, text, after) => {
    expect(of(problemClass, text)).toBe(after);
  });

  it("a bare name is a variable or a local value where one alone is declared", () => {
    const text = 'variable "zone" {}\noutput "o" {\n  value = «zone»\n}\n';
    const setting = { ...AWS, names: { why: "one-name" } };
    expect(proposed(undeclaredReference, "invalid-reference", text, setting)).toContain("value = var.zone");
    const both = `${text}locals {\n  zone = "a"\n}\n`;
    expect(proposed(undeclaredReference, "invalid-reference", both, setting)).toBe(
      "unsure: var.zone, local.zone",
    );
  });
});

describe("it does not act", () => {
  it.each([
    // Another thing of the same kind, and a type that does not fit.
    ["undeclared-resource", "«aws_vpc.web_2».id", /^unsure: aws_vpc.web_1/],
    ["undeclared-variable", "«var.subnet_id»", /^unsure: var.subnet_ids/],
    ["undeclared-local", "«local.node»", /^unsure: local.mode/],
    // Another word.
    ["undeclared-resource", "«aws_vpc.card».id", /^unsure: aws_vpc.cart/],
    // The name after it does not exist there.
    ["undeclared-module", "«module.quuee.arn»", /^unsure: module.queue/],
    ["undeclared-resource", "«aws_vpc.mian».arn", /^unsure: aws_vpc.main/],
    // An existing type is no slip of another.
    ["undeclared-resource", "«aws_subnet.main».id", null],
    ["undeclared-resource", "«aws_lambda_function.f».arn", null],
    ["undeclared-variable", "«var.password»", null],
  ] as const)("%s %s", (problemClass, text, after) => {
    const found = of(problemClass, text);
    expect(found === null ? "null" : found).toMatch(after ?? "null");
  });

  it("on a name of another kind where a longer one of its own kind may be meant", () => {
    const text = (reference: string): string =>
      `output "o" {\n  value = ${reference}\n}\nvariable "name" {}\nlocals {\n  full_name = "x-\${var.name}"\n}\n`;
    expect(proposed(undeclaredReference, "undeclared-local", text("«local.name»"), AWS)).toBe(
      "unsure: var.name, local.full_name",
    );
    const other =
      'output "o" {\n  value = «var.name»\n}\nvariable "full_name" {}\nlocals {\n  name = "x"\n}\n';
    expect(proposed(undeclaredReference, "undeclared-variable", other, AWS)).toBe(
      "unsure: local.name, var.full_name",
    );
  });

  it("on a name of another kind where one of its own kind is misspelt where it is declared", () => {
    const output = (reference: string): string => `output "o" {\n  value = ${reference}\n}\n`;
    const vpcs = 'data "aws_vpc" "main" {\n}\nresource "aws_vpc" "mian" {\n}\n';
    expect(
      proposed(undeclaredReference, "undeclared-resource", output("«aws_vpc.main».id") + vpcs, AWS),
    ).toBe("unsure: aws_vpc.mian, data.aws_vpc.main");
    const regions = 'variable "regoin" {}\nlocals {\n  region = "x"\n}\n';
    expect(
      proposed(undeclaredReference, "undeclared-variable", output("«var.region»") + regions, AWS),
    ).toMatch(/^unsure: local.region, var.regoin/);
  });

  it("on a local value that is made of the missing variable", () => {
    const text = 'locals {\n  name = "${«var.name»}-x"\n}\n';
    expect(proposed(undeclaredReference, "undeclared-variable", text, AWS)).toBeNull();
  });

  it("on a variable that gets a value from outside: its declaration is missing", () => {
    const text = 'variable "region" {}\noutput "o" {\n  value = «var.regions»\n}\n';
    const files = { "terraform.tfvars": 'regions = "a"\n' };
    expect(proposed(undeclaredReference, "undeclared-variable", text, { files })).toBeNull();
  });

  it("where the declaration may be what is misspelt", () => {
    const text =
      'variable "regoin" {}\noutput "o" {\n  value = «var.region»\n}\noutput "p" {\n  value = var.region\n}\n';
    expect(proposed(undeclaredReference, "undeclared-variable", text, {})).toBe("unsure: var.regoin");
  });

  it("on a resource that is to be a data source", () => {
    const text = 'resource "aws_zones" "all" {\n}\noutput "o" {\n  value = «data.aws_zones.all».id\n}\n';
    expect(
      proposed(undeclaredReference, "undeclared-resource", text, { data: { aws_zones: {} } }),
    ).toBeNull();
  });

  it("on a resource whose own type does not exist", () => {
    const text = 'resource "aws_vpcs" "main" {\n}\noutput "o" {\n  value = «aws_vpc.main».id\n}\n';
    expect(proposed(undeclaredReference, "undeclared-resource", text, AWS)).toBeNull();
  });
});
