import { applyTextEdits } from "@apex/generators-hcl";
import { expect, test } from "vitest";
import { proposed, schemasOf, type SmallProvider, smallWorld } from "../testing/propose.ts";
import { forEachSet } from "./for-each-set.ts";
import { invalidDefault } from "./invalid-default.ts";
import { typeKeyword } from "./type-keyword.ts";
import { wrongType } from "./wrong-type.ts";

const attribute = (type: string | readonly [string, unknown]) => ({ type, optional: true }) as never;

const provider: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: {
        id: { type: "string", computed: true },
        monitoring: { type: "bool", optional: true },
        skip_monitoring: { type: "bool", optional: true },
        size: { type: "number", optional: true },
        wait_in_seconds: { type: "number", optional: true },
        subnet_id: { type: "string", optional: true },
        vpc_id: { type: "string", optional: true },
        policy: { type: "string", optional: true },
        kms_key_id: { type: "string", optional: true },
        dataset_id: { type: "string", optional: true },
        note: { type: "string", optional: true },
        instance_id: { type: "string", optional: true },
        cluster_name: { type: "string", optional: true },
        subnet_ids: attribute(["set", "string"]),
        zones: attribute(["list", "string"]),
        ports: attribute(["list", "number"]),
        tags: attribute(["map", "string"]),
        rule: attribute(["list", ["object", { port: "number", open: "bool" }]] as never),
      },
      block_types: {
        root_block_device: {
          nesting_mode: "list",
          block: { attributes: { volume_size: { type: "number", optional: true } } },
        },
      },
    },
    aws_subnet: {
      attributes: {
        id: { type: "string", computed: true },
        arn: { type: "string", computed: true },
        vpc_id: { type: "string", optional: true },
      },
    },
    google_dataset: {
      attributes: {
        id: { type: "string", computed: true },
        dataset_id: { type: "string", required: true },
      },
    },
    aws_db_instance: { attributes: { id: { type: "string", computed: true } } },
    aws_eks_cluster: {
      attributes: { id: { type: "string", computed: true }, name: { type: "string", optional: true } },
    },
    aws_kms_key: {
      attributes: { id: { type: "string", computed: true }, arn: { type: "string", computed: true } },
    },
  },
  data: {
    aws_iam_policy_document: { attributes: { json: { type: "string", computed: true } } },
    aws_ssm_parameter: { attributes: { value: { type: "string", computed: true } } },
  },
  files: {
    "other.tf": `
      resource "aws_subnet" "a" {}
      resource "aws_subnet" "many" {
        count = 2
      }
      resource "aws_kms_key" "k" {}
      resource "aws_db_instance" "d" {}
      resource "aws_eks_cluster" "c" {}
      data "aws_iam_policy_document" "d" {}
      variable "text" { type = string }
      resource "google_dataset" "d" {}
      locals {
        zone   = "a"
        joined = "a,b"
        made   = join("-", var.list)
      }
      module "net" { source = "./net" }
      data "aws_ssm_parameter" "p" {}
      variable "zones" { type = string }
      variable "joined" {
        type    = string
        default = "a, b"
      }
      variable "list" { type = list(string) }
      variable "flag" { type = bool }
    `,
    "net/main.tf": `
      output "id" { value = "a" }
      output "ids" { value = join(",", ["a", "b"]) }
    `,
  },
};

const body = (line: string): string => `resource "aws_instance" "a" {\n  ${line}\n}\n`;

test.each([
  ['monitoring = «"yes"»', "monitoring = true"],
  ['monitoring = «"OFF"»', "monitoring = false"],
  ["monitoring = «0»", "monitoring = false"],
  ['monitoring = «"disabled"»', "monitoring = false"],
  ['skip_monitoring = «"yes"»', "skip_monitoring = true"],
  ['size = «"two"»', "size = 2"],
  ['size = «" 20 "»', "size = 20"],
  ['wait_in_seconds = «"30s"»', "wait_in_seconds = 30"],
  ["subnet_id = «[aws_subnet.a.id]»", "subnet_id = aws_subnet.a.id"],
  ["subnet_id = «aws_subnet.a»", "subnet_id = aws_subnet.a.id"],
  ["subnet_id = «aws_subnet.many[0]»", "subnet_id = aws_subnet.many[0].id"],
  ["cluster_name = «aws_eks_cluster.c»", "cluster_name = aws_eks_cluster.c.name"],
  ["policy = «data.aws_iam_policy_document.d»", "policy = data.aws_iam_policy_document.d.json"],
  ["policy = «{ Version = 1 }»", "policy = jsonencode({ Version = 1 })"],
  ["policy = «[{ a = 1 }]»", "policy = jsonencode([{ a = 1 }])"],
  ["subnet_ids = «aws_subnet.a.id»", "subnet_ids = [aws_subnet.a.id]"],
  ["subnet_ids = «aws_subnet.a»", "subnet_ids = [aws_subnet.a.id]"],
  [
    "subnet_ids = «[aws_subnet.a, aws_subnet.many[1].id]»",
    "subnet_ids = [aws_subnet.a.id, aws_subnet.many[1].id]",
  ],
  ['zones = «"a"»', 'zones = ["a"]'],
  ["zones = «var.text»", "zones = [var.text]"],
  ["zones = «local.zone»", "zones = [local.zone]"],
  ["zones = «module.net.id»", "zones = [module.net.id]"],
  ["zones = «element(var.list, 0)»", "zones = [element(var.list, 0)]"],
  ['zones = «"${var.text}-a"»', 'zones = ["${var.text}-a"]'],
  ['zones = «"a,b, c-1"»', 'zones = ["a", "b", "c-1"]'],
  ["zones = «{}»", "zones = []"],
  ["tags = «[]»", "tags = {}"],
  ['ports = «[80, "eighty", "one"]»', null],
  ['ports = «[80, "one"]»', "ports = [80, 1]"],
  ['rule = «[{ port = 1, open = "no" }]»', "rule = [{ port = 1, open = false }]"],
  ["count = «var.flag»", "count = var.flag ? 1 : 0"],
  ["count = «true»", "count = 1"],
  ["count = «var.text == 1»", "count = var.text == 1 ? 1 : 0"],
  ["count = «var.flag ? true : false»", "count = (var.flag ? true : false) ? 1 : 0"],
  // Something would be lost, or more than one thing can be meant.
  ['monitoring = «"maybe"»', null],
  ['monitoring = «"2"»', null],
  ['skip_monitoring = «"disabled"»', null],
  ['size = «"20 GB"»', null],
  ['size = «"1,000"»', null],
  ['wait_in_seconds = «"30 minutes"»', null],
  ['size = «"0x10"»', null],
  ["subnet_id = «[aws_subnet.a.id, aws_subnet.a.id]»", null],
  ["subnet_id = «[]»", null],
  ["subnet_id = «[ # the first\n  aws_subnet.a.id]»", null],
  ["subnet_id = «aws_subnet.many»", null],
  ["vpc_id = «aws_subnet.a»", null],
  ["instance_id = «aws_db_instance.d»", null],
  ["note = «aws_subnet.a»", null],
  ["note = «{ a = 1 }»", null],
  ["kms_key_id = «aws_kms_key.k»", null],
  ["subnet_ids = «aws_subnet.many»", null],
  ['zones = «"a, b and c"»', null],
  // One string that may hold several.
  ["zones = «local.joined»", null],
  ["zones = «var.joined»", null],
  ["zones = «var.zones»", null],
  ['zones = «"a b"»', null],
  ['zones = «"a;b"»', null],
  ['zones = «"a\\nb"»', null],
  ['zones = «"[\\"a\\"]"»', null],
  ['zones = «"${var.text},${var.text}"»', null],
  ['zones = «"${var.text} ${var.text}"»', null],
  ['zones = «join(",", var.list)»', null],
  ["zones = «jsonencode(var.list)»", null],
  ["zones = «local.made»", null],
  ["zones = «module.net.ids»", null],
  ["zones = «data.aws_ssm_parameter.p.value»", null],
  ["zones = «var.flag ? local.zone : local.joined»", null],
  // It has an attribute of that very name.
  ["dataset_id = «google_dataset.d»", null],
  ['zones = «""»', null],
  ["zones = «{ a = 1 }»", null],
  ['tags = «["a"]»', null],
  ["count = «var.list»", null],
  ["count = «var.text»", null],
])("an argument: %s", (written, meant) => {
  const result = proposed(wrongType, "wrong-type", body(written), provider);
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : body(meant));
});

test("gigabytes are a number only where the argument counts them", () => {
  const disk = (text: string): string => body(`root_block_device {\n    volume_size = ${text}\n  }`);
  expect(proposed(wrongType, "wrong-type", disk('«"20 GB"»'), provider)).toBe(disk("20"));
  expect(proposed(wrongType, "wrong-type", disk('«"1 TB"»'), provider)).toMatch(/^unsure/);
});

test("a variables file and a default call no functions", () => {
  const files = {
    "main.tf": 'variable "policy" {\n  type = string\n}\n',
    "terraform.tfvars": "policy = {}\n",
  };
  const proposal = wrongType.propose(
    {
      class: "wrong-type",
      diagnostic: { severity: "error", summary: "" },
      names: {},
      place: { file: "terraform.tfvars", start: 0, end: 11 },
    },
    smallWorld(files, schemasOf({})),
  );
  expect(proposal?.kind).toBe("unsure");
  const file = 'variable "v" {\n  type = map(string)\n  default = «{ policy = { a = 1 } }»\n}\n';
  expect(proposed(invalidDefault, "invalid-default", file, {})).toMatch(/^unsure/);
});

test.each([
  ["var.policy", "policy = jsonencode({})"],
  ["jsonencode(var.policy)", undefined],
])("a module's input that is used as %s", (use, meant) => {
  const main = 'module "m" {\n  source = "./m"\n  policy = {}\n}\n';
  const module = `variable "policy" {\n  type = string\n}\noutput "o" {\n  value = ${use}\n}\n`;
  const world = smallWorld({ "main.tf": main, "m/main.tf": module }, schemasOf({}));
  const start = main.indexOf("{}");
  const proposal = wrongType.propose(
    {
      class: "wrong-type",
      diagnostic: { severity: "error", summary: "" },
      names: {},
      place: { file: "main.tf", start, end: start + 2 },
    },
    world,
  );
  const fixed =
    proposal?.kind === "edits"
      ? applyTextEdits(world.configuration.source.files, proposal.edits).get("main.tf")
      : undefined;
  expect(fixed).toBe(meant === undefined ? undefined : main.replace("policy = {}", meant));
});

test("what fits already is not touched: the mistake is somewhere else", () => {
  expect(proposed(wrongType, "wrong-type", body("subnet_id = «var.text»"), provider)).toBeNull();
});

test.each([
  ["number", '"two"', "2"],
  ["bool", '"yes"', "true"],
  ["list(string)", '"a"', '["a"]'],
  ["list(string)", "{}", "[]"],
  ["list(any)", '"a,b"', '["a", "b"]'],
  ["list(any)", '"a b"', null],
  ["list(number)", '"1,2"', null],
  ["map(string)", "[]", "{}"],
  ["map(number)", '{ a = 1, b = "three" }', "{ a = 1, b = 3 }"],
  ["map(number)", '{ a = 1, b = "3 GB" }', null],
  ["string", '["a"]', null],
  ["string", "{}", null],
  ["number", "true", null],
  ["list(string)", '{ a = "b" }', null],
])("a default of a %s: %s", (type, written, meant) => {
  const file = (text: string): string => `variable "v" {\n  type = ${type}\n  default = ${text}\n}\n`;
  const result = proposed(invalidDefault, "invalid-default", file(`«${written}»`), {});
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : file(meant));
});

test.each([
  ["«integer»", "number"],
  ["«str»", "string"],
  ["«Boolean»", "bool"],
  ["«strng»", "string"],
  ["«dict»(string)", "map(string)"],
  ["«array»(str)", "list(string)"],
  ["list(«int»)", "list(number)"],
  ["object({ a = «int», b = optional(str) })", "object({ a = number, b = optional(string) })"],
  ['«"string"»', "string"],
  ['«"list"»', "list(string)"],
  ['«"map(number)"»', "map(number)"],
  ["«list[string]»", "list(string)"],
  ["«map(string, number)»", "map(number)"],
  ["«thing»", null],
  ["«date»", null],
  ["«map(number, string)»", null],
  ["«set»", null],
  ["«object»", null],
  ["«tuple»", null],
  ["«list(string, number)»", null],
])("the type %s", (written, meant) => {
  const file = (text: string): string => `variable "v" {\n  type = ${text}\n}\n`;
  const result = proposed(typeKeyword, "invalid-type-constraint", file(written), {});
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : file(meant));
});

test.each([
  ["set", '["a", "b"]', "set(string)"],
  ["set", "[1]", "set(number)"],
  ["object", "{}", "any"],
  ["set", '[1, "a"]', null],
  ["set", "[]", null],
])("a bare %s with the default %s", (type, value, meant) => {
  const file = (text: string): string => `variable "v" {\n  type = ${text}\n  default = ${value}\n}\n`;
  const result = proposed(typeKeyword, "invalid-type-constraint", file(`«${type}»`), {});
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : file(meant));
});

test.each([
  ["list", '["a"]', "list(string)"],
  ["map", '{ a = "b" }', "map(string)"],
  ["list", "[80]", null],
  ["map", "{ a = true }", null],
  ["list", "local.a", null],
])('an old "%s" with the default %s', (type, value, meant) => {
  const file = (text: string): string => `variable "v" {\n  type = ${text}\n  default = ${value}\n}\n`;
  const result = proposed(typeKeyword, "invalid-type-constraint", file(`«"${type}"»`), {});
  expect(result?.startsWith("unsure") === true ? null : result).toBe(meant === null ? null : file(meant));
});

const repeated = (text: string, rest = ""): string =>
  `resource "aws_subnet" "x" {\n  for_each = ${text}\n}\n${rest}`;

test.each([
  ['["a", "b"]', "", true],
  ["local.l", 'locals {\n  l = ["a", "b"]\n}\n', true],
  ["var.v", 'variable "v" {\n  default = ["a"]\n}\n', true],
  ["keys(var.v)", "", true],
  // Two of the same would become one; what is not in sight may be.
  ['["a", "a"]', "", false],
  ["[1, 2]", "", false],
  ["[aws_subnet.a.id]", "", false],
  ["var.v", 'variable "v" {\n  type = list(string)\n}\n', false],
  ["local.l", 'locals {\n  l = [for x in ["a"] : x]\n}\n', false],
  ['["a", "b"]\n  zone = each.key', "", true],
  // A set has no index.
  ['["a", "b"]\n  zone = each.value\n  name = each.key', "", false],
])("for_each = %s", (text, rest, isSet) => {
  const names = { why: "type", type: "tuple" };
  const [list = "", ...lines] = text.split("\n");
  const written = (value: string): string => repeated([value, ...lines].join("\n"), rest);
  const result = proposed(forEachSet, "invalid-for-each", written(`«${list}»`), { names });
  expect(result?.startsWith("unsure") === true ? null : result).toBe(
    isSet ? written(`toset(${list})`) : null,
  );
});

test.each([
  [['["a"]', '["b", "c"]'], "edits"],
  [['["a"]', '["b", "b"]'], "unsure"],
  [['["a"]', "var.unknown"], "unsure"],
  [[], "unsure"],
])("a list that a module is given counts with all of its callers: %j", (lists, kind) => {
  const child = 'variable "v" {\n  type = list(string)\n}\nresource "a_b" "x" {\n  for_each = var.v\n}\n';
  const calls = lists.map((list, at) => `module "m${at}" {\n  source = "./m"\n  v = ${list}\n}\n`);
  const world = smallWorld({ "main.tf": calls.join(""), "m/main.tf": child }, schemasOf({}));
  const start = child.indexOf("var.v");
  const proposal = forEachSet.propose(
    {
      class: "invalid-for-each",
      diagnostic: { severity: "error", summary: "" },
      names: { type: "list of string" },
      place: { file: "m/main.tf", start, end: start + 5 },
    },
    world,
  );
  expect(proposal?.kind).toBe(kind);
});
