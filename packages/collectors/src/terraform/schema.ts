import { z } from "zod";

/** `terraform.tfstate`, version 4: only what is read. Instances are checked one by one. */
export const StateV4 = z.object({
  version: z.literal(4),
  resources: z.array(z.unknown()).nullish(),
});

/** One resource of a version 4 state: all instances of a block in one module instance. */
export const StateV4Resource = z.object({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string().min(1),
  name: z.string().min(1),
  instances: z.array(z.unknown()),
});

/** One instance of a version 4 state. */
export const StateV4Instance = z.object({
  index_key: z.union([z.string(), z.number().int().nonnegative()]).nullish(),
  deposed: z.string().optional(),
  attributes: z.record(z.string(), z.json()),
  sensitive_attributes: z.array(z.array(z.unknown())).nullish(),
});

/** A step of a sensitive path: an attribute's name, or an index whose value is wrapped with its type. */
export const SensitiveStep = z.object({
  type: z.string(),
  value: z.union([z.string(), z.number(), z.object({ value: z.union([z.string(), z.number()]) })]),
});

/** `terraform show -json` of a state, or of a plan, whose prior state then counts. */
export const ShowJson = z.object({
  format_version: z.string(),
  values: z.unknown().optional(),
  prior_state: z.object({ values: z.unknown().optional() }).nullish(),
  planned_values: z.unknown().optional(),
});

/** The values of a shown state. */
export const ShownValues = z.object({ root_module: z.unknown().optional() });

/** A module of a shown state. Resources are checked one by one. */
export const ShownModule = z.object({
  address: z.string().optional(),
  resources: z.array(z.unknown()).nullish(),
  child_modules: z.array(z.unknown()).nullish(),
});

/** A resource instance of a shown state. */
export const ShownResource = z.object({
  address: z.string().min(1),
  mode: z.string(),
  type: z.string().min(1),
  deposed_key: z.string().optional(),
  values: z.record(z.string(), z.json()),
  sensitive_values: z.json().optional(),
});
