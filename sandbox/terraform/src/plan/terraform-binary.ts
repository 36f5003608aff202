import { access, constants } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import { runCommand } from "./run-command.ts";

/** Terraform, or OpenTofu in its place. */
export interface TerraformBinary {
  readonly path: string;
  readonly product: "terraform" | "tofu";
  /** "1.11.4". */
  readonly version: string;
}

const VERSION_TIMEOUT_MS = 20_000;
const MINIMUM = [1, 5] as const;

const Version = z.object({ terraform_version: z.string() });

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The command of this name. GitHub's setup actions put a wrapper in its place, which mixes outputs of the step into what it prints
 * and needs their environment; what it wraps lies beside it.
 */
async function findOnPath(name: string): Promise<string | undefined> {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const path = join(directory, name);
    if (!(await isExecutable(path))) continue;
    const wrapped = `${path}-bin`;
    return (await isExecutable(wrapped)) ? wrapped : path;
  }
  return undefined;
}

async function readVersion(path: string): Promise<string> {
  const result = await runCommand({
    path,
    args: ["version", "-json"],
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "", CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: "/dev/null" },
    timeoutMs: VERSION_TIMEOUT_MS,
  });
  try {
    return Version.parse(JSON.parse(result.stdout)).terraform_version;
  } catch (cause) {
    const said = (result.stderr || result.stdout).trim().slice(0, 300);
    throw new AdapterError("invalid", `${path} does not answer "version -json" as Terraform does: ${said}`, {
      cause,
    });
  }
}

/**
 * Finds `terraform` on the PATH, else OpenTofu's `tofu`; or takes the given path.
 * Throws an AdapterError that says what to install when there is none, or when it is older than 1.5.
 */
export async function findTerraform(givenPath?: string): Promise<TerraformBinary> {
  const terraform = givenPath ?? (await findOnPath("terraform"));
  const path = terraform ?? (await findOnPath("tofu"));
  if (path === undefined) {
    throw new AdapterError(
      "not-found",
      "Neither terraform nor tofu is on the PATH. Install Terraform 1.5 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install).",
    );
  }
  const version = await readVersion(path);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new AdapterError(
      "invalid",
      `${path} is version ${version}; Apex needs ${MINIMUM.join(".")} or later.`,
    );
  }
  return { path, product: basename(path).startsWith("tofu") ? "tofu" : "terraform", version };
}
