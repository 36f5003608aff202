import type { JsonPath, TextEdit } from "@apex/core";
import { type Configuration, instances, traceAttribute } from "@apex/generators-hcl";
import { formatLiteral, textOf } from "@apex/generators-hcl/syntax";
import type { FilePlace } from "../../diagnostics/problem.ts";
import { expressionAt } from "../../world/locate.ts";

/** Where the value of an attribute is written, seen from all instances of its resource. */
export interface Deciding {
  readonly edits: readonly TextEdit[];
  /** What else the same places decide, as `address#path`. */
  readonly feeds: readonly string[];
}

function withoutKeys(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}

/** The edit of a constant that stands at the place itself, where the instances of its resource cannot be told. */
function literalAt(configuration: Configuration, place: FilePlace, change: Change): Deciding | undefined {
  const expression = expressionAt(configuration, place);
  if (expression?.kind !== "literal" || expression.value !== change.from) return undefined;
  const { source, start, end } = expression;
  return { edits: [{ file: source.file, start, end, text: formatLiteral(change.to) }], feeds: [] };
}

/** A text in place of another. */
export interface Change {
  readonly from: string;
  readonly to: string;
}

/**
 * The edits that give an attribute another text where it is decided, through variables, locals and variables files: each place a
 * plain constant that holds just the old text. A text says why there are none.
 */
export function decidingEdits(
  configuration: Configuration,
  at: { readonly address: string; readonly path: JsonPath; readonly place?: FilePlace | undefined },
  change: Change,
): Deciding | string {
  const own = instances(configuration)
    .instances.map(({ address }) => address)
    .filter((address) => withoutKeys(address) === withoutKeys(at.address));
  const edits = new Map<string, TextEdit>();
  const feeds = new Set<string>();
  for (const address of own) {
    const traced = traceAttribute(configuration, { address, path: at.path });
    if (traced.kind === "traced" && traced.value !== change.from) continue;
    if (traced.kind !== "traced") {
      edits.clear();
      break;
    }
    const { token } = traced;
    if (token.text !== formatLiteral(change.from))
      return `${JSON.stringify(change.from)} is put together in ${token.file}:${token.line}`;
    edits.set(`${token.file}:${token.start}`, {
      file: token.file,
      start: token.start,
      end: token.end,
      text: formatLiteral(change.to),
    });
    for (const feed of traced.feeds) feeds.add(feed);
  }
  if (edits.size > 0) return { edits: [...edits.values()], feeds: [...feeds] };
  const literal = at.place === undefined ? undefined : literalAt(configuration, at.place, change);
  return literal ?? `where ${JSON.stringify(change.from)} is written cannot be told`;
}

/** The text of a constant string at a place. */
export function textAt(configuration: Configuration, place: FilePlace): string | undefined {
  const expression = expressionAt(configuration, place);
  return expression?.kind === "literal" && typeof expression.value === "string" && textOf(expression) !== ""
    ? expression.value
    : undefined;
}
