import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Attribute, Block } from "@apex/generators-hcl/syntax";

/** What a module's files can declare. */
export type DeclarationKind =
  | "resource"
  | "data"
  | "ephemeral"
  | "variable"
  | "local"
  | "output"
  | "module"
  | "provider";

/** One declaration as written; two of the same `kind` and `key` are a duplicate, unless one is in an override file. */
export interface Declaration {
  readonly kind: DeclarationKind;
  /** The resource type; absent for what has none. */
  readonly type?: string;
  readonly name: string;
  /**
   * As expressions of the module refer to it: `aws_instance.web`, `data.aws_ami.a`, `var.x`, `local.x`, `module.x`; a provider as
   * `provider` arguments do (`aws`, `aws.east`), and an output, which none refers to, as `output.x`.
   */
  readonly key: string;
  /** The whole declaration: of a local, the attribute in `locals`. */
  readonly at: Attribute | Block;
}

const ROOTS: Readonly<Record<string, { readonly kind: DeclarationKind; readonly prefix: string }>> = {
  variable: { kind: "variable", prefix: "var." },
  output: { kind: "output", prefix: "output." },
  module: { kind: "module", prefix: "module." },
};

const TYPED: Readonly<Record<string, { readonly kind: DeclarationKind; readonly prefix: string }>> = {
  resource: { kind: "resource", prefix: "" },
  data: { kind: "data", prefix: "data." },
  ephemeral: { kind: "ephemeral", prefix: "ephemeral." },
};

function providerOf(block: Block, name: string): Declaration {
  const alias = attributeOf(block.body, "alias")?.value;
  const suffix = alias?.kind === "literal" && typeof alias.value === "string" ? `.${alias.value}` : "";
  return { kind: "provider", name, key: `${name}${suffix}`, at: block };
}

function declaredBy(block: Block): readonly Declaration[] {
  const [first, second] = block.labels;
  if (block.type === "locals") {
    return block.body.attributes.map((at) => ({ kind: "local", name: at.name, key: `local.${at.name}`, at }));
  }
  if (first === undefined) return [];
  if (block.type === "provider") return [providerOf(block, first)];
  const typed = Object.hasOwn(TYPED, block.type) ? TYPED[block.type] : undefined;
  if (typed !== undefined) {
    if (second === undefined) return [];
    const key = `${typed.prefix}${first}.${second}`;
    return [{ kind: typed.kind, type: first, name: second, key, at: block }];
  }
  const root = Object.hasOwn(ROOTS, block.type) ? ROOTS[block.type] : undefined;
  return root === undefined
    ? []
    : [{ kind: root.kind, name: first, key: `${root.prefix}${first}`, at: block }];
}

/**
 * All that the `.tf` files of a directory declare (`""`: the root module), duplicates included, in the order of file names and
 * within a file as written. Blocks without their labels are left out.
 */
export function declarationsIn(configuration: Configuration, directory: string): readonly Declaration[] {
  return [...configuration.parsed]
    .filter(([file]) => directoryOf(file) === directory)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { body }]) => body.blocks.flatMap(declaredBy));
}
