import type { JsonObject, TerraformSchemas } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";

/** A resource instance that exists, as the state tells. */
export interface KnownResource {
  /** With instance keys: `module.a["x"].aws_instance.web[0]`. */
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly attributes: JsonObject;
}

/** What does not change while a configuration is repaired. */
export interface Surroundings {
  readonly schemas: TerraformSchemas;
  /** Machine types that exist, by the attribute that names them: `aws_instance.instance_type` → names. */
  readonly machineTypes: Readonly<Record<string, readonly string[]>>;
  /** Empty where there is no state. */
  readonly state: readonly KnownResource[];
  /** The region of the provider configurations, where a constant tells. */
  readonly region?: string;
}

/** All that a fixer may look at: the texts as they are now, and what surrounds them. Everything in it is untrusted data. */
export interface World extends Surroundings {
  readonly configuration: Configuration;
}
