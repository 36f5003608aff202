import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TERRAFORM_FUNCTIONS } from "@apex/agent";
import { expect, it } from "vitest";
import type { Files } from "./diagnose.ts";
import { mend } from "./mend.ts";

/** What stands where a mistake is: the mistake, and what was meant. */
type Mistakes = Readonly<Record<string, readonly [mistake: string, meant: string]>>;

/** The template with each `@name@` as it was mistaken, or as it was meant. */
function written(template: string, mistakes: Mistakes, which: 0 | 1): string {
  return template.replace(/@(\w+)@/g, (_, name: string) => mistakes[name]?.[which] ?? `no mistake ${name}`);
}

/** Mends all mistakes of one configuration at once and compares the texts with what was meant. */
async function expectMended(templates: Files, mistakes: Mistakes): Promise<void> {
  const of = (which: 0 | 1): Files =>
    Object.fromEntries(
      Object.entries(templates).map(([file, text]) => [file, written(text, mistakes, which)]),
    );
  const { files, now } = await mend(of(0));
  expect(now.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(files).toEqual(of(1));
  expect(now.plan).not.toBeNull();
}

it("mends names that bodies do not know", async () => {
  await expectMended(
    {
      "main.tf": `
@keyword@ {
  name = "web"
}
data "@zones@" "all" {
}
resource "@subnet@" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  @tags@ {
    Name = local.name # kept
  }
}
resource "aws_instance" "web" {
  ami           = "ami-1"
  @type@ = "t3.micro"
  subnet_id     = @subnet@.a.id
  root_block_device@sign@ {
    @size@ = 20
  }
  dynamic "@device@" {
    for_each = ["sdb"]
    content {
      device_name = ebs_block_device.value
    }
  }
  @lifecycle@ {
    create_before_destroy = true
  }
}
resource "google_compute_disk" "d" {
  name = "d"
  @zone@ = "europe-west1-b"
}
@mode@ "aws_caller_identity" "me" {
}
module "m" {
  source = "./m"
  @input@ = "eu-west-1"
}
`,
      "m/main.tf": 'variable "region" {\n  type = string\n}\n',
    },
    {
      keyword: ["local", "locals"],
      zones: ["aws_availability_zoness", "aws_availability_zones"],
      subnet: ["aws_subnte", "aws_subnet"],
      tags: ["tags", "tags ="],
      type: ["instanceType", "instance_type"],
      sign: [" =", ""],
      size: ["volume_sizes", "volume_size"],
      device: ["ebs_block_devce", "ebs_block_device"],
      lifecycle: ["lifecyle", "lifecycle"],
      zone: ["zoen", "zone"],
      mode: ["resource", "data"],
      input: ["regoin", "region"],
    },
  );
});

it("mends references and functions", async () => {
  await expectMended(
    {
      "main.tf": `
variable "region" {
  type    = string
  default = "eu-west-1"
}
variable "names" {
  type    = set(string)
  default = ["a", "b"]
}
locals {
  zone = "\${@variable@}a"
}
resource "aws_vpc" "main" {
  count      = 1
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "each" {
  for_each          = var.names
  vpc_id            = @counted@.id
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, @function@(each.key))
  availability_zone = @local@
}
resource "aws_eip" "each" {
  for_each = var.names
  tags     = { subnet = @keyed@.@attribute@ }
}
resource "aws_db_subnet_group" "all" {
  name       = @synonym@(@root@)
  subnet_ids = @listed@.id
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Principal = @data@.account_id })
}
data "aws_caller_identity" "me" {
}
module "m" {
  source = "./m"
  region = @index@.id
}
output "o" {
  value = "\${@module@.queue_url}-\${module.m.@output@}-\${terraform_data.once.output}"
}
resource "terraform_data" "once" {
  input = path.@path@
}
`,
      "m/main.tf":
        'variable "region" {\n  type = string\n}\noutput "queue_url" {\n  value = "https://${var.region}"\n}\n',
    },
    {
      variable: ["var.regoin", "var.region"],
      counted: ["aws_vpc.main", "aws_vpc.main[0]"],
      function: ["lenght", "length"],
      local: ["local.znoe", "local.zone"],
      keyed: ["aws_subnet.each", "aws_subnet.each[each.key]"],
      attribute: ["idd", "id"],
      synonym: ["lowercase", "lower"],
      root: ["vars.region", "var.region"],
      listed: ["aws_subnet.each", "values(aws_subnet.each)[*]"],
      data: ["aws_caller_identity.me", "data.aws_caller_identity.me"],
      index: ["terraform_data.once[0]", "terraform_data.once"],
      module: ["module.mm", "module.m"],
      output: ["queue_ulr", "queue_url"],
      path: ["modul", "module"],
    },
  );
});

it("leaves alone what may mean another thing", async () => {
  const files = {
    "main.tf": `
resource "aws_instance" "web_a" {
  ami            = "ami-1"
  instance_type  = "t3.micro"
  security_group = ["sg-1"]
  https_endpoint = "enabled"
}
resource "aws_autoscaling_group" "g" {
  mx_size  = 2
  min_size = 1
}
data "aws_s3_bucket_notification" "n" {
  bucket = "b"
}
resource "aws_vpc" "main" {
  cidr_block  = "10.0.0.0/16"
  dynamic "tags" {
    for_each = ["a"]
    content {
      Name = tags.value
    }
  }
}
`,
  };
  const { files: after, now, unsure } = await mend(files);
  expect(now.plan).toBeNull();
  expect(after).toEqual(files);
  expect(unsure.length).toBeGreaterThan(0);
});

it("leaves alone references that may lead to another thing", async () => {
  const files = {
    "main.tf": `
variable "subnet_ids" {
  type    = list(string)
  default = []
}
resource "aws_vpc" "web_a" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "two" {
  count      = 2
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.web_b.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "t" {
  vpc_id     = aws_vpc.two.id
  cidr_block = substring("10.0.1.0/24", 0, 3)
}
resource "aws_instance" "i" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = var.subnet_id
}
output "each" {
  value = each.key
}
`,
  };
  const { files: after, now } = await mend(files);
  expect(now.plan).toBeNull();
  expect(after).toEqual(files);
});

it("knows all functions of the Terraform that is installed", async () => {
  const environment = { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null" };
  const { stdout } = await promisify(execFile)("terraform", ["metadata", "functions", "-json"], {
    env: environment,
  });
  const names = Object.keys((JSON.parse(stdout) as { function_signatures: object }).function_signatures);
  const misspelt = names.filter((name) => !name.includes("::")).toSorted();
  expect([...TERRAFORM_FUNCTIONS.keys()].toSorted()).toEqual(misspelt);
});
