import { HclLexer } from "./hcl-lexer.ts";

/** A top-level block of a `.tf` file, as far as it can be told without evaluating anything. */
export interface TopLevelBlock {
  /** `["module", "vpc"]`, `["data", "aws_ami", "base"]`. */
  readonly labels: readonly string[];
  /** The arguments directly in the block: the text of a quoted string (templates as written), else null. */
  readonly arguments: ReadonlyMap<string, string | null>;
}

interface OpenBlock {
  readonly labels: readonly string[];
  readonly arguments: Map<string, string | null>;
}

/** The top-level blocks of a `.tf` file. What does not parse gives no block: Terraform reports it better. */
export function topLevelBlocks(text: string): readonly TopLevelBlock[] {
  const lexer = new HclLexer(text);
  const blocks: TopLevelBlock[] = [];
  let labels: string[] = [];
  let block: OpenBlock | undefined;
  let depth = 0;
  let candidate: string | undefined;
  let assigned: string | undefined;
  let isAfterOpen = false;
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (token.kind === "open") {
      if (depth === 0) blocks.push((block = { labels, arguments: new Map() }));
      depth++;
    } else if (token.kind === "close") {
      depth = Math.max(0, depth - 1);
      if (depth === 0) block = undefined;
    } else if (depth === 0) {
      if (token.startsLine) labels = [];
      if (token.kind === "word" || token.kind === "string") labels.push(token.text);
    } else if (depth === 1 && block !== undefined) {
      if (assigned !== undefined && token.kind === "string") block.arguments.set(assigned, token.text);
      if (token.kind === "equals" && candidate !== undefined) block.arguments.set(candidate, null);
    }
    assigned = token.kind === "equals" && depth === 1 ? candidate : undefined;
    candidate = token.kind === "word" && (token.startsLine || isAfterOpen) ? token.text : undefined;
    isAfterOpen = token.kind === "open";
  }
  return blocks;
}
