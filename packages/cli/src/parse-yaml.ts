import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { CommandError, EXIT_CODES } from "./exit-codes.ts";

/** The guard of the YAML library against documents that grow a million times when their aliases are followed. */
const ALIASES_MAX = 100;

/** A file of the user's as plain values, and as the document that knows where each of them stands. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly document: Document;
}

/**
 * Parses a file of the user's, YAML or JSON; `name` is what messages call it: "--slo slo.yaml". Throws a CommandError for a text that is
 * none, or would grow without bound.
 */
export function parseYaml(name: string, text: string, lineCounter = new LineCounter()): ParsedYaml {
  const document = parseDocument(text, { prettyErrors: true, lineCounter });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new CommandError(EXIT_CODES.badInput, `${name} is not YAML: ${problem.message}`);
  }
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), document };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT_CODES.badInput, `${name} is not usable YAML: ${reason}`, { cause });
  }
}

/** Where in its file the value at a path stands, else the nearest thing around it that is there: what is missing has no place. */
export function placeInYaml(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
): { readonly line: number; readonly col: number } | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]);
  }
  return undefined;
}
