import type { Attribute, Block, Expression } from "@apex/generators-hcl/syntax";
import { expressionsIn } from "@apex/generators-hcl/syntax";

/** Names that start a traversal and are no resource type. Source: Terraform language, "References to Named Values". */
const NO_TYPES: ReadonlySet<string> = new Set([
  "var",
  "each",
  "count",
  "self",
  "path",
  "terraform",
  "ephemeral",
  "provider",
]);

/** The names of a traversal from its root on, up to the first index: `data.aws_ami.a[0].id` as `data`, `aws_ami`, `a`. */
function namesOf(expression: Expression): readonly string[] | undefined {
  const names: string[] = [];
  let at = expression;
  while (at.kind === "attribute" || at.kind === "index" || at.kind === "splat") {
    if (at.kind === "attribute") names.unshift(at.name);
    else names.length = 0;
    at = at.of;
  }
  return at.kind === "root" ? [at.name, ...names] : undefined;
}

/**
 * What a traversal refers to, as the module's other files name it: `aws_instance.web`, `data.aws_ami.a`, `local.x`, `module.m`,
 * `var.x`. `undefined` for all else, `for` variables among them as far as they have no attribute.
 */
export function referred(expression: Expression): string | undefined {
  const names = namesOf(expression);
  const [root, first, second] = names ?? [];
  if (root === undefined || first === undefined) return undefined;
  if (root === "data") return second === undefined ? undefined : `data.${first}.${second}`;
  if (root === "var" || !NO_TYPES.has(root)) return `${root}.${first}`;
  return undefined;
}

/** All that the expressions of a block, or of one attribute, refer to; `depends_on` of the block itself left out. */
export function referencesIn(piece: Block | Attribute): ReadonlySet<string> {
  const body =
    "value" in piece
      ? { attributes: [piece], blocks: [] }
      : { ...piece.body, attributes: piece.body.attributes.filter(({ name }) => name !== "depends_on") };
  return new Set([...expressionsIn({ body })].flatMap((expression) => referred(expression) ?? []));
}
