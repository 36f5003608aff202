import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openSchemaPack, type SchemaPack } from "./schema-pack.ts";

/** The packs that ship with Apex, one file per provider. */
const DATA_DIRECTORY = join(import.meta.dirname, "../../data");
const SUFFIX = ".schema-pack";
const opened = new Map<string, SchemaPack>();

/** Names of the providers with a pack of ours, sorted: `aws`, `google`, `random` … (all in the namespace hashicorp). */
export function bundledProviders(): readonly string[] {
  return readdirSync(DATA_DIRECTORY)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/**
 * The pack of a provider by its name (`aws`) or address (`hashicorp/aws`, `registry.terraform.io/hashicorp/aws`);
 * `undefined` when none ships with Apex. Opened once per process.
 */
export function bundledSchemaPack(provider: string): SchemaPack | undefined {
  const name = /^(?:registry\.(?:terraform\.io|opentofu\.org)\/)?(?:hashicorp\/)?([a-z0-9-]+)$/.exec(
    provider,
  )?.[1];
  if (name === undefined) return undefined;
  const known = opened.get(name);
  if (known) return known;
  const path = join(DATA_DIRECTORY, `${name}${SUFFIX}`);
  if (!existsSync(path)) return undefined;
  const pack = openSchemaPack(path);
  opened.set(name, pack);
  return pack;
}
