import { AdapterError, type AppliedResource, type JsonObject } from "@apex/core";
import { z } from "zod";
import type { AppliedOutput } from "../plan/plan-request.ts";

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
  values: z
    .object({
      root_module: Module,
      outputs: z.record(z.string(), z.object({ sensitive: z.boolean(), value: z.unknown() })).default({}),
    })
    .optional(),
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

/** What a state holds. */
interface AppliedState {
  readonly resources: readonly AppliedResource[];
  readonly outputs: Readonly<Record<string, AppliedOutput>>;
}

/**
 * Reads what `terraform show -json STATE` prints: the root module's outputs, and all resource instances, modules' included, by their absolute addresses.
 * Sensitive values are in it: they are for computing, never for messages. Throws an AdapterError of kind "invalid".
 */
export function decodeState(json: unknown): AppliedState {
  const parsed = StateJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
    throw new AdapterError("invalid", `Not a Terraform state in JSON${where}.`, { cause: parsed.error });
  }
  const { values } = parsed.data;
  // A state without resources and outputs has no values at all.
  if (values === undefined) return { resources: [], outputs: {} };
  return {
    resources: resourcesOf(values.root_module),
    outputs: values.outputs as Record<string, AppliedOutput>,
  };
}
