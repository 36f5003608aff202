import type { TypeConstraint } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import { type Block, type Expression, textOf } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import { typeOf } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { isRepeated } from "../knowledge/resource-place.ts";
import { hasWords } from "../slip.ts";
import { typeFits } from "../value-fits.ts";
import { type ReferenceSite, referenceSite, withHead } from "./reference-site.ts";

/** A reference to a repeated resource, with the place where its name ends. */
interface Repeated {
  readonly site: ReferenceSite;
  readonly head: Expression;
  readonly block: Block;
  readonly count: Expression | undefined;
  readonly forEach: Expression | undefined;
}

function repeatedAt(problem: Problem, world: World): Repeated | undefined {
  const site = referenceSite(problem, world);
  const isData = site?.chain[0]?.kind === "root" && site.chain[0].name === "data";
  const head = site?.chain[isData ? 2 : 1];
  if (site === undefined || head?.kind !== "attribute") return undefined;
  const block = site.scope.module.resources.get(textOf(head).replace(/\s+/g, ""))?.block;
  if (block === undefined) return undefined;
  return {
    site,
    head,
    block,
    count: attributeOf(block.body, "count")?.value,
    forEach: attributeOf(block.body, "for_each")?.value,
  };
}

function plain(expression: Expression): string {
  return textOf(expression).replace(/\s+/g, " ");
}

/** `count.index` or `each.key` where the block that refers repeats over the very same; `undefined` elsewhere. */
function ownKey({ site, head, block, count, forEach }: Repeated): string | undefined {
  const [outermost] = site.blocks;
  if (outermost === undefined || outermost === block) return undefined;
  if (!["resource", "data", "module"].includes(outermost.type)) return undefined;
  if (site.blocks.length === 1 && ["count", "for_each"].includes(site.attribute.name)) return undefined;
  const own = { count: attributeOf(outermost.body, "count"), each: attributeOf(outermost.body, "for_each") };
  if (count !== undefined && own.count !== undefined)
    return plain(own.count.value) === plain(count) ? "count.index" : undefined;
  if (forEach === undefined || own.each === undefined) return undefined;
  const over = plain(own.each.value);
  return over === plain(forEach) || over === plain(head) ? "each.key" : undefined;
}

/** The type of the whole reference, were the start of it `text`. */
function typeWith({ site, head }: Repeated, text: string): TypeConstraint | undefined {
  const expression = withHead(site, head.end, text);
  return expression.kind === "invalid" ? undefined : typeOf(expression, site.scope);
}

function isListType(type: TypeConstraint | undefined): boolean {
  return type !== undefined && typeof type !== "string" && (type[0] === "list" || type[0] === "set");
}

/** All instances, where a list of what each has is wanted. */
function allInstances(repeated: Repeated): string | undefined {
  const { site, head, count } = repeated;
  const { wanted } = site;
  if (wanted === undefined || !isListType(wanted)) return undefined;
  if (site.whole === head) return undefined;
  const text = count === undefined ? `values(${textOf(head)})[*]` : `${textOf(head)}[*]`;
  return typeFits(typeWith(repeated, text), wanted) === "yes" ? text : undefined;
}

function isOne(count: Expression | undefined): boolean {
  return count?.kind === "literal" && count.value === 1;
}

/** What the reference can be meant as, with the reason. */
function readingOf(repeated: Repeated): { readonly text: string; readonly why: string } | string {
  const { head, count, site } = repeated;
  const name = textOf(head);
  if (isListType(site.wanted)) {
    const text = ownKey(repeated) === undefined ? allInstances(repeated) : undefined;
    return text === undefined
      ? "nothing tells whether one of its instances is meant or all"
      : { text, why: "a list is wanted here, and each instance has one of what it holds" };
  }
  if (isOne(count))
    return { text: `${name}[0]`, why: "there is one instance, which count says in so many words" };
  // Two numbers that are the same need not count the same things.
  const key = count?.kind === "literal" ? undefined : ownKey(repeated);
  return key === undefined
    ? "nothing tells which of its instances is meant"
    : { text: `${name}[${key}]`, why: "both repeat over the same, so that each belongs to one" };
}

/**
 * Adds the instance key to a reference to a repeated resource or data source.
 *
 * Certain only in three cases: `[0]` where its `count` is literally 1; `[count.index]` or `[each.key]` where the block that refers repeats
 * over the same expression (or over that resource itself), a number aside; all instances (`[*]`, of `for_each` as `values(…)[*]`) where a list or
 * set is wanted, is known to be one of what each instance has, and the block that refers does not repeat over the same itself.
 */
export const missingInstanceKey: Fixer = {
  name: "missing-instance-key",
  classes: ["missing-instance-key"],
  propose(problem, world): Proposal {
    const repeated = repeatedAt(problem, world);
    if (repeated === undefined) return null;
    const reading = readingOf(repeated);
    const { head, count, site } = repeated;
    if (typeof reading === "string") {
      const name = textOf(head);
      const candidates =
        count === undefined
          ? [`${name}[each.key]`, `values(${name})[*]`]
          : [`${name}[0]`, `${name}[count.index]`, `${name}[*]`];
      return { kind: "unsure", reason: reading, candidates };
    }
    const { wanted } = site;
    if (wanted !== undefined && typeFits(typeWith(repeated, reading.text), wanted) === "no")
      return {
        kind: "unsure",
        reason: "what one instance has does not fit here",
        candidates: [reading.text],
      };
    const edit = { file: site.place.file, start: head.start, end: head.end, text: reading.text };
    return { kind: "edits", edits: [edit], sentence: `${reading.text} is meant: ${reading.why}.` };
  },
};

/** A repeated resource of the same type whose name has all the words of this one's, plurals aside. */
function repeatedNamesake({ site, head, block }: Repeated): string | undefined {
  if (head.kind !== "attribute") return undefined;
  const [type] = block.labels;
  const words = wordsOf(head.name);
  for (const [key, other] of site.scope.module.resources) {
    if (other.block === block || other.type !== type || other.block.type !== block.type) continue;
    if (isRepeated(other.block) && hasWords(other.name, words)) return key;
  }
  return undefined;
}

/**
 * Takes `[0]` out of a reference to a resource that is not repeated: there is only the one.
 *
 * Certain only for the literal index 0, and where no repeated resource has the same words in its name. Any other key tells of instances
 * that are no longer there, or never were.
 */
export const unexpectedInstanceKey: Fixer = {
  name: "unexpected-instance-key",
  classes: ["unexpected-instance-key"],
  propose(problem, world): Proposal {
    const repeated = repeatedAt(problem, world);
    if (repeated === undefined || repeated.count !== undefined || repeated.forEach !== undefined) return null;
    const { head, site } = repeated;
    const index = site.chain.find((step) => step.kind === "index" && step.of === head);
    if (index?.kind !== "index") return null;
    const name = textOf(head);
    if (index.key.kind !== "literal" || index.key.value !== 0) {
      const reason = `${name} is a single resource, and its key tells of several`;
      return { kind: "unsure", reason, candidates: [name] };
    }
    const repeatedOne = repeatedNamesake(repeated);
    if (repeatedOne !== undefined) {
      const reason = `${name} is a single resource, and ${repeatedOne}, which is repeated, may be meant`;
      return { kind: "unsure", reason, candidates: [name, `${repeatedOne}[0]`] };
    }
    const edit = { file: site.place.file, start: head.end, end: index.end, text: "" };
    return {
      kind: "edits",
      edits: [edit],
      sentence: `${name} is a single resource: [0] can only mean that one.`,
    };
  },
};
