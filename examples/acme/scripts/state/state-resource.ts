/** A JSON value as a state file holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The attributes of one resource instance. */
export type Attributes = { readonly [name: string]: Json };

/** One resource instance as Terraform's state knows it. */
export interface StateResource {
  readonly address: string;
  /** Version of the provider's schema that wrote the attributes. */
  readonly schemaVersion?: number;
  readonly attributes: Attributes;
  readonly dependencies?: readonly string[];
  /** Paths of the attributes that the provider's schema calls sensitive, whether they hold anything or not. */
  readonly sensitive?: readonly (readonly (string | number)[])[];
}

/** `tags` as configured, with what the provider's `default_tags` add in `tags_all`. */
export function tagged(tags: Readonly<Record<string, string>> | null): {
  readonly tags: Json;
  readonly tags_all: Json;
} {
  const defaults = { Environment: "prod", ManagedBy: "terraform", Team: "platform" };
  return { tags, tags_all: { ...defaults, ...tags } };
}
