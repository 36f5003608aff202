import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AdapterError, isOwnerGone, ownerOfName } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import { expect, onTestFinished, test } from "vitest";
import { writeFiles } from "../testing/configuration.ts";
import { planDirectory } from "../plan/planner.ts";
import { buildMirror, platformName } from "./build-mirror.ts";

/** What Terraform sets for its plugins. */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

const CONFIGURATION = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
provider "aws" {
  region = "eu-west-1"
}
resource "aws_ebs_volume" "data" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 100
}
`;

test("a user's own Terraform initialises, applies and plans with the mirror, and its providers end with it", async () => {
  const mirror = writeFiles({});
  const directory = writeFiles({ "main.tf": CONFIGURATION });
  const [built] = await buildMirror({ directory: mirror, providers: ["aws"], versions: { aws: "5.99.0" } });
  expect(built?.executable).toBe(
    join(
      mirror,
      `registry.terraform.io/hashicorp/aws/5.99.0/${platformName()}/terraform-provider-aws_v5.99.0`,
    ),
  );
  const env = {
    PATH: process.env["PATH"],
    TF_CLI_CONFIG_FILE: "/dev/null",
    CHECKPOINT_DISABLE: "1",
    TF_DISABLE_PLUGIN_TLS: "1",
    TMPDIR: mirror,
  };
  const terraform = (...args: string[]) =>
    execFileSync("terraform", [...args, "-no-color"], { cwd: directory, env, encoding: "utf8" });
  expect(terraform("init", `-plugin-dir=${mirror}`)).toContain("Installed hashicorp/aws v5.99.0");
  expect(terraform("apply", "-auto-approve")).toContain("2 added, 0 changed, 0 destroyed");
  expect(terraform("plan")).toContain("No changes");
  const ids = terraform("show").match(/ id += "vol-[0-9a-f]{17}"/g);
  expect(new Set(ids).size).toBe(2);

  const withTls = spawnSync("terraform", ["plan", "-no-color"], {
    cwd: directory,
    env: { ...env, TF_DISABLE_PLUGIN_TLS: "" },
    encoding: "utf8",
  });
  expect(withTls.stderr.replace(/\s+/g, " ")).toContain("set TF_DISABLE_PLUGIN_TLS=1");
  const left = execFileSync("find", [mirror, "-name", "apex-provider-*"], { encoding: "utf8" });
  expect(left).toBe("");
});

test("what a provider leaves that was killed says whose it was, so that it can be removed", async () => {
  const [mirror, temporary] = [writeFiles({}), writeFiles({})];
  const [built] = await buildMirror({ directory: mirror, providers: ["null"] });
  const provider = spawn(built?.executable ?? "", {
    env: { PATH: process.env["PATH"], TMPDIR: temporary, TF_PLUGIN_MAGIC_COOKIE: COOKIE },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(provider, "exit");
  await once(provider.stdout, "data");
  const [name = ""] = readdirSync(temporary);
  const owner = ownerOfName(name);
  expect(owner?.pid).toBe(provider.pid);
  expect(isOwnerGone(owner!, PROCESSES)).toBe(false);
  provider.kill("SIGKILL");
  await exited;
  expect(isOwnerGone(owner!, PROCESSES)).toBe(true);
});

test("started by hand it says what it is; unknown providers, versions and systems are refused", async () => {
  const mirror = writeFiles({});
  const [built] = await buildMirror({ directory: mirror, providers: ["null"] });
  expect(existsSync(built?.executable ?? "")).toBe(true);
  const byHand = spawnSync(built?.executable ?? "", { encoding: "utf8", env: { PATH: process.env["PATH"] } });
  expect(byHand.stdout).toContain("Terraform starts it");
  expect(byHand.status).toBe(1);
  await expect(buildMirror({ directory: mirror, providers: ["nope"] })).rejects.toThrow(
    /no stand-in for provider nope/,
  );
  await expect(
    buildMirror({ directory: mirror, providers: ["null"], versions: { null: "../../x" } }),
  ).rejects.toThrow(AdapterError);
  expect(() => platformName("win32")).toThrow(/need Linux or macOS/);
  expect(platformName("darwin", "arm64")).toBe("darwin_arm64");
});

test("a planner told to use real providers takes those of the user's own Terraform settings", async () => {
  const mirror = writeFiles({});
  await buildMirror({ directory: mirror, providers: ["aws"], versions: { aws: "5.99.0" } });
  const settings = writeFiles({
    "terraform.rc": `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  });
  const before = { ...process.env };
  onTestFinished(() => {
    process.env = before;
  });
  process.env = {
    ...before,
    TF_CLI_CONFIG_FILE: join(settings, "terraform.rc"),
    TF_DISABLE_PLUGIN_TLS: "1",
    TF_DATA_DIR: "/nowhere",
    TF_CLI_ARGS_plan: "-destroy",
  };
  const directory = writeFiles({ "main.tf": CONFIGURATION });
  const result = await planDirectory({ directory }, { providers: "real" });
  expect(result.diagnostics).toEqual([]);
  expect(result.providers).toBe("real");
  expect(result.changes.map((change) => change.address)).toEqual([
    "aws_ebs_volume.data[0]",
    "aws_ebs_volume.data[1]",
  ]);
  const elsewhere = CONFIGURATION.replace("hashicorp/aws", "example/aws");
  const missing = await planDirectory(
    { directory: writeFiles({ "main.tf": elsewhere }) },
    { providers: "real" },
  );
  expect(missing.diagnostics[0]?.summary).toBe("Failed to query available provider packages");
});
