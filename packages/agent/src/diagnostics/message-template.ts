import type { TerraformDiagnostic } from "@apex/core";
import type { ProblemClass } from "./problem.ts";

/**
 * One message of Terraform's as it is written: the class, the whole summary, the whole detail in its forms, and what its wording tells
 * besides the blanks. Without details the summary decides alone.
 *
 * Blanks: `"{name}"` takes a text in quotes as Go writes it, `{name}` a word, `{name...}` and `{...}` any text, the latter kept
 * nowhere. Everything else has to stand there, from the first character to the last: what a user wrote may stand in a blank and can
 * never stand in for the words around it.
 */
export type MessageTemplate = readonly [
  problemClass: ProblemClass,
  summary: string,
  details?: string | readonly string[] | undefined,
  constants?: Readonly<Record<string, string>>,
];

/** What a message means: its class and what stood in its blanks. */
export interface Understood {
  readonly class: ProblemClass;
  readonly names: Readonly<Record<string, string>>;
}

/** Longer details hold a user's own text for the most part; a bound on what patterns have to look through. */
const DETAIL_LENGTH_MAX = 8000;
const SUMMARY_LENGTH_MAX = 2000;

const BLANK = /"\{(\w+)\}"|\{(\w+)\}|\{(\w*)\.\.\.\}/g;

/** Groups of a pattern that are none of its blanks. */
const OWN_GROUP = "_";

interface Pattern {
  readonly expression: RegExp;
  /** Whether a group is a text in quotes, by its name. */
  readonly quoted: ReadonlySet<string>;
}

/** OpenTofu says the same as the Terraform that it began as, in its own name. Source: opentofu, `internal/tofu` and `configs`. */
const PRODUCT = /\bTerraform\b/g;

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(PRODUCT, "(?:Terraform|OpenTofu)");
}

/**
 * What follows a blank of any text is looked for once, from the left, and its place is never given up: a look-ahead is not entered
 * again, and the reference takes what it found. Otherwise a text of a user's that repeats the words between three blanks takes time
 * by the cube of its length.
 */
function patternOf(text: string): Pattern {
  const quoted = new Set<string>();
  const parts = [""];
  let at = 0;
  const add = (source: string): void => {
    parts[parts.length - 1] += source;
  };
  for (const match of text.matchAll(BLANK)) {
    const [whole, inQuotes, word, any] = match;
    add(escape(text.slice(at, match.index)));
    if (inQuotes !== undefined) {
      quoted.add(inQuotes);
      add(`"(?<${inQuotes}>(?:[^"\\\\]|\\\\.)*)"`);
    } else if (word !== undefined) add(`(?<${word}>[^\\s"]+)`);
    else parts.push(any === "" || any === undefined ? "[^]*?" : `(?<${any}>[^]*?)`);
    at = match.index + whole.length;
  }
  add(`${escape(text.slice(at))}$`);
  const once = parts.map((part, i) =>
    i === 0 || i === parts.length - 1 ? part : `(?=(?<${OWN_GROUP}${i}>${part}))\\k<${OWN_GROUP}${i}>`,
  );
  return { expression: new RegExp(`^${once.join("")}`, "u"), quoted };
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The text that Go's `%q` wrote in quotes. Source: Go's package strconv, `Quote`. */
function unquote(text: string): string {
  return text.replace(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)/gu, (escaped) => {
    const letter = escaped[1] ?? "";
    if (escaped.length === 2) return GO_ESCAPES[letter] ?? letter;
    const point = Number.parseInt(escaped.slice(2), 16);
    return point > 0x10_ff_ff ? "\ufffd" : String.fromCodePoint(point);
  });
}

function blanksOf({ expression, quoted }: Pattern, text: string): Record<string, string> | undefined {
  const match = expression.exec(text);
  if (match === null) return undefined;
  return Object.fromEntries(
    Object.entries(match.groups ?? {})
      .filter(([name]) => !name.startsWith(OWN_GROUP))
      .map(([name, found]) => [name, quoted.has(name) ? unquote(found) : found]),
  );
}

interface Compiled {
  readonly class: ProblemClass;
  readonly summary: Pattern;
  readonly details: readonly Pattern[];
  readonly constants: Readonly<Record<string, string>>;
}

function compile([problemClass, summary, details, constants]: MessageTemplate): Compiled {
  const forms = details === undefined ? [] : [details].flat();
  return {
    class: problemClass,
    summary: patternOf(summary),
    details: forms.map(patternOf),
    constants: constants ?? {},
  };
}

function understand(template: Compiled, summary: string, detail: string): Understood | undefined {
  const inSummary = blanksOf(template.summary, summary);
  if (inSummary === undefined) return undefined;
  const { class: problemClass, constants } = template;
  if (template.details.length === 0) return { class: problemClass, names: { ...constants, ...inSummary } };
  if (detail.length > DETAIL_LENGTH_MAX) return undefined;
  for (const pattern of template.details) {
    const inDetail = blanksOf(pattern, detail);
    if (inDetail !== undefined)
      return { class: problemClass, names: { ...constants, ...inSummary, ...inDetail } };
  }
  return undefined;
}

/** Makes a reader of messages: the first template that fits a diagnostic whole tells what it means, `undefined` when none does. */
export function createReader(
  templates: readonly MessageTemplate[],
): (diagnostic: TerraformDiagnostic) => Understood | undefined {
  const exact = new Map<string, Compiled[]>();
  const withBlanks: Compiled[] = [];
  for (const template of templates) {
    const [, summary] = template;
    const list = exact.get(summary);
    if (summary.search(BLANK) >= 0 || summary.search(PRODUCT) >= 0) withBlanks.push(compile(template));
    else if (list === undefined) exact.set(summary, [compile(template)]);
    else list.push(compile(template));
  }
  return ({ summary, detail = "" }) => {
    if (summary.length > SUMMARY_LENGTH_MAX) return undefined;
    for (const template of [...(exact.get(summary) ?? []), ...withBlanks]) {
      const understood = understand(template, summary, detail);
      if (understood !== undefined) return understood;
    }
    return undefined;
  };
}
