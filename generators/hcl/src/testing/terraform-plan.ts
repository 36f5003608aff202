import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JsonValue } from "@apex/core";

const TERRAFORM = "terraform";

/** Whether the real Terraform is at hand to be compared with. */
export const hasTerraform = spawnSync(TERRAFORM, ["version"]).status === 0;

/** A file as `terraform fmt` writes it. */
export function formatWithTerraform(text: string): string {
  return execFileSync(TERRAFORM, ["fmt", "-"], { input: text, encoding: "utf8" });
}

export interface PlannedModule {
  readonly resources?: readonly {
    readonly address: string;
    readonly values: { readonly input?: JsonValue };
  }[];
  readonly child_modules?: readonly PlannedModule[];
}

/** The part of `terraform show -json` that tests compare with. */
export interface PlannedValues {
  readonly outputs?: Readonly<Record<string, { readonly value?: JsonValue }>>;
  readonly root_module: PlannedModule;
}

/** Plans files that need no provider with real Terraform, in a directory of their own. */
export function planWithTerraform(
  files: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): PlannedValues {
  const directory = mkdtempSync(join(tmpdir(), "apex-hcl-"));
  const run = (...parts: string[]): string =>
    execFileSync(TERRAFORM, parts, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(directory, dirname(file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    }
    run("init", "-input=false", "-backend=false");
    run("plan", "-input=false", "-out=plan.bin", ...options);
    const plan = JSON.parse(run("show", "-json", "plan.bin")) as { readonly planned_values: PlannedValues };
    return plan.planned_values;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
