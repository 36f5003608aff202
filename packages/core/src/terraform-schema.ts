/**
 * The shapes that `terraform providers schema -json` writes (format_version 1.0), which is also the form that
 * schema packs store. https://developer.hashicorp.com/terraform/cli/commands/providers/schema
 */

/** A type constraint as Terraform encodes it in JSON: `"string"`, `["list", "string"]`, `["object", {"a": "bool"}]`. */
export type TypeConstraint =
  | PrimitiveType
  | readonly ["list" | "set" | "map", TypeConstraint]
  | ObjectType
  | readonly ["tuple", readonly TypeConstraint[]];

/** `dynamic` accepts a value of any type. */
type PrimitiveType = "string" | "number" | "bool" | "dynamic";

/** An object type; the third element names the attributes that may be left out. */
type ObjectType =
  | readonly ["object", { readonly [name: string]: TypeConstraint }]
  | readonly ["object", { readonly [name: string]: TypeConstraint }, readonly string[]];

/** One attribute. Protocol 5 providers have `type`; protocol 6 providers may have `nested_type` in its place. */
export interface AttributeSchema {
  readonly type?: TypeConstraint;
  readonly nested_type?: NestedAttributeType;
  readonly description?: string;
  readonly description_kind?: DescriptionKind;
  readonly deprecated?: boolean;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly write_only?: boolean;
}

/** The object behind a protocol 6 nested attribute. */
export interface NestedAttributeType {
  readonly attributes: { readonly [name: string]: AttributeSchema };
  readonly nesting_mode: "single" | "list" | "set" | "map";
}

type DescriptionKind = "plain" | "markdown";

/** How often a nested block may be written, and what its values collect into. */
export type NestingMode = "single" | "group" | "list" | "set" | "map";

/** A nested block type. A missing `min_items` or `max_items` means no such limit. */
export interface BlockTypeSchema {
  readonly nesting_mode: NestingMode;
  readonly block: BlockSchema;
  readonly min_items?: number;
  readonly max_items?: number;
}

/** The body of a resource, a data source, a provider configuration, or a nested block. */
export interface BlockSchema {
  readonly attributes?: { readonly [name: string]: AttributeSchema };
  readonly block_types?: { readonly [name: string]: BlockTypeSchema };
  readonly description?: string;
  readonly description_kind?: DescriptionKind;
  readonly deprecated?: boolean;
}

/** A versioned body. Used alike for resources, data sources (always version 0) and the provider configuration. */
export interface ResourceSchema {
  /**
   * Version of the state this describes; 0 where the source does not tell it (packs from cdktf). Terraform refuses
   * a state of a later version than the schema's, so what is served must be at least the version in the state.
   */
  readonly version: number;
  readonly block: BlockSchema;
}

/** Everything one provider serves. */
export interface ProviderSchema {
  readonly provider: ResourceSchema;
  readonly resource_schemas: { readonly [type: string]: ResourceSchema };
  readonly data_source_schemas: { readonly [type: string]: ResourceSchema };
}

/** The schemas of the providers that a configuration may use, looked up by type. */
export interface TerraformSchemas {
  /** `undefined` when no known provider has such a resource type. */
  resource(type: string): ResourceSchema | undefined;
  dataSource(type: string): ResourceSchema | undefined;
  /** The provider's own configuration block, by its name: `aws`. */
  provider(name: string): ResourceSchema | undefined;
  /** All resource types of the known providers, sorted. */
  resourceTypes(): readonly string[];
  dataSourceTypes(): readonly string[];
}
