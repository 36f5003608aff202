import { type Attribute, type Expression, expressionsIn } from "@apex/generators-hcl/syntax";

function operandsOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== "binary" || expression.operator !== "+") return [expression];
  return [...operandsOf(expression.left), ...operandsOf(expression.right)];
}

/** The operands of each chain of `+` in an attribute, in order; outer chains before those within their operands. */
export function sumsIn(attribute: Attribute): readonly (readonly Expression[])[] {
  const seen = new Set<Expression>();
  const sums: (readonly Expression[])[] = [];
  for (const expression of expressionsIn({ body: { attributes: [attribute], blocks: [] } })) {
    if (expression.kind !== "binary" || expression.operator !== "+" || seen.has(expression)) continue;
    const pending: Expression[] = [expression];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (node.kind !== "binary" || node.operator !== "+") continue;
      seen.add(node);
      pending.push(node.left, node.right);
    }
    sums.push(operandsOf(expression));
  }
  return sums;
}
