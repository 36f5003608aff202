import type { Block, Expression, TemplatePart } from "./expression.ts";

function partsIn(part: TemplatePart): readonly Expression[] {
  switch (part.kind) {
    case "text":
      return [];
    case "interpolation":
      return [part.expression];
    case "if":
      return [part.condition, ...[...part.whenTrue, ...part.whenFalse].flatMap(partsIn)];
    case "for-each":
      return [part.collection, ...part.body.flatMap(partsIn)];
  }
}

/** The expressions directly inside of one. */
function innerOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "root":
    case "invalid":
      return [];
    case "template":
      return node.parts.flatMap(partsIn);
    case "object":
      return node.items.flatMap(({ key, value }) => [key, value]);
    case "tuple":
      return node.items;
    case "attribute":
      return [node.of];
    case "index":
      return [node.of, node.key];
    case "splat":
      return [node.of, ...node.steps.filter((step) => typeof step !== "string")];
    case "conditional":
      return [node.condition, node.whenTrue, node.whenFalse];
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "for":
      return [node.collection, node.key, node.value, node.condition].filter((one) => one !== undefined);
    case "call":
      return node.arguments;
    case "parentheses":
      return [node.inner];
  }
}

/** Every expression of a block and of the blocks in it, each before what it is made of. */
export function* expressionsIn(block: Pick<Block, "body">): Generator<Expression> {
  const bodies = [block.body];
  for (const body of bodies) {
    for (const inner of body.blocks) bodies.push(inner.body);
    for (const { value } of body.attributes) {
      const pending: Expression[] = [value];
      for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
        yield node;
        pending.push(...innerOf(node));
      }
    }
  }
}
