import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AdapterError } from "@apex/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { PROVIDERS, stateText, writeFiles } from "../testing/configuration.ts";
import { openPlanner, planDirectory } from "./planner.ts";

const VOLUME = `
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 100
}
`;

describe("a state that is none is refused with the name of the file and the reason", () => {
  test.each([
    ["no JSON", "{ nope", /state\.json: not a Terraform state: it is not JSON/],
    ["another document", '{"hello": 1}', /state\.json: not a Terraform state: version/],
    ["an old version", '{"version": 3, "modules": []}', /version 3, Apex reads version 4/],
    ["an encrypted one", '{"encrypted_data": "x", "encryption_version": "v0"}', /not a Terraform state/],
    ["an empty file", "", /it is not JSON/],
  ])("%s", async (_name, text, message) => {
    const directory = writeFiles({ "main.tf": PROVIDERS + VOLUME, "state.json": text });
    const failed = planDirectory({ directory, stateFile: "state.json" });
    await expect(failed).rejects.toThrow(AdapterError);
    await expect(failed).rejects.toThrow(message);
  });

  test("and so are a file and a directory that do not exist", async () => {
    const directory = writeFiles({ "main.tf": PROVIDERS });
    await expect(planDirectory({ directory, stateFile: "gone.json" })).rejects.toThrow(/no such state file/);
    await expect(planDirectory({ directory: join(directory, "gone") })).rejects.toThrow(/not a directory/);
  });
});

test("a provider without a stand-in is named, and nothing is fetched", async () => {
  const main =
    'resource "datadog_monitor" "m" {\n}\nterraform {\n  required_providers {\n    datadog = {\n      source = "DataDog/datadog"\n    }\n  }\n}\n';
  const result = await planDirectory({ directory: writeFiles({ "main.tf": main }) });
  expect(result.plan).toBeNull();
  expect(result.diagnostics).toMatchObject([
    { severity: "error", summary: "No stand-in for provider datadog/datadog" },
  ]);
});

test("a module that would have to be fetched is named with the way out, and used once it is installed", async () => {
  const main = `${PROVIDERS}
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}
`;
  const directory = writeFiles({ "main.tf": main });
  const missing = await planDirectory({ directory });
  expect(missing.diagnostics[0]?.summary).toBe("Module vpc is not installed");
  expect(missing.diagnostics[0]?.detail).toContain("terraform-aws-modules/vpc/aws");

  mkdirSync(join(directory, ".terraform/modules/vpc"), { recursive: true });
  writeFileSync(join(directory, ".terraform/modules/vpc/main.tf"), VOLUME);
  const manifest = {
    Modules: [
      { Key: "", Source: "", Dir: "." },
      {
        Key: "vpc",
        Source: "registry.terraform.io/terraform-aws-modules/vpc/aws",
        Version: "5.0.0",
        Dir: ".terraform/modules/vpc",
      },
    ],
  };
  writeFileSync(join(directory, ".terraform/modules/modules.json"), JSON.stringify(manifest));
  const found = await planDirectory({ directory });
  expect(found.diagnostics).toEqual([]);
  expect(found.changes.map((change) => change.address)).toEqual(["module.vpc.aws_ebs_volume.data"]);
});

test("links are followed inside the project only, what is left out is noted, and the user's directory stays as it is", async () => {
  const outside = writeFiles({ "secret.txt": "secret" });
  const directory = writeFiles({
    "main.tf": `${PROVIDERS}${VOLUME}output "x" {\n  value = fileexists("secret.txt")\n}\n`,
    "modules/a/main.tf": "",
  });
  symlinkSync(join(outside, "secret.txt"), join(directory, "secret.txt"));
  symlinkSync(directory, join(directory, "loop"));
  symlinkSync("/nowhere", join(directory, "dangling"));
  const before = execFileSync("find", [directory]).toString();
  const result = await planDirectory({ directory });
  expect(result.plan?.resources).toHaveLength(1);
  expect(result.notes.join("\n")).toMatch(/secret\.txt was left out: the link leads out of the project/);
  expect(result.notes.join("\n")).toMatch(/loop was left out: the directory contains itself/);
  expect(result.notes.join("\n")).toMatch(/dangling was left out: the link points nowhere/);
  expect(execFileSync("find", [directory]).toString()).toBe(before);
});

test("backends and cloud blocks are never opened", async () => {
  for (const block of [
    'backend "s3" {\n    bucket = "b"\n  }',
    'cloud {\n    organization = "acme"\n    workspaces {\n      name = "prod"\n    }\n  }',
  ]) {
    const main = `terraform {\n  ${block}\n}\n${PROVIDERS}${VOLUME}`;
    const result = await planDirectory({ directory: writeFiles({ "main.tf": main }) });
    expect(result.diagnostics).toEqual([]);
    expect(result.changes).toHaveLength(1);
  }
});

test("modules and files beside the root keep their place, and edited texts replace theirs", async () => {
  const project = writeFiles({
    ".git/HEAD": "",
    "live/prod/main.tf": `${PROVIDERS}module "disk" {\n  source = "../../modules/disk"\n  size   = var.size\n}\nvariable "size" {\n  type = number\n}\nlocals {\n  zone = file("\${path.module}/../shared/zone.txt")\n}\n`,
    "live/shared/zone.txt": "eu-west-1a",
    "live/envs/prod.tfvars": "size = 10\n",
    "modules/disk/main.tf": `variable "size" {\n  type = number\n}\n${VOLUME.replace("100", "var.size")}`,
  });
  const directory = join(project, "live/prod");
  const request = { directory, varFiles: ["../envs/prod.tfvars"] };
  const planner = await openPlanner();
  const size = async (overlay?: ReadonlyMap<string, string>, variables?: Record<string, string>) => {
    const options = { ...request, ...(overlay ? { overlay } : {}), ...(variables ? { variables } : {}) };
    const result = await planner.plan(options);
    expect(result.diagnostics).toEqual([]);
    return result.plan?.resources[0]?.after?.["size"];
  };
  expect(await size()).toBe(10);
  expect(await size(new Map([["../envs/prod.tfvars", "size = 20\n"]]))).toBe(20);
  expect(await size(new Map([["../../modules/disk/main.tf", VOLUME + 'variable "size" {\n}\n']]))).toBe(100);
  expect(await size(undefined, { size: "30" })).toBe(30);
  expect(readFileSync(join(project, "live/envs/prod.tfvars"), "utf8")).toBe("size = 10\n");
  await planner.close();
});

test("paths that climb above everything they lead to keep their way", async () => {
  const project = writeFiles({
    ".git/HEAD": "",
    "modules/web/recipe/main.tf": `module "disk" {\n  source = "../../../modules/disk"\n}\nlocals {\n  zone = file("\${path.module}/../../../modules/zone.txt")\n}\noutput "zone" {\n  value = local.zone\n}\n`,
    "modules/disk/main.tf": VOLUME,
    "modules/zone.txt": "eu-west-1a",
  });
  const result = await planDirectory({ directory: join(project, "modules/web/recipe") });
  expect(result.diagnostics).toEqual([]);
  expect(result.changes.map((change) => change.address)).toEqual(["module.disk.aws_ebs_volume.data"]);
});

test("what is not set is Terraform's own error", async () => {
  const main = `${PROVIDERS}variable "needed" {\n}\n`;
  const result = await planDirectory({ directory: writeFiles({ "main.tf": main }) });
  expect(result.diagnostics[0]?.summary).toBe("No value for required variable");
});

test("an abort and a time limit end Terraform and leave nothing behind", async () => {
  const directory = writeFiles({ "main.tf": PROVIDERS + VOLUME });
  const temporary = writeFiles({});
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
  const controller = new AbortController();
  const planner = await openPlanner();
  const aborted = planner.plan({
    directory,
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.kind === "initialised") controller.abort(new Error("enough"));
    },
  });
  await expect(aborted).rejects.toThrow("enough");
  const closed = planner.plan({ directory });
  await planner.close();
  await expect(closed).rejects.toThrow("the planner was closed");
  await expect(planDirectory({ directory }, { timeoutMs: 1 })).rejects.toThrow(/did not end within/);
  expect(readdirSync(temporary)).toEqual([]);
});

test("a process that exits in the middle takes Terraform and its copies with it", () => {
  const directory = writeFiles({ "main.tf": PROVIDERS + VOLUME });
  const temporary = writeFiles({});
  const script = `
    const { openPlanner } = await import(${JSON.stringify(join(import.meta.dirname, "planner.ts"))});
    const planner = await openPlanner();
    const onProgress = (progress) => progress.kind === "initialised" && setTimeout(() => process.exit(3), 20);
    await planner.plan({ directory: ${JSON.stringify(directory)}, onProgress });`;
  const env = { ...process.env, TMPDIR: temporary };
  const ended = spawnSync(process.execPath, ["--input-type=module", "-e", script], { env, encoding: "utf8" });
  expect(ended.stderr).toBe("");
  expect(ended.status).toBe(3);
  expect(readdirSync(temporary)).toEqual([]);
  const left = spawnSync("sh", ["-c", `ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F ${temporary}`], {
    encoding: "utf8",
  });
  expect(left.stdout).toBe("");
});

test("a machine type outside of the given list is an error with the nearest names", async () => {
  const main = `${PROVIDERS}resource "aws_instance" "w" {\n  ami           = "ami-1"\n  instance_type = "m5.lrage"\n}\n`;
  const machineTypes = { "aws_instance.instance_type": ["m5.large", "m5.xlarge", "c5.large", "t3.micro"] };
  const result = await planDirectory({ directory: writeFiles({ "main.tf": main }) }, { machineTypes });
  expect(result.diagnostics).toMatchObject([
    {
      severity: "error",
      summary: "Unknown machine type",
      address: "aws_instance.w",
      range: { filename: "main.tf" },
    },
  ]);
  expect(result.diagnostics[0]?.detail).toContain('Did you mean "m5.large"');
});

test("data sources answer from the state, from fixtures, from the configuration, and say when they had to invent", async () => {
  const main = `${PROVIDERS}
data "aws_ami" "base" {
  most_recent = true
  owners      = ["amazon"]
}
data "aws_vpc" "main" {
  id = "vpc-1"
}
data "aws_region" "here" {
}
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_subnets" "all" {
}
resource "aws_ebs_volume" "told" {
  availability_zone = "eu-west-1a"
  tags = { for index, value in local.told : "t\${index}" => value }
}
locals {
  told = [data.aws_ami.base.id, data.aws_vpc.main.cidr_block, data.aws_region.here.name, jsondecode(data.aws_iam_policy_document.p.json).Statement[0].Action]
}
`;
  const state = stateText([
    {
      mode: "data",
      type: "aws_ami",
      name: "base",
      attributes: { id: "ami-real", most_recent: true, owners: ["amazon"], architecture: "x86_64" },
    },
  ]);
  const directory = writeFiles({ "main.tf": main, "terraform.tfstate": state });
  const fixtures = [
    { type: "aws_vpc", match: { id: "vpc-1" }, attributes: { id: "vpc-1", cidr_block: "10.9.0.0/16" } },
  ];
  const planner = await openPlanner({ fixtures });
  const result = await planner.plan({ directory });
  await planner.close();
  expect(result.diagnostics).toEqual([]);
  expect(result.standIns).toEqual(["aws_subnets"]);
  expect(result.notes.join()).toContain("Answered with placeholders");
  const told = result.plan?.resources.find((resource) => resource.address === "aws_ebs_volume.told");
  expect(told?.after?.["tags"]).toEqual({
    t0: "ami-real",
    t1: "10.9.0.0/16",
    t2: "eu-west-1",
    t3: "s3:GetObject",
  });
});

test("remote states are never opened: what the state recorded of them is read, in modules and with keys too", async () => {
  const main = `${PROVIDERS}
data "terraform_remote_state" "net" {
  backend = "s3"
  config = {
    bucket = "acme-state"
    key    = "net"
    region = "eu-west-1"
  }
}
data "terraform_remote_state" "each" {
  for_each = toset(["a", "b"])
  backend  = "gcs"
  config = {
    bucket = each.key
  }
}
resource "aws_ebs_volume" "data" {
  availability_zone = data.terraform_remote_state.net.outputs.zones[0]
  size              = data.terraform_remote_state.each["b"].outputs.size
}
`;
  const outputs = (value: object, type: object) => ({ outputs: { value, type: ["object", type] } });
  const base = { mode: "data", type: "terraform_remote_state" } as const;
  const state = stateText([
    { ...base, name: "net", attributes: outputs({ zones: ["eu-west-1a"] }, { zones: ["list", "string"] }) },
    { ...base, name: "each", key: "b", attributes: outputs({ size: 7 }, { size: "number" }) },
    { ...base, name: "each", key: "a", attributes: outputs({ size: 5 }, { size: "number" }) },
  ]).replaceAll(
    'provider[\\"registry.terraform.io/hashicorp/terraform\\"]',
    'provider[\\"terraform.io/builtin/terraform\\"]',
  );
  const directory = writeFiles({ "main.tf": main, "terraform.tfstate": state });
  const result = await planDirectory({ directory });
  expect(result.diagnostics).toEqual([]);
  expect(result.plan?.resources[0]?.after).toMatchObject({ availability_zone: "eu-west-1a", size: 7 });

  const json = '{"data": {"terraform_remote_state": {"j": {"backend": "s3", "config": {"bucket": "b"}}}}}';
  const unrecorded = await planDirectory({ directory: writeFiles({ "main.tf": main, "j.tf.json": json }) });
  expect(unrecorded.plan).toBeNull();
  expect(unrecorded.diagnostics[0]?.summary).toBe("Unable to find remote state");
  expect(unrecorded.notes.join()).toContain(
    "no record of data.terraform_remote_state.each, data.terraform_remote_state.j, data.terraform_remote_state.net",
  );
});

test("a file too large to be configuration is left out with a note", async () => {
  const directory = writeFiles({ "main.tf": PROVIDERS + VOLUME, "image.bin": "" });
  truncateSync(join(directory, "image.bin"), 200 * 1024 * 1024);
  const result = await planDirectory({ directory });
  expect(result.changes).toHaveLength(1);
  expect(result.notes.join()).toContain("image.bin was left out: larger than 128 MiB");
});
