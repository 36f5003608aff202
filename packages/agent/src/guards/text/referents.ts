/** Names that stand for what is around them, and not for a declaration. */
const SURROUNDING = /^(?:count|each|self|path|terraform)$/;

/** What a text refers to: `aws_subnet.a`, `var.x`; a data source without its `data`, which is easily forgotten. */
export function referentsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w.-])(?:data\.)?([A-Za-z]\w*)\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].flatMap(
    ([, root = "", name = ""]) => (SURROUNDING.test(root) ? [] : [`${root}.${name}`]),
  );
}
