import type { Tree } from "web-tree-sitter";

/** A node of the concrete syntax tree, copied out of the parser's memory so that the tree can be freed at once. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly broken: boolean;
  readonly children: SyntaxNode[];
}

/** Copies a tree without recursion (nesting in a file must never overflow the stack); comments are left out. */
export function copyTree(tree: Tree): SyntaxNode {
  const cursor = tree.walk();
  const take = (): SyntaxNode => ({
    type: cursor.nodeType,
    start: cursor.startIndex,
    end: cursor.endIndex,
    broken: cursor.nodeIsMissing || cursor.nodeType === "ERROR",
    children: [],
  });
  const root = take();
  const parents: SyntaxNode[] = [];
  let node = root;
  for (;;) {
    if (cursor.gotoFirstChild()) {
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
