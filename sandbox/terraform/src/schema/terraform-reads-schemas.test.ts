import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { findTerraform } from "../plan/terraform-binary.ts";
import { createRunContext } from "../provider/provider-session.ts";
import { serveProvider } from "../provider/serve-provider.ts";
import { bundledProviders, bundledSchemaPack } from "./bundled-schema-packs.ts";
import { readSchemaDocument } from "./read-schema-document.ts";
import type { SchemaPack } from "./schema-pack.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What real Terraform prints of a pack that the stand-in serves whole. */
async function printedByTerraform(name: string, pack: SchemaPack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "apex-schema-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const source = `source = "hashicorp/${name}"`;
  await writeFile(
    join(directory, "main.tf"),
    `terraform {\n  required_providers {\n    ${name} = { ${source} }\n  }\n}\n`,
  );
  const socketPath = join(directory, "provider.sock");
  const served = await serveProvider({ pack, run: createRunContext(), socketPath });
  onTestFinished(() => served.close());
  const attach = {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "unix", String: socketPath },
  };
  const { path, product } = await findTerraform();
  const registry = product === "tofu" ? "registry.opentofu.org" : "registry.terraform.io";
  const options = {
    cwd: directory,
    maxBuffer: OUTPUT_BYTES_MAX,
    env: {
      ...process.env,
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: "/dev/null",
      TF_REATTACH_PROVIDERS: JSON.stringify({ [`${registry}/hashicorp/${name}`]: attach }),
    },
  };
  await run(path, ["init", "-no-color"], options);
  return (await run(path, ["providers", "schema", "-json"], options)).stdout;
}

/** Terraform before 1.11 does not know write-only arguments. */
function withoutWriteOnly(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === "write_only" ? undefined : inner)),
  );
}

test.each(bundledProviders())(
  "Terraform takes the schemas of %s and prints them as they are stored",
  async (name) => {
    const pack = bundledSchemaPack(name)!;
    const [printed] = readSchemaDocument(await printedByTerraform(name, pack), "terraform's output");
    const { provider, resource_schemas: resources, data_source_schemas: dataSources } = printed!.schema;
    expect(withoutWriteOnly(provider)).toEqual(withoutWriteOnly(pack.providerSchema()));
    expect(Object.keys(resources).sort()).toEqual(pack.resourceTypes());
    expect(Object.keys(dataSources).sort()).toEqual(pack.dataSourceTypes());
    const differing = [
      ...pack.resourceTypes().filter((type) => differ(resources[type], pack.resourceSchema(type))),
      ...pack.dataSourceTypes().filter((type) => differ(dataSources[type], pack.dataSourceSchema(type))),
    ];
    expect(differing).toEqual([]);
  },
);

function differ(printed: unknown, stored: unknown): boolean {
  return canonical(printed) !== canonical(stored);
}

function canonical(value: unknown): string {
  return JSON.stringify(withoutWriteOnly(value), (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
