import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { cost, makeFolder, planOf } from "./testing.ts";

const MAIN = `
provider "aws" { region = "us-east-1" }
variable "sizes" { type = map(string) }
module "web" {
  source   = "./machine"
  for_each = var.sizes
  type     = each.value
}
resource "aws_launch_template" "pool" {
  name_prefix   = "pool"
  instance_type = "c5.large"
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type = "gp3"
      volume_size = 20
    }
  }
}
resource "aws_autoscaling_group" "pool" {
  max_size         = 9
  min_size         = 1
  desired_capacity = 2
  launch_template {
    id      = aws_launch_template.pool.id
    version = aws_launch_template.pool.latest_version
  }
}
resource "aws_nat_gateway" "a" {
  subnet_id = "subnet-1"
}
resource "aws_ebs_volume" "old" {
  availability_zone = "us-east-1a"
  type              = "gp2"
  size              = 100
}
`;

const MACHINE = `
variable "type" { type = string }
resource "aws_instance" "this" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = var.type
}
`;

const HEAD = `${MAIN.replace("c5.large", "c5.xlarge").replace('"old"', '"data"')}
moved {
  from = aws_ebs_volume.old
  to   = aws_ebs_volume.data
}
`;

const USAGE = `
version: 0.1
resource_usage:
  aws_nat_gateway.a:
    monthly_data_processed_gb: 100
  aws_nat_gateway.gone: &gone
    monthly_data_processed_gb: 1
  module.web[*].aws_instance.this:
    reserved_instance_term: 1_year
`;

it("plans two checkouts with real Terraform and shows what differs: modules, for_each, unknown references, moved blocks", async () => {
  const folder = await makeFolder({
    "base/main.tf": MAIN,
    "base/machine/main.tf": MACHINE,
    "base/prod.tfvars": 'sizes = { a = "m5.large", b = "m5.large" }\n',
    "usage.yml": USAGE,
  });
  await cp(path.join(folder, "base"), path.join(folder, "head"), { recursive: true });
  await writeFile(path.join(folder, "head/main.tf"), HEAD);
  await writeFile(path.join(folder, "head/prod.tfvars"), 'sizes = { b = "m5.large", c = "m5.xlarge" }\n');
  const words = ["--base", "base", "--terraform", "head", "--var-file", "head/prod.tfvars", "--trust"];
  const { exitCode, out, err } = await cost(folder, ...words, "--usage", "usage.yml");
  expect(err).not.toContain("Error");
  expect(exitCode).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "                                                         before             after         difference
    ~ aws_autoscaling_group.pool                            $127.30           $251.40           +$124.10
      ~ Instance usage (Linux, on-demand, c5.large → c5.xlarge)
                                                            $124.10           $248.20           +$124.10
    - module.web["a"].aws_instance.this             at least $70.08                     at least −$70.08
      - Instance usage (Linux, on-demand, m5.large)
                                                             $70.08                              −$70.08
        root volume: its size and type are set by the image
    + module.web["c"].aws_instance.this                              at least $140.16  at least +$140.16
      + Instance usage (Linux, on-demand, m5.xlarge)
                                                                              $140.16           +$140.16
        root volume: its size and type are set by the image

    The change in cost is unknown: what has a price adds $194.18 a month ($2,330 a year), +62 %
    at least $314.81 → at least $508.99 (730 h, on-demand list prices)
    not or only partly priced: 2 resources that differ
    4 resources cost what they did or nothing by themselves: --show-unchanged
    prices: EC2 us-east-1 linux 2026-07-20, AWS public price list, us-east-1 2026-08-01
    "
  `);
  expect(err.split("\n").filter((line) => line.startsWith("Warning"))).toEqual([
    "Warning: --usage usage.yml: aws_nat_gateway.gone: no resource of this name is in the plan",
    "Warning: --usage usage.yml: module.web[*].aws_instance.this: reserved_instance_term: it is ignored: prices are on demand, without commitments",
  ]);
}, 60_000);

it("says which side Terraform could not plan", async () => {
  const folder = await makeFolder({
    "base/main.tf": 'resource "aws_eip" "a" { nonsense = 1 }',
    "head/main.tf": "",
  });
  const { exitCode, err } = await cost(folder, "--base", "base", "--terraform", "head", "--trust");
  expect(exitCode).toBe(4);
  expect(err).toContain("Unsupported argument");
  expect(err).toContain("Terraform could not plan --base base");
}, 60_000);

function planJson(type: string, actions: readonly string[] = ["update"]): string {
  const values = (instance_type: string) => ({
    instance_type,
    availability_zone: "us-east-1a",
    root_block_device: [{ volume_type: "gp3", volume_size: 50 }],
  });
  const change = { actions, before: values("m5.large"), after: values(type), after_unknown: {} };
  const named = { mode: "managed", type: "aws_instance", name: "web" };
  return JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    resource_changes: [
      { ...named, address: "aws_instance.web", provider_name: "registry.terraform.io/hashicorp/aws", change },
    ],
  });
}

const SENTENCES = [
  ["m5.xlarge", "Adds $70.08 a month ($841 a year), +95 %"],
  ["m5.large", "No change in cost"],
  ["t3.nano", "Saves $66.28 a month ($795 a year), −89 %"],
  ["m5.unheard-of", "The change in cost is unknown"],
] as const;

it.each(SENTENCES)("says in one sentence what a plan that leads to %s does", async (type, sentence) => {
  const folder = await makeFolder({ "plan.json": planJson(type) });
  const { exitCode, out } = await cost(folder, "--plan", "plan.json", "--diff");
  expect(exitCode).toBe(0);
  expect(out.split("\n")).toContain(sentence);
});

it("prints the estimate as before with its schema, a difference of two plans, and Markdown", async () => {
  const folder = await makeFolder({
    "plan.json": planJson("m5.large", ["no-op"]),
    "head.json": planJson("m5.xlarge"),
  });
  const estimate = await cost(folder, "--plan", "plan.json", "--format", "json");
  expect(JSON.parse(estimate.out)).toMatchObject({
    schema: "apex.cost/v1",
    kind: "estimate",
    total: "74.08",
    resources: [{ address: "aws_instance.web", monthlyCost: "74.08" }],
  });
  const both = ["--plan", "head.json", "--base-plan", "plan.json"];
  const difference = await cost(folder, ...both, "--format", "json");
  expect(JSON.parse(difference.out)).toMatchObject({
    schema: "apex.cost/v1",
    kind: "difference",
    before: "74.08",
    after: "144.16",
    delta: "70.08",
    resources: [
      { kind: "changed", attributes: [{ path: "instance_type", from: "m5.large", to: "m5.xlarge" }] },
    ],
  });
  const markdown = await cost(folder, ...both, "--format", "markdown");
  expect(markdown.out).toContain("### Apex: adds $70.08 a month");
});

it("shows what costs the same when asked to", async () => {
  const folder = await makeFolder({ "plan.json": planJson("m5.large", ["no-op"]) });
  const hidden = await cost(folder, "--plan", "plan.json", "--diff");
  expect(hidden.out).toContain("1 resource costs what it did or nothing by itself: --show-unchanged");
  const shown = await cost(folder, "--plan", "plan.json", "--diff", "--show-unchanged");
  expect(shown.out).toMatch(/^ {2}aws_instance\.web +\$74\.08 +\$74\.08$/m);
});

it.each([
  [[], "give either --terraform DIR or --plan FILE"],
  [["--plan", "p", "--base", "b"], "with --plan FILE give --base-plan FILE"],
  [["--terraform", "t", "--base-plan", "b"], "with --terraform DIR give --base DIR"],
  [["--plan", "p", "--base-plan", "b", "--diff"], "give one of --base, --base-plan and --diff"],
  [["--terraform", "t", "--diff"], "give --plan FILE or --state FILE"],
  [["--plan", "p", "--format", "markdown"], "--format markdown shows a difference"],
])("refuses %j, and says what to give", async (words, message) => {
  const folder = await makeFolder({});
  const { exitCode, err } = await cost(folder, ...words);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
});

it("refuses a usage file with mistakes, each with its line and column, and one that grows without bound", async () => {
  const grown = [
    "a: &a [x, x]",
    ...Array.from("bcdefghijkl", (name, index) => {
      const before = "abcdefghijk"[index] ?? "a";
      return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}]`;
    }),
  ].join("\n");
  const folder = await makeFolder({
    "plan.json": planJson("m5.large"),
    "wrong.yml": "version: 0.1\nresource_usage:\n  aws_nat_gateway.a:\n    monthly_data_processed_gb: many\n",
    "bomb.yml": `version: 0.1\n${grown}\n`,
    "deep.yml": `version: 0.1\nresource_usage: ${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}\n`,
  });
  const wrong = await cost(folder, "--plan", "plan.json", "--usage", "wrong.yml");
  expect(wrong.exitCode).toBe(3);
  expect(wrong.err).toContain(
    "line 4, column 32: monthly_data_processed_gb must be a number of zero or more",
  );
  const bomb = await cost(folder, "--plan", "plan.json", "--usage", "bomb.yml");
  expect(bomb.exitCode).toBe(3);
  expect(bomb.err).toContain("--usage bomb.yml is not usable YAML");
  const deep = await cost(folder, "--plan", "plan.json", "--usage", "deep.yml");
  expect(deep.exitCode).toBe(3);
});

it("never says that there is no difference where something paid by use comes", async () => {
  const after = { function_name: "f", memory_size: 512, architectures: ["x86_64"] };
  const folder = await makeFolder({ "plan.json": planOf({ type: "aws_lambda_function", after }) });
  const { out } = await cost(folder, "--plan", "plan.json", "--diff");
  expect(out).toContain("\nNo change in cost but by use that is not known\n");
  const markdown = await cost(folder, "--plan", "plan.json", "--diff", "--format", "markdown");
  expect(markdown.out).toContain(
    "### Apex: no change in cost but by use that is not known: 1 of 1 resource changes\n",
  );
  expect(markdown.out).toContain("| added: Requests | — | by use | by use |");
  expect(markdown.out).toContain("$0.20 per 1M requests");
});

it.each([
  ["plan.json", "none.json", "Costs no less than before (what comes or grows has no price)"],
  ["none.json", "plan.json", "Costs no more than before (what goes or shrinks has no price)"],
])("does not call what has no price a cost: %s after %s", async (head, base, sentence) => {
  const folder = await makeFolder({
    "plan.json": planOf({ type: "aws_unheard_of", after: {} }),
    "none.json": planOf(),
  });
  const { out } = await cost(folder, "--plan", head, "--base-plan", base);
  expect(out.split("\n")).toContain(sentence);
});

it("shows no saving where a machine only loses its price", async () => {
  const folder = await makeFolder({ "plan.json": planJson("m5.unheard-of") });
  const { out } = await cost(folder, "--plan", "plan.json", "--diff");
  expect(out).toContain("- Instance usage (Linux, on-demand, m5.large)");
  expect(out).not.toContain("−$70.08");
  expect(out).toContain("\n$74.08 → at least $0.00 (730 h");
});

it("writes nobody's words on a line of their own, and in no other direction", async () => {
  const after = { instance_type: "m5.x\nNo change in cost\u202e\u001b[31m" };
  const folder = await makeFolder({ "plan.json": planOf({ type: "aws_instance", after }) });
  for (const words of [[], ["--diff"]]) {
    const { out } = await cost(folder, "--plan", "plan.json", ...words);
    expect(out).toContain("m5.x No change in cost� [31m");
  }
});
