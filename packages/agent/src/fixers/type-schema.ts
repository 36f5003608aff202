import type { AttributeSchema, BlockSchema } from "@apex/core";
import type { World } from "../world/world.ts";

const ANY: AttributeSchema = { type: "dynamic", optional: true };

/** Types of the provider that is built into Terraform 1.11.4, as `terraform providers schema -json` tells them. */
const BUILT_IN: Readonly<Record<string, BlockSchema>> = {
  "resource terraform_data": {
    attributes: {
      id: { type: "string", computed: true },
      input: ANY,
      output: { type: "dynamic", computed: true },
      triggers_replace: ANY,
    },
  },
  "data terraform_remote_state": {
    attributes: {
      backend: { type: "string", required: true },
      config: ANY,
      defaults: ANY,
      outputs: { type: "dynamic", computed: true },
      workspace: { type: "string", optional: true },
    },
  },
};

/** A key of an object, never something that it inherits: names are the user's. */
export function ownEntry<T>(record: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** The body of a resource or data source type, those of Terraform's own provider included. */
export function typeSchema(world: World, mode: "resource" | "data", type: string): BlockSchema | undefined {
  const known = mode === "data" ? world.schemas.dataSource(type) : world.schemas.resource(type);
  return known?.block ?? ownEntry(BUILT_IN, `${mode} ${type}`);
}

/** All types of the known providers, those of Terraform's own provider included. */
export function typeNames(world: World, mode: "resource" | "data"): readonly string[] {
  const known = mode === "data" ? world.schemas.dataSourceTypes() : world.schemas.resourceTypes();
  const builtIn = Object.keys(BUILT_IN).flatMap((key) => {
    const [of, type = ""] = key.split(" ");
    return of === mode ? [type] : [];
  });
  return [...known, ...builtIn];
}
