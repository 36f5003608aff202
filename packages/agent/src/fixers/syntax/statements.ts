import type { SourceText } from "@apex/generators-hcl/syntax";
import type { BlockHeader } from "../schema/core-schema.ts";
import type { Token } from "./tokens.ts";

/** One statement of a body: an attribute, a block's header up to its `{`, or what should have been one. */
export interface Statement {
  /** Without comments; line breaks within brackets are left out, too. At least one. */
  readonly tokens: readonly Token[];
  /** The blocks around it, outermost first. */
  readonly parents: readonly BlockHeader[];
  /** Whether it is a block's header. */
  readonly opensBlock: boolean;
  /** Whether it stands first on its line. */
  readonly startsLine: boolean;
  /** Whether its line ends with it, apart from a comment. */
  readonly endsLine: boolean;
}

function labelText({ kind, text }: Token): string {
  return kind === "string" ? text.slice(1, -1) : text;
}

interface Open {
  readonly header: BlockHeader;
  readonly depth: number;
}

/** The statements of a file in order, as far as its brackets tell. */
export function statementsIn({
  tokens,
  source,
}: {
  readonly tokens: readonly Token[];
  readonly source: SourceText;
}): readonly Statement[] {
  const found: Statement[] = [];
  const opened: Open[] = [];
  let current: Token[] = [];
  let startsLine = true;
  const flush = (opensBlock: boolean, endsLine: boolean): void => {
    if (current.length > 0) {
      const parents = opened.map(({ header }) => header);
      found.push({ tokens: current, parents, opensBlock, startsLine, endsLine });
    }
    current = [];
    startsLine = endsLine;
  };
  for (const token of tokens) {
    if (token.kind === "comment") continue;
    const isBody = token.context === "file" || token.context === "block";
    while (opened.length > 0 && token.depth <= (opened.at(-1)?.depth ?? 0)) {
      flush(false, false);
      opened.pop();
    }
    if (token.kind === "newline") {
      if (isBody) flush(false, true);
      continue;
    }
    if (token.text === "}" && isBody && token.kind === "symbol") continue;
    current.push(token);
    if (token.opens === "block") {
      const [type, ...labels] = current.slice(0, -1);
      flush(true, false);
      opened.push({
        header: { type: type?.text ?? "", labels: labels.map(labelText), source },
        depth: token.depth,
      });
    }
  }
  flush(false, true);
  return found;
}
