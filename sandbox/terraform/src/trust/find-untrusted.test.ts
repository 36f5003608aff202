import fc from "fast-check";
import { expect, test } from "vitest";
import { findUntrusted, type TrustAnswer } from "./find-untrusted.ts";
import { FOUND_NAME } from "./static-text.ts";

const ROOT = "/work/project/live/prod";
const MODULE = "/work/project/modules/app";

interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly module?: string;
  readonly templates?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly values?: string;
  readonly isCheckout?: boolean;
}

function look(main: string, given: Given = {}): TrustAnswer {
  const files = Object.entries({ "main.tf": main, ...given.files });
  const modules = [
    { directory: ROOT, files: files.map(([name, text]) => ({ path: `${ROOT}/${name}`, text })) },
  ];
  if (given.module !== undefined) {
    modules.push({ directory: MODULE, files: [{ path: `${MODULE}/main.tf`, text: given.module }] });
  }
  return findUntrusted({
    project: {
      root: ROOT,
      checkout: given.isCheckout === false ? undefined : "/work/project",
      reach: "/work/project",
    },
    modules,
    variableFiles:
      given.values === undefined ? [] : [{ path: `${ROOT}/terraform.tfvars`, text: given.values }],
    variables: given.variables ?? {},
    templatesAt: (path) =>
      Object.entries(given.templates ?? {}).flatMap(([name, text]) =>
        path === name ||
        (path.includes(FOUND_NAME) && name.startsWith(path.slice(0, path.indexOf(FOUND_NAME))))
          ? [{ path: name, text }]
          : [],
      ),
  });
}

const kinds = (main: string, given?: Given) => look(main, given).findings.map(({ kind }) => kind);

test.each([
  [
    "a provisioner",
    'resource "a" "b" {\n  provisioner "local-exec" {\n    command = "x"\n  }\n}',
    "executes",
  ],
  ["one on one line", 'resource "a" "b" { provisioner "remote-exec" { inline = [] } }', "executes"],
  ["one without quotes", "resource a b {\n provisioner local-exec {\n }\n}", "executes"],
  ["an external program", 'data "external" "x" {\n  program = ["sh"]\n}', "executes"],
  ["one in a check", 'check "c" {\n  data "external" "x" {\n    program = ["sh"]\n  }\n}', "executes"],
  [
    "an encryption key from a program",
    'terraform {\n  encryption {\n    key_provider "external" "k" {\n      command = ["sh"]\n    }\n  }\n}',
    "executes",
  ],
  [
    "credentials from a program",
    'provider "kubernetes" {\n  exec {\n    command = "aws"\n  }\n}',
    "executes",
  ],
  ["an absolute path", 'locals {\n  x = file("/etc/shadow")\n}', "reads"],
  ["a home directory", 'locals {\n  x = file("~/.ssh/id_rsa.pub")\n}', "reads"],
  ["a home directory, expanded", 'locals {\n  x = file(pathexpand("~/.ssh/id_rsa.pub"))\n}', "reads"],
  ["a climb", 'locals {\n  x = file("../../../other/secret")\n}', "reads"],
  ["a climb from the module", 'locals {\n  x = file("${path.module}/../../../x")\n}', "reads"],
  ["a climb in the middle", 'locals {\n  x = file("${path.root}/a/../../../../x")\n}', "reads"],
  ["git's own files", 'locals {\n  x = file("${path.module}/../../.git/config")\n}', "reads"],
  ["escaped characters", 'locals {\n  x = file("\\u002e./../\\u002e./x")\n}', "reads"],
  ["a path in pieces", 'locals {\n  x = file(join("/", ["", "etc", "shadow"]))\n}', "reads"],
  ["a formatted path", 'locals {\n  x = file(format("%s/shadow", "/etc"))\n}', "reads"],
  [
    "a path through a local value",
    'locals {\n  dir = "/etc"\n  x   = file("${local.dir}/shadow")\n}',
    "reads",
  ],
  ["either branch", 'locals {\n  x = file(var.a ? "a.txt" : "/etc/shadow")\n}', "reads"],
  [
    "an attribute of one object of many",
    'locals {\n  m = {\n    x = { file = "a.txt" }\n    y = { file = "/etc/shadow" }\n  }\n}\nresource "a" "b" {\n  for_each = local.m\n  c        = file(each.value.file)\n}',
    "reads",
  ],
  [
    "a key that is made",
    'locals {\n  m = { file = "a.txt", "${"file"}" = "/etc/shadow" }\n  x = file(local.m.file)\n}',
    "unknown-read",
  ],
  [
    "an attribute that one object lacks",
    'locals {\n  m = {\n    x = { file = "a.txt" }\n    y = merge({}, var.z)\n  }\n}\nresource "a" "b" {\n  for_each = local.m\n  c        = file(each.value.file)\n}',
    "unknown-read",
  ],
  ["existence alone", 'locals {\n  x = fileexists("/root/.aws/credentials")\n}', "reads"],
  ["a hash", 'locals {\n  x = filesha256("/etc/shadow")\n}', "reads"],
  ["a list of files", 'locals {\n  x = fileset("/home", "*")\n}', "reads"],
  ["a pattern that climbs", 'locals {\n  x = fileset(path.module, "../../../../*")\n}', "reads"],
  ["a namespaced call", 'locals {\n  x = core::file("/etc/shadow")\n}', "reads"],
  ["a call in a template", 'locals {\n  x = "a ${upper(file("/etc/shadow"))} b"\n}', "reads"],
  ["a call in a heredoc", 'locals {\n  x = <<-EOT\n    ${file("/etc/shadow")}\n  EOT\n}', "reads"],
  ["a call in a directive", 'locals {\n  x = "%{ if true }${file("/etc/shadow")}%{ endif }"\n}', "reads"],
  [
    "a call in a list in a block in a block",
    'resource "a" "b" {\n  c {\n    d = [for x in [1] : file("/etc/shadow")]\n  }\n}',
    "reads",
  ],
  ["a call over lines", 'locals {\n  x = file(\n    # the path\n    "/etc/shadow"\n  )\n}', "reads"],
  [
    "a state elsewhere",
    'data "terraform_remote_state" "s" {\n  backend = "local"\n  config = {\n    path = "/srv/other.tfstate"\n  }\n}',
    "reads",
  ],
  ["a variable", 'variable "x" {\n}\nlocals {\n  x = file(var.x)\n}', "unknown-read"],
  [
    "a part that is not known",
    'locals {\n  x = file("${path.module}/${aws_instance.x.id}.txt")\n}',
    "unknown-read",
  ],
  [
    "a loop over what is not known",
    'locals {\n  x = [for f in var.files : file("${path.module}/${f}")]\n}',
    "unknown-read",
  ],
  [
    "a template that is not known",
    "locals {\n  x = templatestring(aws_instance.x.id, {})\n}",
    "unknown-read",
  ],
  [
    "a state that is not known",
    'data "terraform_remote_state" "s" {\n  backend = "local"\n  config  = var.config\n}',
    "unknown-read",
  ],
  ["a module far away", 'module "m" {\n  source = "../../../../elsewhere"\n}', "outside-module"],
  ["a module by its absolute path", 'module "m" {\n  source = "/srv/modules/m"\n}', "outside-module"],
  [
    "a module of an evaluated place",
    'locals {\n  d = "./x"\n}\nmodule "m" {\n  source = local.d\n}',
    "outside-module",
  ],
  [
    "a module of a made place",
    'locals {\n  d = "x"\n}\nmodule "m" {\n  source = "./${local.d}"\n}',
    "outside-module",
  ],
  ["a module of a chosen place", 'module "m" {\n  source = "./a" == "" ? "./b" : "./c"\n}', "outside-module"],
  ["a module of an escaped place", 'module "m" {\n  source = "\\u002e/x"\n}', "outside-module"],
  ["a module with backslashes", 'module "m" {\n  source = ".\\\\x"\n}', "outside-module"],
  ["a module of a place over lines", 'module "m" {\n  source = <<E\n./x\nE\n}', "outside-module"],
  [
    "a state behind a condition",
    'data "terraform_remote_state" "s" {\n  backend = "local" == "" ? "s3" : "local"\n  config = {\n    path = "/srv/other.tfstate"\n  }\n}',
    "reads",
  ],
])("%s is found", (_name, main, kind) => {
  expect(kinds(main)).toEqual([kind]);
});

test.each([
  ["nothing", ""],
  ["a file beside", 'locals {\n  x = file("a.txt")\n}'],
  ["a file of the module", 'locals {\n  x = file("${path.module}/a.txt")\n}'],
  [
    "a file of the root, of the working directory",
    'locals {\n  x = [file("${path.root}/a"), file("${path.cwd}/b")]\n}',
  ],
  ["a file one up, in the project", 'locals {\n  x = file("${path.module}/../shared/a.txt")\n}'],
  ["two up and down again", 'locals {\n  x = file("${path.module}/../../policies/a.json")\n}'],
  ["absolute of the module", 'locals {\n  x = file(abspath("${path.module}/a.txt"))\n}'],
  [
    "a directory in a local value",
    'locals {\n  dir = "${path.module}/files"\n  x   = file("${local.dir}/a.json")\n}',
  ],
  [
    "whatever a fileset finds",
    'resource "a" "b" {\n  for_each = fileset("${path.module}/policies", "**/*.json")\n  c        = file("${path.module}/policies/${each.value}")\n}',
  ],
  [
    "in a loop too",
    'locals {\n  x = { for f in fileset(path.module, "*.json") : f => jsondecode(file("${path.module}/${f}")) }\n}',
  ],
  [
    "names of a list",
    'resource "a" "b" {\n  for_each = toset(["x", "y"])\n  c        = file("${path.module}/${each.key}.json")\n}',
  ],
  [
    "names of a map",
    'locals {\n  m = {\n    x = "a.txt"\n    y = "b.txt"\n  }\n}\nresource "a" "b" {\n  for_each = local.m\n  c        = file("${path.module}/${each.value}")\n}',
  ],
  [
    "an iterator of a dynamic block",
    'resource "a" "b" {\n  dynamic "c" {\n    for_each = ["x"]\n    content {\n      d = file("${path.module}/${c.value}")\n    }\n  }\n}',
  ],
  [
    "a number",
    'resource "a" "b" {\n  count = 2\n  c     = file("${path.module}/node-${count.index}.yaml")\n}',
  ],
  ["the workspace", 'locals {\n  x = file("${terraform.workspace}.json")\n}'],
  [
    "a default",
    'variable "env" {\n  default = "prod"\n}\nlocals {\n  x = file("${path.module}/${var.env}.json")\n}',
  ],
  [
    "a template",
    'locals {\n  x = templatefile("${path.module}/a.tftpl", { name = "file(\\"/etc/shadow\\")" })\n}',
  ],
  [
    "text that looks like a call",
    'locals {\n  x = "run file(\\"/etc/shadow\\") and $${file(\\"/etc/shadow\\")}"\n}',
  ],
  ["a comment that looks like one", 'locals {\n  # file("/etc/shadow")\n  x = 1 // file("/etc/shadow")\n}'],
  ["an argument of that name", 'resource "a" "b" {\n  file = "/etc/shadow"\n  provisioner = "x"\n}'],
  ["data named external", 'data "aws_ami" "external" {\n}'],
  [
    "a remote state",
    'data "terraform_remote_state" "s" {\n  backend = "s3"\n  config = {\n    bucket = "/etc"\n  }\n}',
  ],
  [
    "a state in the project",
    'data "terraform_remote_state" "s" {\n  backend = "local"\n  config = {\n    path = "${path.module}/../network/terraform.tfstate"\n  }\n}',
  ],
  ["a module in the project", 'module "m" {\n  source = "../../modules/app"\n}'],
  [
    "a module of a registry",
    'module "m" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}',
  ],
])("%s is fine", (_name, main) => {
  expect(look(main).findings).toEqual([]);
});

test.each([
  ["an escaped template", 'locals {\n  x = "$${"\n  y = file("/etc/shadow")\n  z = "}"\n}'],
  ["braces in a template", 'locals {\n  x = "${f({}, "a")}"\n  y = file("/etc/shadow")\n  z = "}"\n}'],
  ["a quote in a comment in a template", 'locals {\n  x = "${ /* " */ file("/etc/shadow") }"\n}'],
  [
    "a marker with another kind of space",
    'locals {\n  x = <<EOT\n\u0085EOT\n  y = file("/etc/shadow")\n  z = <<EOT\nEOT\n}',
  ],
  [
    "a marker within a template",
    'locals {\n  x = <<EOT\n${[for\nEOT\nin [1] : EOT][0]} "\nEOT\n  y = file("/etc/shadow")\n  z = "\n}',
  ],
  ["a heredoc in a template", 'locals {\n  x = "${<<E\n}" \nE\n}"\n  y = file("/etc/shadow")\n}'],
  ["an equal key", 'locals {\n  m = { file = "a.txt", file = "/etc/shadow" }\n  x = file(local.m.file)\n}'],
  ["an arrow in front", 'locals {\n  x = { a => "b", (file("/etc/shadow")) : 1 }\n}'],
  ["a path that the loop's name hides", 'locals {\n  x = [for path in ["/etc/shadow"] : file(path)]\n}'],
])("nothing hides behind %s", (_name, main) => {
  expect(kinds(main)).toContain("reads");
});

test("hostile texts take no time", () => {
  const chain = Array.from(
    { length: 40 },
    (_, index) => `  l${index + 1} = "${`\${local.l${index}}`.repeat(30)}"`,
  ).join("\n");
  expect(kinds(`locals {\n  l0 = "x"\n${chain}\n  y = file(local.l40)\n}`)).toEqual(["unknown-read"]);
  expect(kinds("locals {\n  a = local.b\n  b = local.a\n  y = file(local.a)\n}")).toEqual(["unknown-read"]);
  look('module "m" {\n  source   = "./x"\n  for_each = toset([])\n}\n'.repeat(5_000));
  for (const part of ["file(", "(", "[for a in ", "{", "a ? ", "fileset(path.module, ", "<<E\n"]) {
    look(`locals {\n  x = ${part.repeat(20_000)}\n}`);
  }
  expect(() => look(`locals {\n  x = ${'"${'.repeat(5_000)}\n}`)).toThrow(/levels deep/);
});

test("a finding says where and what", () => {
  const main =
    'resource "aws_instance" "web" {\n  ami = "x"\n\n  user_data = file("~/boot.sh")\n  provisioner "local-exec" {\n    command = "x"\n  }\n}\nlocals {\n  y = file(var.a[0])\n}\n';
  expect(look(main)).toEqual({
    findings: [
      {
        kind: "reads",
        file: "main.tf",
        line: 4,
        what: 'file("~/boot.sh") reads outside of the configuration',
      },
      {
        kind: "executes",
        file: "main.tf",
        line: 5,
        what: 'provisioner "local-exec" of aws_instance.web executes commands',
      },
      {
        kind: "unknown-read",
        file: "main.tf",
        line: 10,
        what: "file(var.a[0]) reads a file that only an evaluation would tell",
      },
    ],
    provisioned: [{ directory: ROOT, type: "aws_instance", name: "web" }],
  });
});

test("JSON syntax is looked through alike", () => {
  const json = {
    resource: {
      a: { b: { c: '${file("/etc/shadow")}', provisioner: [{ "local-exec": { command: "x" } }] } },
    },
    data: [{ external: { x: { program: ["sh"] } } }],
    locals: { dir: "${path.module}", fine: '${file("${local.dir}/a.txt")}' },
    module: { m: [{ source: "../../../../elsewhere" }] },
    terraform: { encryption: { key_provider: { external: { k: { command: ["sh"] } } } } },
  };
  const files = { "x.tf.json": JSON.stringify(json, null, 2) };
  expect(kinds("", { files }).toSorted()).toEqual([
    "executes",
    "executes",
    "executes",
    "outside-module",
    "reads",
  ]);
});

test("what a variable of a module can be follows from its callers", () => {
  const module = 'variable "name" {\n}\nlocals {\n  x = file("${path.module}/${var.name}.json")\n}\n';
  const call = (name: string) => `module "m" {\n  source = "../../modules/app"\n  name   = ${name}\n}\n`;
  expect(kinds(call('"web"'), { module })).toEqual([]);
  expect(kinds(call("each.key").replace("}\n", '  for_each = toset(["a", "b"])\n}\n'), { module })).toEqual(
    [],
  );
  expect(kinds(call('"../../../../etc/x"'), { module })).toEqual(["reads"]);
  expect(kinds(call('"web"') + call("aws_instance.x.id").replace('"m"', '"n"'), { module })).toEqual([
    "unknown-read",
  ]);
});

test("override files change arguments of what other files say", () => {
  const module =
    'variable "name" {\n  default = "a"\n}\nlocals {\n  x = file("${path.module}/${var.name}.json")\n}\n';
  const call = 'module "m" {\n  source = "../../modules/app"\n  name   = "web"\n}\n';
  const overridden = (text: string) => kinds(call, { module, files: { "x_override.tf": text } });
  expect(overridden("")).toEqual([]);
  expect(overridden('module "m" {\n  name = "db"\n}\n')).toEqual([]);
  expect(overridden('module "m" {\n  name = "../../../../etc/x"\n}\n')).toEqual(["reads"]);
  expect(overridden('module "n" {\n  name = "../../../../etc/x"\n}\n')).toEqual([]);
  const elsewhere = 'module "m" {\n  source = "./other"\n  name   = "../../../../etc/x"\n}\n';
  const back = 'module "m" {\n  source = "../../modules/app"\n}\n';
  expect(kinds(elsewhere, { module, files: { "x_override.tf": back } })).toEqual(["reads"]);
  const each = 'resource "a" "b" {\n  for_each = toset(["x"])\n  c        = file(each.key)\n}\n';
  const files = { "x_override.tf": 'resource "a" "b" {\n  for_each = toset(["/etc/shadow"])\n}\n' };
  expect(kinds(each)).toEqual([]);
  expect(kinds(each, { files })).toEqual(["reads"]);
});

test("what a variable of the root can be follows from the files and values that are given", () => {
  const main = 'variable "env" {\n}\nlocals {\n  x = file("${var.env}.json")\n}\n';
  expect(kinds(main)).toEqual(["unknown-read"]);
  expect(kinds(main, { values: 'env = "prod"\n' })).toEqual([]);
  expect(kinds(main, { values: 'env = "/etc/passwd"\n' })).toEqual(["reads"]);
  expect(kinds(main, { variables: { env: "prod" } })).toEqual([]);
  expect(kinds(main, { variables: { env: "../../../../x" } })).toEqual(["reads"]);
});

test("templates are looked through: their functions read as well", () => {
  const main = 'locals {\n  x = templatefile("${path.module}/a.tftpl", {})\n}\n';
  const path = `${ROOT}/a.tftpl`;
  expect(kinds(main, { templates: { [path]: '$(file /etc/shadow) $${file("/x")} ${name}' } })).toEqual([]);
  expect(look(main, { templates: { [path]: 'a\nb ${file("/etc/shadow")}\n' } }).findings).toMatchObject([
    { kind: "reads", file: "a.tftpl", line: 2 },
  ]);
  expect(kinds(main, { templates: { [path]: "${file(name)}" } })).toEqual(["unknown-read"]);
  const many = main
    .replace("a.tftpl", "${each.value}")
    .replace("locals {", 'resource "a" "b" {\n  for_each = fileset(path.module, "*.tftpl")');
  expect(kinds(many, { templates: { [path]: '${file("/etc/shadow")}' } })).toEqual(["reads"]);
});

test("without a checkout files are read in the root and its modules only", () => {
  const main =
    'module "m" {\n  source = "../../modules/app"\n}\nlocals {\n  x = file("../../modules/app/a.txt")\n  y = file("../shared/b.txt")\n}\n';
  expect(look(main, { module: "", isCheckout: false }).findings).toMatchObject([{ kind: "reads", line: 6 }]);
  expect(kinds(main, { module: "" })).toEqual([]);
});

test("no text makes the search fail, and a read that is hidden in any of them is found", () => {
  const around = fc.string({
    unit: fc.constantFrom("a", " ", "\n", '"', "${", "}", "{", "(", ")", "[", "=", "\\", "<<E\n", "#", "for"),
  });
  fc.assert(
    fc.property(around, (text) => {
      look(text);
      look(`locals {\n  x = "\${${text}}"\n}`);
    }),
  );
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), fc.nat(8), (names, climbs) => {
      const path = [...Array.from({ length: climbs }, () => ".."), ...names, "x"].join("/");
      const isOut = climbs > 2;
      expect(kinds(`locals {\n  a = { b = [upper(file("\${path.module}/${path}"))] }\n}`).length > 0).toBe(
        isOut,
      );
    }),
  );
});
