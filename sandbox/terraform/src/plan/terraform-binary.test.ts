import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeFiles } from "../testing/configuration.ts";
import { findTerraform } from "./terraform-binary.ts";

/** A directory that holds executables of these names, each answering with a text. */
function binaries(answers: Readonly<Record<string, string>>): string {
  const scripts = Object.entries(answers).map(([name, answer]) => [name, `#!/bin/sh\necho '${answer}'\n`]);
  const directory = writeFiles(Object.fromEntries(scripts) as Record<string, string>);
  for (const name of Object.keys(answers)) chmodSync(join(directory, name), 0o755);
  return directory;
}

function usePath(...directories: readonly string[]): void {
  const before = process.env["PATH"];
  process.env["PATH"] = [...directories, "/bin"].join(":");
  onTestFinished(() => {
    process.env["PATH"] = before;
  });
}

describe("Terraform is found on the PATH", () => {
  test("before OpenTofu, and OpenTofu where there is no Terraform", async () => {
    const both = binaries({
      terraform: '{"terraform_version": "1.5.7"}',
      tofu: '{"terraform_version": "1.9.0"}',
    });
    const tofu = binaries({ tofu: '{"terraform_version": "1.9.0"}' });
    usePath(tofu, both);
    expect(await findTerraform()).toEqual({
      path: join(both, "terraform"),
      product: "terraform",
      version: "1.5.7",
    });
    usePath(tofu);
    expect(await findTerraform()).toMatchObject({ product: "tofu", version: "1.9.0" });
  });

  test("behind the wrapper with which GitHub's setup actions print what only they understand", async () => {
    const wrapped = binaries({
      terraform: "::set-output name=stdout::{}",
      "terraform-bin": '{"terraform_version": "1.5.7"}',
    });
    usePath(wrapped);
    expect(await findTerraform()).toEqual({
      path: join(wrapped, "terraform-bin"),
      product: "terraform",
      version: "1.5.7",
    });
    usePath(binaries({ tofu: "::set-output name=stdout::{}", "tofu-bin": '{"terraform_version": "1.9.0"}' }));
    expect(await findTerraform()).toMatchObject({ product: "tofu", version: "1.9.0" });
  });

  test("or its absence is told with what to install", async () => {
    usePath(writeFiles({}));
    await expect(findTerraform()).rejects.toThrow(
      /Neither terraform nor tofu .* Install Terraform 1\.5 or later/,
    );
  });

  test("an old one, one that is something else and one that cannot start are refused", async () => {
    const old = binaries({ terraform: '{"terraform_version": "1.4.9"}', other: "hello" });
    await expect(findTerraform(join(old, "terraform"))).rejects.toThrow(
      /is version 1\.4\.9; Apex needs 1\.5/,
    );
    await expect(findTerraform(join(old, "other"))).rejects.toThrow(/does not answer "version -json".*hello/);
    await expect(findTerraform(join(old, "missing"))).rejects.toThrow(/could not be started/);
  });
});
