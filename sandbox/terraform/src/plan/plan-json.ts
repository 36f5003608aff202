import { z } from "zod";

/** The actions of one resource change. */
const Action = z.enum(["no-op", "create", "read", "update", "delete", "forget"]);

const Change = z.object({
  actions: z.array(Action),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
});

const ResourceChange = z.object({
  address: z.string(),
  /** Where the object was before a `moved` block. */
  previous_address: z.string().optional(),
  module_address: z.string().optional(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  name: z.string(),
  provider_name: z.string().default(""),
  /** The key of an object that an earlier apply left behind; absent for the resource itself. */
  deposed: z.string().optional(),
  change: Change,
});

const Expression = z.looseObject({
  constant_value: z.unknown().optional(),
  references: z.array(z.string()).optional(),
});

const ProviderConfig = z.looseObject({
  name: z.string(),
  module_address: z.string().optional(),
  expressions: z.record(z.string(), z.unknown()).optional(),
});

const ConfigResource = z.looseObject({
  address: z.string(),
  provider_config_key: z.string().optional(),
});

interface ConfigModuleShape {
  resources?: z.infer<typeof ConfigResource>[] | undefined;
  module_calls?: Record<string, { module?: ConfigModuleShape | undefined }> | undefined;
}

const ConfigModule: z.ZodType<ConfigModuleShape> = z.lazy(() =>
  z.looseObject({
    resources: z.array(ConfigResource).optional(),
    module_calls: z.record(z.string(), z.looseObject({ module: ConfigModule.optional() })).optional(),
  }),
);

/** The part of a module's configuration that tells which provider serves a resource. */
export type ConfigModule = z.infer<typeof ConfigModule>;

/** An expression as the plan's configuration prints it. */
export const PlanExpression = Expression;

/** What `terraform show -json PLANFILE` prints: the fields used here. Format versions 1.x. */
export const PlanJson = z.object({
  format_version: z.string().regex(/^[01]\./, "only versions 0.x and 1.x of the plan format are known"),
  terraform_version: z.string().default("unknown"),
  variables: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).optional(),
  resource_changes: z.array(ResourceChange).default([]),
  output_changes: z.record(z.string(), Change).optional(),
  configuration: z
    .looseObject({
      provider_config: z.record(z.string(), ProviderConfig).optional(),
      root_module: ConfigModule.optional(),
    })
    .optional(),
});

/** A decoded plan, before it becomes core's. */
export type PlanJson = z.infer<typeof PlanJson>;
