import type { AttributeSchema, ResourceSchema } from "@apex/core";
import { describe, expect, it } from "vitest";
import { missingArgument } from "./missing-argument.ts";
import { fixedBy, known, proposalFor, type TestFiles, type TestWorld } from "./testing.ts";

function schema(names: string, more: Readonly<Record<string, AttributeSchema>> = {}): ResourceSchema {
  const attributes = Object.fromEntries(
    names.split(" ").map((name) => [name, { type: "string", optional: true }]),
  );
  return { version: 0, block: { attributes: { ...attributes, ...more } as Record<string, AttributeSchema> } };
}

const resources: Readonly<Record<string, ResourceSchema>> = {
  aws_vpc: schema("cidr_block id"),
  aws_subnet: schema("cidr_block vpc_id availability_zone"),
  aws_db_instance: schema("identifier instance_class", {
    master: { type: "string", required: true, sensitive: true },
  }),
  aws_network_acl: schema("vpc_id"),
  aws_route53_zone: schema("name zone_id"),
  aws_route53_record: schema("name zone_id"),
  aws_s3_bucket: schema("bucket id"),
  aws_s3_bucket_versioning: schema("bucket"),
};

function lacks(name: string, at: string) {
  return { class: "missing-argument", names: { name }, at } as const;
}

function fix(files: TestFiles, problem: ReturnType<typeof lacks>, world: TestWorld = {}): string | null {
  return fixedBy(missingArgument, files, problem, { resources, ...world });
}

const VPC = 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n';
const SUBNET = 'resource "aws_subnet" "a" {\n  cidr_block = "10.0.1.0/24"\n}\n';
const IN_VPC = SUBNET.replace('/24"\n', '/24"\n  vpc_id     = aws_vpc.main.id\n');

describe("the only thing that can be referred to", () => {
  const missing = lacks("vpc_id", '"a" {');

  it("is referred to", () => {
    expect(fix(VPC + SUBNET, missing)).toBe(VPC + IN_VPC);
  });

  it("is referred to as the others of the type do", () => {
    const other = 'resource "aws_subnet" "b" {\n  vpc_id = aws_vpc.main.cidr_block\n}\n';
    expect(fix(VPC + SUBNET + other, missing)).toContain(
      "  vpc_id     = aws_vpc.main.cidr_block\n}\nresource",
    );
  });

  it.each([
    ["a second one", VPC.replace("main", "other"), "cannot be told"],
    ["one that is looked up", 'data "aws_vpc" "x" {\n}\n', "cannot be told"],
    ["the default one", 'resource "aws_default_vpc" "x" {\n}\n', "cannot be told"],
    ["a variable of the name", 'variable "vpc_id" {}\n', "var.vpc_id"],
    ["a variable with its words", 'variable "shared_vpc_id" {}\n', "var.shared_vpc_id"],
    [
      "others that are given something else",
      'resource "aws_subnet" "b" {\n  vpc_id = data.terraform_remote_state.net.outputs.vpc_id\n}\n',
      "something else",
    ],
    ["a local of the name", 'locals {\n  vpc_id = "vpc-1"\n}\n', "local.vpc_id"],
  ])("is not certain beside %s", (_, more, reason) => {
    const proposal = proposalFor(missingArgument, VPC + SUBNET + more, missing, { resources });
    expect(proposal?.kind).toBe("unsure");
    expect(JSON.stringify(proposal)).toContain(reason);
  });

  it.each([
    ["public", "private_a"],
    ["prod", "staging"],
    ["vpc_1", "subnet_2"],
    ["http", "https_api"],
  ])("is not certain where the names tell of another: %s for %s", (owner, own) => {
    const files = VPC.replace("main", owner) + SUBNET.replace('"a"', `"${own}"`);
    expect(fix(files, lacks("vpc_id", `"${own}" {`))).toMatch(/^unsure: .*tell of another/);
  });

  describe("of which a setting is", () => {
    const bucket = (name: string): string => `resource "aws_s3_bucket" "${name}" {\n  bucket = "b"\n}\n`;
    const versioning = (name: string, body = ""): string =>
      `resource "aws_s3_bucket_versioning" "${name}" {\n${body}}\n`;
    const ofBucket = (files: string, name: string): string | null =>
      fix(files, lacks("bucket", `_versioning" "${name}" {`));

    it.each([
      ["logs", "logs"],
      ["access_logs", "logs"],
      ["this", "logs"],
      ["logs", "a"],
    ])("is certain by the names %s and %s", (owner, own) => {
      expect(ofBucket(bucket(owner) + versioning(own), own)).toContain(
        `bucket = aws_s3_bucket.${owner}.id\n`,
      );
    });

    it("is not certain by other names, or where it has that setting already", () => {
      expect(ofBucket(bucket("logs") + versioning("artifacts"), "artifacts")).toMatch(/^unsure: .*another/);
      const first = versioning("logs", "  bucket = aws_s3_bucket.logs.id\n");
      expect(ofBucket(bucket("logs") + first + versioning("logs_2"), "logs_2")).toMatch(
        /^unsure: .*no second/,
      );
    });
  });

  it.each([
    ["www", true],
    ["example.com", true],
    ["www.example.com", true],
    ["www.example.org", false],
    ["www.notexample.com", false],
  ])("is the zone that a record called %s can be in: %s", (name, isCertain) => {
    const zone = 'resource "aws_route53_zone" "z" {\n  name = "example.com."\n}\n';
    const record = `resource "aws_route53_record" "r" {\n  name = "${name}"\n}\n`;
    const fixed = fix(zone + record, lacks("zone_id", '"r" {'));
    expect(fixed).toMatch(isCertain ? /zone_id = aws_route53_zone\.z\.zone_id/ : /^unsure: .*another zone/);
  });

  it("is certain where the names tell of the same, or of nothing", () => {
    const files = VPC.replace("main", "public_1") + SUBNET.replace('"a"', '"public_1_private"');
    expect(fix(files, lacks("vpc_id", '"public_1_private" {'))).toContain("aws_vpc.public_1.id");
  });

  it("is not certain where it is repeated, needs the resource itself, or stands under another name", () => {
    expect(fix(VPC.replace("{\n", "{\n  count = 2\n") + SUBNET, missing)).toMatch(
      /^unsure: there are several/,
    );
    const needing = VPC.replace('"10.0.0.0/16"', "local.cidr") + SUBNET;
    expect(fix(`${needing}locals {\n  cidr = aws_subnet.a.cidr_block\n}\n`, missing)).toMatch(
      /^unsure: .*itself/,
    );
    expect(fix(VPC + SUBNET.replace("cidr_block", "vpc"), missing)).toBeNull();
    expect(fix(SUBNET, missing)).toBeNull();
    const module = { "main.tf": SUBNET, "m/main.tf": VPC };
    expect(fix(module, missing)).toBeNull();
  });
});

describe("what exists", () => {
  const DATABASE = 'resource "aws_db_instance" "db" {\n  identifier = "db"\n}\n';
  const missing = lacks("instance_class", '"db" {');
  const state = [known("aws_db_instance.db", { instance_class: "db.r6g.large", master: "hunter2" })];

  it("tells its plain values", () => {
    expect(fix(DATABASE, missing, { state })).toBe(
      DATABASE.replace('"db"\n}', '"db"\n  instance_class = "db.r6g.large"\n}'),
    );
    const module = { "main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": DATABASE };
    const inModule = [known("module.m.aws_db_instance.db", { instance_class: "db.t4g.small" })];
    const shown = { ...missing, file: "m/main.tf" };
    expect(fixedBy(missingArgument, module, shown, { resources, state: inModule })).toContain(
      '"db.t4g.small"',
    );
  });

  it.each([
    ["another module's", 'module "m" {\n  source = "./m"\n}\n', "module.other.aws_db_instance.db"],
    [
      "one of several",
      'module "m" {\n  source = "./m"\n  for_each = var.x\n}\n',
      'module.m["a"].aws_db_instance.db',
    ],
    [
      "one of a module within one that is called twice",
      'module "a" {\n  source = "./outer"\n}\nmodule "b" {\n  source = "./outer"\n}\n',
      "module.a.module.m.aws_db_instance.db",
    ],
  ])("is not told by %s", (_, main, address) => {
    const outer = 'module "m" {\n  source = "../m"\n}\n';
    const files = {
      "main.tf": `${main}module "other" {\n  source = "./other"\n}\n`,
      "m/main.tf": DATABASE,
      "other/main.tf": DATABASE.replace("identifier", "instance_class"),
      ...(main.includes("outer") ? { "outer/main.tf": outer } : {}),
    };
    const state = [known(address, { instance_class: "db.t4g.small" })];
    expect(
      fixedBy(missingArgument, files, { ...missing, file: "m/main.tf" }, { resources, state }),
    ).toBeNull();
  });

  it("is referred to where it is a declared resource's", () => {
    const ids = [known("aws_vpc.main", { id: "vpc-1" }), known("aws_subnet.a", { vpc_id: "vpc-1" })];
    const second = VPC.replace("main", "other");
    const subnet = lacks("vpc_id", '"a" {');
    expect(fix(VPC + second + SUBNET, subnet, { state: ids })).toBe(VPC + second + IN_VPC);
    const foreign = [known("aws_subnet.a", { vpc_id: "vpc-9" })];
    expect(fix(SUBNET, subnet, { state: foreign })).toContain('vpc_id     = "vpc-9"');
  });

  it("tells no secrets, and nothing of others or of several", () => {
    expect(fix(DATABASE, lacks("master", '"db" {'), { state })).toMatch(/^unsure: .*not to be copied/);
    expect(
      fix(DATABASE, missing, { state: [known("aws_db_instance.other", { instance_class: "a" })] }),
    ).toBeNull();
    const several = DATABASE.replace("{\n", "{\n  count = 2\n");
    expect(fix(several, missing, { state })).toBeNull();
    expect(fix(DATABASE, missing)).toBeNull();
  });
});

describe("a module's input", () => {
  const call = (name: string, body = ""): string => `module "${name}" {\n  source = "./m"\n${body}}\n`;
  const input = { "m/main.tf": 'variable "region" {\n  type = string\n}\n' };
  const own = 'variable "region" {\n  type    = string\n  default = "x"\n}\n';
  const missing = lacks("region", 'module "a" {');

  it("is the caller's variable of the same name and type", () => {
    expect(fix({ "main.tf": own + call("a"), ...input }, missing)).toBe(
      own + call("a", "  region = var.region\n"),
    );
  });

  it("is not certain where the types differ or another call is given something else", () => {
    expect(fix({ "main.tf": own.replace("string", "number") + call("a"), ...input }, missing)).toMatch(
      /^unsure: /,
    );
    const sibling = call("b", '  region = "eu-west-1"\n');
    expect(fix({ "main.tf": own + call("a") + sibling, ...input }, missing)).toMatch(/^unsure: /);
    expect(fix({ "main.tf": call("a"), ...input }, missing)).toBeNull();
  });
});
