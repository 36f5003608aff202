/*
 * Rebuilds the schema packs in `data/`.
 *
 *   node scripts/generate-schema-pack.ts --cdktf DIR [--only aws,google] [--out DIR] [--check]
 *   node scripts/generate-schema-pack.ts --schema FILE --versions FILE [--out DIR]
 *
 * `--cdktf DIR` is a directory with the provider packages installed, outside this repository (they take 1.1 GB):
 *   cd DIR && npm install --ignore-scripts --legacy-peer-deps @cdktf/provider-aws@21.22.1 …  (`--print-install`)
 * `--schema FILE` is the output of `terraform providers schema -json`, which knows more (see src/schema/README.md),
 * `--versions FILE` that of `terraform version -json` in the same directory.
 * `--check` writes nothing and fails when a pack in `data/` differs in content.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readCdktfPackage } from "../src/schema/cdktf/read-cdktf-package.ts";
import { encodeSchemaPack, type SchemaPackContent } from "../src/schema/encode-schema-pack.ts";
import { readSchemaDocument } from "../src/schema/read-schema-document.ts";
import { supplementSchema } from "../src/schema/supplements/supplement-schema.ts";
import { decodeSchemaPack, openSchemaPack } from "../src/schema/schema-pack.ts";

/** The packages behind the committed packs. */
const PACKAGES: { readonly [name: string]: string } = {
  archive: "11.0.1",
  aws: "21.22.1",
  cloudinit: "11.0.1",
  external: "11.0.1",
  google: "16.12.1",
  "google-beta": "16.12.1",
  http: "10.0.1",
  local: "11.1.1",
  null: "11.0.1",
  random: "12.0.1",
  time: "11.0.1",
  tls: "11.0.1",
};
/** The packages' namespace, and that of CDK Terrain, which carries some of them on. */
const SCOPES = ["@cdktf", "@cdktn"];
const DATA_DIRECTORY = join(import.meta.dirname, "../data");
const USAGE = "give --cdktf DIR or --schema FILE; --print-install prints the command that fills DIR";

const { values: options } = parseArgs({
  options: {
    cdktf: { type: "string" },
    schema: { type: "string" },
    versions: { type: "string" },
    only: { type: "string" },
    out: { type: "string", default: DATA_DIRECTORY },
    check: { type: "boolean", default: false },
    "print-install": { type: "boolean", default: false },
  },
});

if (options["print-install"]) {
  const specs = Object.entries(PACKAGES).map(([name, version]) => `@cdktf/provider-${name}@${version}`);
  console.log(`npm install --ignore-scripts --legacy-peer-deps ${specs.join(" ")}`);
} else {
  const results = contents().map((content) => (options.check ? check(content) : write(content)));
  if (results.includes(false)) process.exitCode = 1;
}

function contents(): readonly SchemaPackContent[] {
  const { cdktf, schema, versions } = options;
  if (schema !== undefined) {
    return readSchemaDocument(readFileSync(schema, "utf8"), schema, selections(versions));
  }
  if (cdktf === undefined) throw new Error(USAGE);
  const names = options.only?.split(",") ?? Object.keys(PACKAGES);
  return names.map((name) => supplementSchema(readCdktfPackage(packageDirectory(cdktf, name))));
}

function packageDirectory(root: string, name: string): string {
  const candidates = SCOPES.map((scope) => join(root, "node_modules", scope, `provider-${name}`));
  return candidates.find((candidate) => existsSync(candidate)) ?? join(root, `provider-${name}`);
}

function selections(file: string | undefined): ReadonlyMap<string, string> {
  if (file === undefined)
    throw new Error("--schema also needs --versions, the output of `terraform version -json`");
  const output = z.object({ provider_selections: z.record(z.string(), z.string()) });
  return new Map(Object.entries(output.parse(JSON.parse(readFileSync(file, "utf8"))).provider_selections));
}

function write(content: SchemaPackContent): boolean {
  mkdirSync(options.out, { recursive: true });
  const bytes = encodeSchemaPack(content);
  writeFileSync(packPath(content), bytes);
  summarise(content, bytes.length);
  return true;
}

/** Compares content, not bytes: another version of brotli may pack the same content differently. */
function check(content: SchemaPackContent): boolean {
  const path = packPath(content);
  const fresh = decodeSchemaPack(encodeSchemaPack(content), content.address);
  const equal = openSchemaPack(path).digest === fresh.digest;
  console.log(`${path}: ${equal ? "up to date" : "differs from its source; generate it again"}`);
  return equal;
}

function packPath({ address }: SchemaPackContent): string {
  return join(options.out, `${address.split("/").at(-1)}.schema-pack`);
}

function summarise({ address, version, schema, gaps }: SchemaPackContent, bytes: number): void {
  const resources = Object.keys(schema.resource_schemas).length;
  const dataSources = Object.keys(schema.data_source_schemas).length;
  console.log(`${address} ${version}: ${resources} resources, ${dataSources} data sources, ${bytes} bytes`);
  console.log(gaps.length === 0 ? "  no gaps" : gaps.map((gap) => `  gap: ${gap}`).join("\n"));
}
