import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AdapterError } from "@apex/core";
import { bundledProviders, bundledSchemaPack } from "../schema/bundled-schema-packs.ts";

/** A mirror to build. */
export interface MirrorRequest {
  /** Written to; created when missing. */
  readonly directory: string;
  /** Names of providers; absent: all that ship with Apex. */
  readonly providers?: readonly string[];
  /**
   * The version a provider pretends to have, where a configuration's constraint asks for another than that of its
   * schemas: `{ aws: "5.99.0" }`. The schemas stay those of the pack.
   */
  readonly versions?: Readonly<Record<string, string>>;
}

/** One provider in a mirror. */
export interface MirroredProvider {
  readonly name: string;
  readonly version: string;
  readonly executable: string;
}

const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "linux",
  darwin: "darwin",
  freebsd: "freebsd",
};
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64", ia32: "386", arm: "arm" };
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** This machine in Terraform's words: `linux_amd64`. Throws an AdapterError where Terraform cannot start a script. */
export function platformName(platform: NodeJS.Platform = process.platform, arch = process.arch): string {
  const system = SYSTEMS[platform];
  const architecture = ARCHITECTURES[arch];
  if (system === undefined || architecture === undefined) {
    throw new AdapterError(
      "invalid",
      `Stand-in providers for your own Terraform runs need Linux or macOS, not ${platform}/${arch}; "apex plan" runs in WSL.`,
    );
  }
  return `${system}_${architecture}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Builds a provider mirror for people who run Terraform themselves:
 * `TF_DISABLE_PLUGIN_TLS=1 terraform init -plugin-dir=DIRECTORY`, and the same variable for plan and apply.
 * The executables start this Node with this copy of Apex.
 */
export async function buildMirror(request: MirrorRequest): Promise<readonly MirroredProvider[]> {
  const platform = platformName();
  const script = join(import.meta.dirname, "serve-mirrored.ts");
  const built: MirroredProvider[] = [];
  for (const name of request.providers ?? bundledProviders()) {
    const pack = bundledSchemaPack(name);
    if (pack === undefined) {
      throw new AdapterError(
        "not-found",
        `Apex has no stand-in for provider ${name}; it has ${bundledProviders().join(", ")}.`,
      );
    }
    const version = request.versions?.[name] ?? pack.version;
    if (!VERSION.test(version)) throw new AdapterError("invalid", `${version} is no provider version.`);
    const content = `#!/bin/sh\nexec ${[process.execPath, script, name].map(quote).join(" ")}\n`;
    for (const registry of REGISTRIES) {
      const folder = resolve(request.directory, registry, "hashicorp", name, version, platform);
      const executable = join(folder, `terraform-provider-${name}_v${version}`);
      await mkdir(folder, { recursive: true });
      await writeFile(executable, content);
      await chmod(executable, 0o755);
      if (registry === REGISTRIES[0]) built.push({ name, version, executable });
    }
  }
  return built;
}
