import type { BlockSchema, TypeConstraint } from "@apex/core";

/**
 * A schema as one line per path: attributes as `path: TYPE FLAGS` (R required, O optional, C computed, S sensitive,
 * W write-only), blocks as `path <NESTING MIN..MAX>`.
 */
export function outline(block: BlockSchema, prefix = ""): readonly string[] {
  const attributes = Object.entries(block.attributes ?? {}).map(([name, attribute]) => {
    const flags = [
      attribute.required && "R",
      attribute.optional && "O",
      attribute.computed && "C",
      attribute.sensitive && "S",
      attribute.write_only && "W",
    ].filter(Boolean);
    return `${prefix}${name}: ${attribute.type ? formatType(attribute.type) : "nested"} ${flags.join("")}`;
  });
  const blocks = Object.entries(block.block_types ?? {}).flatMap(([name, nested]) => [
    `${prefix}${name} <${nested.nesting_mode} ${nested.min_items ?? 0}..${nested.max_items ?? ""}>`,
    ...outline(nested.block, `${prefix}${name}.`),
  ]);
  return [...attributes, ...blocks];
}

/** A type as it is written in HCL, on one line: `set(object({port=number}))`. */
function formatType(type: TypeConstraint): string {
  if (typeof type === "string") return type;
  switch (type[0]) {
    case "list":
    case "set":
    case "map":
      return `${type[0]}(${formatType(type[1])})`;
    case "tuple":
      return `tuple([${type[1].map(formatType).join(",")}])`;
    case "object": {
      const fields = Object.entries(type[1]).map(([name, field]) => `${name}=${formatType(field)}`);
      return `object({${fields.join(",")}})`;
    }
  }
}
