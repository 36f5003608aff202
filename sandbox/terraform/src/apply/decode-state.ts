import { AdapterError, type AppliedResource, type JsonObject } from "@apex/core";
import { z } from "zod";

const Resource = z.object({
  address: z.string(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  name: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
});

interface ModuleShape {
  resources?: z.infer<typeof Resource>[] | undefined;
  child_modules?: ModuleShape[] | undefined;
}

const Module: z.ZodType<ModuleShape> = z.lazy(() =>
  z.object({ resources: z.array(Resource).optional(), child_modules: z.array(Module).optional() }),
);

/** What `terraform show -json STATE` prints: the fields used here. Format versions 0.x and 1.x. */
const StateJson = z.object({
  format_version: z.string().regex(/^[01]\./, "only versions 0.x and 1.x of the state format are known"),
  values: z.object({ root_module: Module }).optional(),
});

function resourcesOf(module: ModuleShape): readonly AppliedResource[] {
  const own = (module.resources ?? []).map(({ address, mode, type, name, values }) => ({
    address,
    mode,
    type,
    name,
    values: values as JsonObject,
  }));
  return [...own, ...(module.child_modules ?? []).flatMap(resourcesOf)];
}

/**
 * Reads what `terraform show -json STATE` prints: all resource instances, modules' included, by their absolute addresses.
 * Sensitive values are in it: they are for computing, never for messages. Throws an AdapterError of kind "invalid".
 */
export function decodeState(json: unknown): readonly AppliedResource[] {
  const parsed = StateJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
    throw new AdapterError("invalid", `Not a Terraform state in JSON${where}.`, { cause: parsed.error });
  }
  // A state without resources has no values at all.
  return parsed.data.values === undefined ? [] : resourcesOf(parsed.data.values.root_module);
}
