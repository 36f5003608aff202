import type { ResourceSchema, TerraformSchemas } from "@apex/core";
import { bundledProviders, bundledSchemaPack } from "./bundled-schema-packs.ts";
import type { SchemaPack } from "./schema-pack.ts";

/**
 * The schema of a type: it belongs to the provider whose name it starts with (`aws_instance`; `http` is a type of its own), or to
 * that one's beta, which has the same names and some more.
 */
function schemaOf(
  type: string,
  look: (pack: SchemaPack) => ResourceSchema | undefined,
): ResourceSchema | undefined {
  const name = type.split("_", 1)[0] ?? "";
  for (const pack of [bundledSchemaPack(name), bundledSchemaPack(`${name}-beta`)]) {
    const found = pack === undefined ? undefined : look(pack);
    if (found !== undefined) return found;
  }
  return undefined;
}

function typesOf(list: (pack: SchemaPack) => readonly string[]): () => readonly string[] {
  let types: readonly string[] | undefined;
  return () => {
    types ??= [
      ...new Set(
        bundledProviders().flatMap((name) => {
          const pack = bundledSchemaPack(name);
          return pack === undefined ? [] : list(pack);
        }),
      ),
    ].toSorted();
    return types;
  };
}

const SCHEMAS: TerraformSchemas = {
  resource: (type) => schemaOf(type, (pack) => pack.resourceSchema(type)),
  dataSource: (type) => schemaOf(type, (pack) => pack.dataSourceSchema(type)),
  provider: (name) => bundledSchemaPack(name)?.providerSchema(),
  resourceTypes: typesOf((pack) => pack.resourceTypes()),
  dataSourceTypes: typesOf((pack) => pack.dataSourceTypes()),
};

/**
 * The schemas that ship with Apex: those that the stand-in providers serve. A type's schema is read when it is asked for, the list of
 * all types is made once.
 */
export function bundledSchemas(): TerraformSchemas {
  return SCHEMAS;
}
