import type { AttributeSchema, NestedAttributeType, TypeConstraint } from "@apex/core";

function nestedAttributeType(nested: NestedAttributeType): TypeConstraint {
  const attributes = Object.entries(nested.attributes).map(([name, attribute]) => [
    name,
    attributeType(attribute),
  ]);
  const element: TypeConstraint = ["object", Object.fromEntries(attributes)];
  return nested.nesting_mode === "single" ? element : [nested.nesting_mode, element];
}

/**
 * The type of an attribute's value. Protocol 6's nested attributes become the object type that protocol 5 would have:
 * the same values are accepted, only "required inside" is no longer told.
 */
export function attributeType(attribute: AttributeSchema): TypeConstraint {
  if (attribute.type !== undefined) return attribute.type;
  return attribute.nested_type === undefined ? "dynamic" : nestedAttributeType(attribute.nested_type);
}
