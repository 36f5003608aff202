import type { BlockSchema } from "@apex/core";
import type { Body } from "@apex/generators-hcl/syntax";
import { attributeType, type Scope } from "../expression-type.ts";
import { valueFits } from "../value-fits.ts";
import { isSettable } from "./argument-site.ts";

function blockNames(body: Body): readonly string[] {
  return body.blocks.map(({ type, labels }) => (type === "dynamic" ? (labels[0] ?? "") : type));
}

/** The first name in a body that does not belong to a schema, or whose value does not fit; `undefined` where all does. */
export function strangerIn(body: Body, schema: BlockSchema, scope: Scope): string | undefined {
  const attribute = body.attributes.find(({ name, value }) => {
    const known = schema.attributes?.[name];
    if (known === undefined || !isSettable(schema, name)) return true;
    return valueFits(value, attributeType(known), scope) === "no";
  });
  return attribute?.name ?? blockNames(body).find((name) => !Object.hasOwn(schema.block_types ?? {}, name));
}

/** What a schema requires and a body lacks; `undefined` where nothing is missing. */
export function missingIn(body: Body, schema: BlockSchema): string | undefined {
  const attribute = Object.entries(schema.attributes ?? {}).find(
    ([name, { required }]) => required === true && !body.attributes.some((one) => one.name === name),
  );
  if (attribute !== undefined) return attribute[0];
  const written = blockNames(body);
  const block = Object.entries(schema.block_types ?? {}).find(
    ([name, { min_items: least }]) => least !== undefined && least > 0 && !written.includes(name),
  );
  return block?.[0];
}
