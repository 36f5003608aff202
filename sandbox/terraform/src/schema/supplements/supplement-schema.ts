import { InvariantError } from "@apex/core";
import type { SchemaPackContent } from "../encode-schema-pack.ts";
import type {
  AttributeSchema,
  BlockSchema,
  BlockTypeSchema,
  ProviderSchema,
  ResourceSchema,
} from "@apex/core";
import { SENSITIVE_ATTRIBUTES } from "./sensitive-attributes.ts";
import { ruleGroupStatement, webAclStatement } from "./wafv2-statement.ts";

/** A block that the source left out, by the gap that reports it. */
const MISSING_BLOCKS: Readonly<Record<string, { path: readonly string[]; block: BlockTypeSchema }>> = {
  "resource aws_wafv2_rule_group: rule.statement": { path: ["rule", "statement"], block: ruleGroupStatement },
  "resource aws_wafv2_web_acl: rule.statement": { path: ["rule", "statement"], block: webAclStatement },
};

/** The providers' own convention for arguments that never reach the state: `password_wo`. */
const WRITE_ONLY_SUFFIX = "_wo";

/** A provider that serves the same types as another. */
const SAME_AS: Readonly<Record<string, string>> = { "google-beta": "google" };

/**
 * Adds what we know of a provider beyond its cdktf package: blocks that the package cuts off, which attributes are
 * sensitive, which are write-only.
 *
 * @throws InvariantError when a fact names something that the provider does not have, so that facts cannot go stale
 */
export function supplementSchema(content: SchemaPackContent): SchemaPackContent {
  const name = content.address.split("/").at(-1) ?? "";
  const sensitive = SENSITIVE_ATTRIBUTES[SAME_AS[name] ?? name] ?? {};
  const filled = new Set<string>();

  const supplemented = (kind: string, schemas: ProviderSchema["resource_schemas"]) =>
    Object.fromEntries(
      Object.entries(schemas).map(([type, schema]): [string, ResourceSchema] => {
        let block = markWriteOnly(schema.block);
        for (const [gap, { path, block: missing }] of Object.entries(MISSING_BLOCKS)) {
          if (!gap.startsWith(`${kind} ${type}: `)) continue;
          block = withBlock(block, path, missing);
          filled.add(gap);
        }
        for (const path of sensitive[`${kind} ${type}`] ?? []) {
          block = withSensitive(block, path.split("."), `${kind} ${type}: ${path}`);
        }
        return [type, { ...schema, block }];
      }),
    );

  const { schema } = content;
  const resources = supplemented("resource", schema.resource_schemas);
  const dataSources = supplemented("data-source", schema.data_source_schemas);
  assertKnown(Object.keys(sensitive), {
    ...schema,
    resource_schemas: resources,
    data_source_schemas: dataSources,
  });
  return {
    ...content,
    schema: { ...schema, resource_schemas: resources, data_source_schemas: dataSources },
    gaps: content.gaps.filter((gap) => ![...filled].some((known) => gap.startsWith(`${known}:`))),
  };
}

function assertKnown(facts: readonly string[], schema: ProviderSchema): void {
  for (const fact of facts) {
    const [kind, type = ""] = fact.split(" ");
    const types = kind === "resource" ? schema.resource_schemas : schema.data_source_schemas;
    if (!Object.hasOwn(types, type))
      throw new InvariantError(`a fact is about ${fact}, which does not exist`);
  }
}

function withBlock(block: BlockSchema, path: readonly string[], added: BlockTypeSchema): BlockSchema {
  const [name, ...rest] = path;
  if (name === undefined) return block;
  if (rest.length === 0) return { ...block, block_types: { ...block.block_types, [name]: added } };
  return inNested(block, name, (nested) => withBlock(nested, rest, added), path.join("."));
}

function withSensitive(block: BlockSchema, path: readonly string[], fact: string): BlockSchema {
  const [name, ...rest] = path;
  if (name === undefined) return block;
  if (rest.length > 0) return inNested(block, name, (nested) => withSensitive(nested, rest, fact), fact);
  const attribute = block.attributes?.[name];
  if (!attribute) throw new InvariantError(`a fact is about ${fact}, which does not exist`);
  return { ...block, attributes: { ...block.attributes, [name]: { ...attribute, sensitive: true } } };
}

function inNested(
  block: BlockSchema,
  name: string,
  change: (nested: BlockSchema) => BlockSchema,
  fact: string,
): BlockSchema {
  const nested = block.block_types?.[name];
  if (!nested) throw new InvariantError(`a fact is about ${fact}, but ${name} is not a block`);
  return {
    ...block,
    block_types: { ...block.block_types, [name]: { ...nested, block: change(nested.block) } },
  };
}

function markWriteOnly(block: BlockSchema): BlockSchema {
  const attributes = block.attributes && mapValues(block.attributes, writeOnlyByName);
  const blockTypes =
    block.block_types &&
    // Terraform allows no write-only argument in a set.
    mapValues(block.block_types, (_name, type) =>
      type.nesting_mode === "set" ? type : { ...type, block: markWriteOnly(type.block) },
    );
  return { ...block, ...(attributes && { attributes }), ...(blockTypes && { block_types: blockTypes }) };
}

function writeOnlyByName(name: string, attribute: AttributeSchema): AttributeSchema {
  const isWriteOnly = name.endsWith(WRITE_ONLY_SUFFIX) && attribute.computed !== true;
  return isWriteOnly ? { ...attribute, sensitive: true, write_only: true } : attribute;
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (name: string, value: T) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}
