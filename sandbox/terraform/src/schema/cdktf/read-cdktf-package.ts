import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AdapterError } from "@apex/core";
import type { SchemaPackContent } from "../encode-schema-pack.ts";
import type { ProviderSchema, ResourceSchema } from "@apex/core";
import { buildSchema } from "./build-schema.ts";
import { readGeneratedSources } from "./generated-source.ts";
import { parseGenerated } from "./parse-generated.ts";

/** The state version of a resource is in none of these packages. */
const UNKNOWN_VERSION = 0;

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  cdktf: z.object({ provider: z.object({ name: z.string(), version: z.string() }) }),
});

/**
 * Rebuilds a provider's schema from an installed `@cdktf/provider-*` package: its source maps embed the TypeScript
 * that was generated from the schema.
 *
 * @throws AdapterError when the directory is not such a package.
 */
export function readCdktfPackage(directory: string): SchemaPackContent {
  const { name, version, cdktf } = readManifest(join(directory, "package.json"));
  const resources: Record<string, ResourceSchema> = {};
  const dataSources: Record<string, ResourceSchema> = {};
  let provider: ResourceSchema | undefined;
  const gaps: string[] = [];
  for (const source of readGeneratedSources(directory)) {
    const unit = parseGenerated(source.text);
    if (!unit) {
      gaps.push(`folder ${source.folder}: no resource, data source or provider in it`);
      continue;
    }
    const built = buildSchema(unit);
    const schema = { version: UNKNOWN_VERSION, block: built.block };
    if (unit.kind === "provider") provider = schema;
    else (unit.kind === "resource" ? resources : dataSources)[unit.type] = schema;
    gaps.push(...built.gaps.map((gap) => `${unit.kind} ${unit.type}: ${gap}`));
  }
  if (!provider) throw new AdapterError("invalid", `${directory} declares no provider`);
  const schema: ProviderSchema = { provider, resource_schemas: resources, data_source_schemas: dataSources };
  return {
    address: cdktf.provider.name,
    version: cdktf.provider.version,
    origin: `npm ${name} ${version}`,
    schema,
    gaps,
  };
}

function readManifest(path: string): z.infer<typeof manifest> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new AdapterError("not-found", `${path} cannot be read; install the provider's package first`, {
      cause,
    });
  }
  const read = manifest.safeParse(JSON.parse(text));
  if (!read.success)
    throw new AdapterError("invalid", `${path} is not a @cdktf/provider-* package: ${read.error.message}`);
  return read.data;
}
