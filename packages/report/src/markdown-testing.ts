import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** A node of a parsed page. */
export interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/** A page as GitHub's parser reads it. */
export function parse(markdown: string): Node {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node;
}

/** All nodes of a type, in order. */
export function all(node: Node, type: string): Node[] {
  return [
    ...(node.type === type ? [node] : []),
    ...(node.children ?? []).flatMap((child) => all(child, type)),
  ];
}

/** What a reader sees of a node. */
export function textOf(node: Node): string {
  return node.type === "html" ? "" : (node.value ?? "") + (node.children ?? []).map(textOf).join("");
}

/** What a name may say to leave its place. */
export const ATTACKS = [
  "a | b | c",
  "a \\| b \\\\| c",
  "`code` ``two`` ```",
  "</code></details><script>alert(1)</script>",
  "<!-- -->",
  "@octocat fixes #12 and GH-3 for a@example.com",
  "https://evil.example/x www.evil.example ftp://x",
  "[link](https://evil.example) ![img](x) [ref] [//]: <> (apex-report)",
  "**bold** _it_ __b__ ~~gone~~ $x$ :tada: &amp; &#64;octocat",
  "line\nbreak\r\n\r\n# heading\n- item\n1. one\n> quote\n---",
  "# heading",
  "1. one",
  "- item",
  "    code",
  "---",
  "\u202edesrever \u200b \u0000 \ud800",
  "",
  " ",
  "x".repeat(5_000),
  "|".repeat(300),
];

/** Names that try. */
export const hostile = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.constantFrom(...ATTACKS, ...Array.from("|`\\<>[]()*_~@#&$:!-=+\n\t a")), { maxLength: 12 })
    .map((parts) => parts.join("")),
);
