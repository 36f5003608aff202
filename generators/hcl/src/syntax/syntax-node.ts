import type { Tree } from "web-tree-sitter";

/** A node of the concrete syntax tree, copied out of the parser's memory so that the tree can be freed at once. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly broken: boolean;
  readonly children: SyntaxNode[];
}

/** Nodes of which only the text matters: what lies under them is not copied. Each visit is a call into WebAssembly. */
const LEAVES: ReadonlySet<string> = new Set([
  "block_end",
  "block_start",
  "bool_lit",
  "numeric_lit",
  "object_end",
  "object_start",
  "string_lit",
  "tuple_end",
  "tuple_start",
  "variable_expr",
]);

/**
 * Copies a tree without recursion (nesting in a file must never overflow the stack); comments are left out. `text` is
 * what was parsed, `base` the offset at which it stands in its file.
 */
export function copyTree(tree: Tree, text: string, base: number): SyntaxNode {
  const cursor = tree.walk();
  const take = (): SyntaxNode => {
    const { nodeType: type, startIndex: start, endIndex: end } = cursor;
    // What the parser makes up to go on has no width; a string that it closed itself does not end in a quote.
    const isMissing = end === start && (LEAVES.has(type) || cursor.nodeIsMissing);
    const isUnclosed = type === "string_lit" && (end - start < 2 || text[end - 1] !== '"');
    return {
      type,
      start: base + start,
      end: base + end,
      broken: type === "ERROR" || isMissing || isUnclosed,
      children: [],
    };
  };
  const root = take();
  const parents: SyntaxNode[] = [];
  let node = root;
  for (;;) {
    if (!LEAVES.has(node.type) && cursor.gotoFirstChild()) {
      parents.push(node);
    } else {
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) {
          cursor.delete();
          return root;
        }
        parents.pop();
      }
    }
    node = take();
    if (node.type !== "comment") parents.at(-1)?.children.push(node);
  }
}
