import { expect, test } from "vitest";
import type { Problem, ProblemClass } from "../diagnostics/problem.ts";
import { type Edits, problemAt, review, type Texts } from "./testing/text-changes.ts";

type Names = Problem["names"];

/** A broken file, where Terraform points, what it says, and the repair. All of them must pass: blocking too much is a defect. */
interface Repair {
  readonly files: Texts;
  readonly at: string;
  readonly class: ProblemClass;
  readonly names?: Names;
  readonly edits: Edits;
  readonly file?: string;
}

const M = "main.tf";

function repair(text: string, at: string, to: string, problem: readonly [ProblemClass, Names?]): Repair {
  const [name, names] = problem;
  return {
    files: { [M]: text },
    at,
    class: name,
    ...(names === undefined ? {} : { names }),
    edits: [[M, at, to]],
  };
}

const REPAIRS: Readonly<Record<string, Repair>> = {
  "a misspelt prevent_destroy": repair(
    `resource "aws_db_instance" "a" {\n  lifecycle {\n    prevent_destory = true\n  }\n}\n`,
    "prevent_destory",
    "prevent_destroy",
    ["unsupported-argument", { name: "prevent_destory" }],
  ),
  "a misspelt lifecycle": repair(
    `resource "aws_db_instance" "a" {\n  lifecyle {\n    prevent_destroy = true\n    ignore_changes = [tags]\n  }\n}\n`,
    "lifecyle",
    "lifecycle",
    ["unsupported-block", { name: "lifecyle" }],
  ),
  "a Python boolean in prevent_destroy": repair(
    `resource "aws_db_instance" "a" {\n  lifecycle {\n    prevent_destroy = True\n  }\n}\n`,
    "True",
    "true",
    ["invalid-reference", { name: "True" }],
  ),
  "a misspelt deletion_protection": repair(
    `resource "aws_db_instance" "a" {\n  deletion_protecton = true\n  skip_final_snapshot = true\n}\n`,
    "deletion_protecton",
    "deletion_protection",
    ["unsupported-argument", { name: "deletion_protecton" }],
  ),
  "a misspelt skip_final_snapshot that its owner set": repair(
    `resource "aws_db_instance" "a" {\n  skip_final_snapshott = true\n}\n`,
    "skip_final_snapshott",
    "skip_final_snapshot",
    ["unsupported-argument", { name: "skip_final_snapshott" }],
  ),
  "a misspelt argument of a rule for everyone": repair(
    `resource "aws_security_group" "a" {\n  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n    cidr_bloks = ["0.0.0.0/0"]\n  }\n}\n`,
    "cidr_bloks",
    "cidr_blocks",
    ["unsupported-argument", { name: "cidr_bloks" }],
  ),
  "a reference in a policy": repair(
    `resource "aws_s3_bucket" "data" {}\nresource "aws_iam_role_policy" "a" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = aws_s3_bucket.dta.arn }] })\n}\n`,
    "aws_s3_bucket.dta",
    "aws_s3_bucket.data",
    ["undeclared-resource", { type: "aws_s3_bucket", name: "dta" }],
  ),
  "a policy without a bracket": repair(
    `resource "aws_iam_role_policy" "a" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject", Resource = "*" }] })\n}\n`,
    `"s3:GetObject",`,
    `"s3:GetObject"],`,
    ["syntax"],
  ),
  "a rule in an unclosed block": repair(
    `resource "aws_security_group" "a" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = ["10.0.0.0/8"]\n  \n}\n`,
    `["10.0.0.0/8"]\n  \n`,
    `["10.0.0.0/8"]\n  }\n`,
    ["syntax"],
  ),
  "a misspelt resource type": repair(
    `resource "aws_instnce" "web" {\n  ami = "ami-1"\n  instance_type = "t3.small"\n}\noutput "id" {\n  value = "x"\n}\n`,
    `"aws_instnce"`,
    `"aws_instance"`,
    ["invalid-resource-type", { type: "aws_instnce" }],
  ),
  "a keyword that is misspelt": repair(
    `resorce "aws_instance" "web" {\n  ami = "ami-1"\n}\n`,
    "resorce",
    "resource",
    ["unsupported-block", { name: "resorce" }],
  ),
  "an undeclared variable": {
    files: { [M]: `resource "aws_db_instance" "a" {\n  password = var.db_password\n}\n` },
    at: "var.db_password",
    class: "undeclared-variable",
    names: { name: "db_password" },
    edits: [[M, "", `variable "db_password" {\n  type      = string\n  sensitive = true\n}\n`]],
  },
  "a quote that is lost between two networks": repair(
    `resource "aws_security_group" "a" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = ["198.51.100.0/24, "203.0.113.0/24"]\n  }\n}\n`,
    `"198.51.100.0/24, "`,
    `"198.51.100.0/24", "`,
    ["syntax"],
  ),
  "a file whose name has a slip": repair(
    `resource "aws_iam_policy" "a" {\n  policy = file("\${path.module}/polcy.json")\n}\n`,
    "polcy",
    "policy",
    ["function-arguments", { name: "file" }],
  ),
  "an undeclared variable of a protection": {
    files: { [M]: `resource "aws_db_instance" "a" {\n  deletion_protection = var.protect\n}\n` },
    at: "var.protect",
    class: "undeclared-variable",
    names: { name: "protect" },
    edits: [[M, "", `variable "protect" {\n  type = bool\n}\n`]],
  },
  "equal duplicates": {
    files: { [M]: `locals {\n  a = 1\n}\nlocals {\n  a = 1\n  b = 2\n}\n` },
    at: "a = 1\n  b",
    class: "duplicate-declaration",
    names: { kind: "local", name: "a" },
    edits: [[M, "  a = 1\n  b", "  b"]],
  },
  "an output that is sensitive": {
    files: { [M]: `output "p" {\n  value = random_password.a.result\n}\n` },
    at: "output",
    class: "sensitive-output",
    names: { name: "p" },
    edits: [[M, "random_password.a.result\n", "random_password.a.result\n  sensitive = true\n"]],
  },
  "a path of a module": {
    files: { [M]: `module "net" {\n  source = "./modules/nett"\n}\n`, "modules/net/main.tf": `locals {}\n` },
    at: "module",
    class: "module-not-found",
    names: { name: "net" },
    edits: [[M, "nett", "net"]],
  },
  "an argument of a module": {
    files: {
      [M]: `module "net" {\n  source = "./net"\n  cidrr = "10.0.0.0/16"\n}\n`,
      "net/main.tf": `variable "cidr" {}\nresource "aws_vpc" "a" {\n  cidr_block = var.cidr\n}\n`,
    },
    at: "cidrr",
    class: "unsupported-argument",
    names: { name: "cidrr" },
    edits: [[M, "cidrr", "cidr"]],
  },
  "a variable whose default has another type": {
    files: {
      [M]: `variable "n" {\n  type = number\n  default = "three"\n}\nresource "aws_instance" "a" {\n  count = var.n\n}\n`,
    },
    at: `"three"`,
    class: "invalid-default",
    names: { name: "n" },
    edits: [[M, `"three"`, "3"]],
  },
  "a value in a variables file": {
    files: { [M]: `variable "zones" {\n  type = list(string)\n}\n`, "terraform.tfvars": `zones = "a"\n` },
    at: `"a"`,
    class: "invalid-variable-value",
    names: { name: "zones" },
    file: "terraform.tfvars",
    edits: [["terraform.tfvars", `"a"`, `["a"]`]],
  },
  "a count of instances": repair(
    `resource "aws_instance" "a" {\n  count = 2\n}\noutput "ids" {\n  value = aws_instance.a.id\n}\n`,
    "aws_instance.a.id",
    "aws_instance.a[*].id",
    ["missing-instance-key", { resource: "aws_instance.a" }],
  ),
  "a function in a validation": repair(
    `variable "n" {\n  validation {\n    condition = lenght(var.n) > 2\n    error_message = "Too short."\n  }\n}\n`,
    "lenght",
    "length",
    ["unknown-function", { name: "lenght" }],
  ),
  "a type that a value is converted to": repair(
    `resource "aws_ebs_volume" "a" {\n  size = "20 GB"\n  encrypted = "yes"\n}\n`,
    `"20 GB"`,
    "20",
    ["wrong-type", { name: "size" }],
  ),
  "encryption in another language's boolean": repair(
    `resource "aws_ebs_volume" "a" {\n  size = 20\n  encrypted = "yes"\n}\n`,
    `"yes"`,
    "true",
    ["wrong-type", { name: "encrypted" }],
  ),
  "a renamed argument": repair(
    `resource "aws_db_instance" "a" {\n  name = "app"\n  engine = "postgres"\n}\n`,
    "name = ",
    "db_name = ",
    ["unsupported-argument", { name: "name" }],
  ),
  "a value under ignore_changes that cannot be read": repair(
    `variable "team" {\n  default = "a"\n}\nresource "aws_instance" "a" {\n  tags = { Team = var.taem }\n  lifecycle {\n    ignore_changes = [tags]\n  }\n}\n`,
    "var.taem",
    "var.team",
    ["undeclared-variable", { name: "taem" }],
  ),
  "a script whose template is not closed": repair(
    `variable "n" {\n  default = "x"\n}\nresource "aws_instance" "a" {\n  user_data = "echo \${var.nn}"\n}\n`,
    "var.nn",
    "var.n",
    ["undeclared-variable", { name: "nn" }],
  ),
  "a semicolon after a setting of a provider": repair(
    `provider "aws" {\n  region = "eu-west-1";\n}\nresource "aws_vpc" "a" {\n  cidr_block = "10.0.0.0/16"\n}\n`,
    `"eu-west-1";`,
    `"eu-west-1"`,
    ["syntax"],
  ),
  "a comma after a setting of a provider": repair(
    `provider "aws" {\n  region = "eu-west-1",\n}\n`,
    `"eu-west-1",`,
    `"eu-west-1"`,
    ["syntax"],
  ),
  "a colon in a provider": repair(`provider "aws" {\n  region : "eu-west-1"\n}\n`, "region :", "region =", [
    "syntax",
  ]),
  "a colon without a blank in a provider": repair(
    `provider "aws" {\n  region: "eu-west-1"\n}\n`,
    "region:",
    "region =",
    ["syntax"],
  ),
  "single quotes in a provider": repair(
    `provider "aws" {\n  region = 'eu-west-1'\n}\n`,
    `'eu-west-1'`,
    `"eu-west-1"`,
    ["syntax"],
  ),
  "a semicolon after an image": repair(
    `resource "aws_instance" "a" {\n  ami = var.image;\n  instance_type = "t3.small"\n}\n`,
    "var.image;",
    "var.image",
    ["syntax"],
  ),
  "a semicolon after a role": repair(
    `resource "google_project_iam_binding" "a" {\n  role = "roles/viewer";\n  members = ["user:a@example.com"]\n}\n`,
    `"roles/viewer";`,
    `"roles/viewer"`,
    ["syntax"],
  ),
  "a colon before an object beside prevent_destroy": repair(
    `resource "aws_instance" "a" {\n  ami = "ami-1"\n  tags : {\n    Name = "a"\n  }\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n`,
    "tags :",
    "tags =",
    ["syntax"],
  ),
  "a brace that a resource lacks": repair(
    `resource "google_compute_instance" "a"\n  name = "a"\n  machine_type = "e2-small"\n  boot_disk {\n    auto_delete = true\n  }\n  network_interface {\n    access_config {\n    }\n  }\n}\n`,
    `"google_compute_instance" "a"`,
    `"google_compute_instance" "a" {`,
    ["syntax"],
  ),
  "a brace that a block lacks beside an open address": repair(
    `resource "google_compute_instance" "a" {\n  name = "a"\n  scratch_disk\n    interface = "SCSI"\n  }\n  network_interface {\n    access_config {\n    }\n  }\n}\n`,
    "scratch_disk",
    "scratch_disk {",
    ["syntax"],
  ),
  "a misspelt switch of backups": repair(
    `resource "google_sql_database_instance" "a" {\n  settings {\n    backup_configuration {\n      enabld = true\n    }\n  }\n}\n`,
    "enabld",
    "enabled",
    ["unsupported-argument", { name: "enabld" }],
  ),
  "a setting of a provider in capitals": repair(
    `provider "aws" {\n  SKIP_REQUESTING_ACCOUNT_ID = true\n}\n`,
    "SKIP_REQUESTING_ACCOUNT_ID",
    "skip_requesting_account_id",
    ["unsupported-argument", { name: "SKIP_REQUESTING_ACCOUNT_ID" }],
  ),
  "a misspelt keyword of a grant": repair(
    `resource "google_service_account" "a" {\n  account_id = "a"\n}\nreaource "google_project_iam_binding" "a" {\n  role = "roles/viewer"\n  members = [google_service_account.a.member]\n}\n`,
    "reaource",
    "resource",
    ["unsupported-block", { name: "reaource" }],
  ),
  "a path that templatefile is given": repair(
    `resource "aws_instance" "a" {\n  user_data = templatefile("init.sh", { nmae = "x" })\n}\n`,
    "nmae",
    "name",
    ["function-arguments", { name: "templatefile" }],
  ),
};

test("a variable that is missing may be declared, and gets no weak value", () => {
  const files = {
    [M]: `resource "aws_db_instance" "a" {\n  deletion_protection = var.protect\n  publicly_accessible = var.open\n}\n`,
  };
  const met = ["protect", "open"].map((name) =>
    problemAt(files, `var.${name}`, { class: "undeclared-variable", names: { name } }),
  );
  const declared = (name: string, value: string): string => `variable "${name}" {\n  default = ${value}\n}\n`;
  const rules = (text: string) => review(files, [[M, "", text]], met).map(({ rule }) => rule);
  expect(rules(declared("protect", "true") + declared("open", "false"))).toEqual([]);
  expect(rules(declared("protect", "false"))).toEqual(["protection-weakened"]);
  expect(rules(declared("open", "true"))).toContain("access-widened");
});

test("marks of another language hide no other value", () => {
  const files = { [M]: `provider "aws" {\n  region: "eu-west-1"\n  profile = 'a';\n}\n` };
  const met = [problemAt(files, "region", { class: "syntax" })];
  const rules = (old: string, now: string) => review(files, [[M, old, now]], met).map(({ rule }) => rule);
  expect(rules(`region: "eu-west-1"`, `region = "eu-west-2"`)).toContain("provider-changed");
  expect(rules(`'a';`, `"b"`)).toContain("provider-changed");
  expect(rules(`region: "eu-west-1"`, `region = "eu-west-1"`)).toEqual([]);
});

test.each(Object.entries(REPAIRS))("%s may be repaired", (_, { files, at, edits, file, ...problem }) => {
  const met = problemAt(files, at, { ...problem, ...(file === undefined ? {} : { file }) });
  expect(review(files, edits, [met])).toEqual([]);
});
