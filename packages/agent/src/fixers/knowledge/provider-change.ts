import {
  type Attribute,
  type Block,
  type Expression,
  expressionsIn,
  textOf,
} from "@apex/generators-hcl/syntax";
import type { FilePlace, Problem } from "../../diagnostics/problem.ts";
import { attributeAt, enclosingBlocks, expressionAt } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import {
  type AnswerOf,
  droppedPiece,
  lifted,
  mapped,
  nested,
  type Outcome,
  renamedTo,
  rereferred,
  toBlock,
  toBlocks,
  unwrapped,
  wrapped,
} from "./provider-change-edits.ts";
import { removed, replaced } from "./text-pieces.ts";
import { goneType, versionChange, type VersionChange } from "./version-change.ts";

/** The body that the innermost block is, as {@link VersionChange} names it. `undefined` outside of resources and data sources. */
function bodyName(blocks: readonly Block[]): string | undefined {
  const [outermost, ...inner] = blocks;
  const type = outermost?.labels[0];
  if (type === undefined || (outermost?.type !== "resource" && outermost?.type !== "data")) return undefined;
  const steps = inner.flatMap((block) => {
    if (block.type === "content") return [];
    return [block.type === "dynamic" ? (block.labels[0] ?? "") : block.type];
  });
  return [outermost.type === "data" ? `data.${type}` : type, ...steps].join(".");
}

/** What is gone: an argument or a block of a body. */
interface Gone {
  readonly body: Block;
  readonly resource: Block;
  readonly piece: Attribute | Block;
  readonly change: VersionChange;
}

function goneAt(problem: Problem, place: FilePlace, world: World): Gone | undefined {
  const blocks = enclosingBlocks(world.configuration, place);
  const name = problem.names.name ?? attributeAt(world.configuration, place)?.name;
  const [resource] = blocks;
  if (name === undefined || resource === undefined) return undefined;
  // Terraform points into a block that is not expected, and at the body or one of its arguments else.
  const depth = blocks.at(-1)?.type === name && blocks.length > 1 ? blocks.length - 1 : blocks.length;
  const around = blocks.slice(0, depth);
  const body = around.at(-1);
  const change = versionChange(bodyName(around) ?? "", name);
  if (body === undefined || change === undefined) return undefined;
  const pieces = body.body.attributes.filter((attribute) => attribute.name === name);
  const block = blocks[depth] ?? body.body.blocks.find(({ type }) => type === name);
  const piece = pieces[0] ?? block;
  return piece === undefined || pieces.length > 1 ? undefined : { body, resource, piece, change };
}

function namesIn(change: VersionChange): readonly string[] {
  const { answer } = change;
  if (answer.kind === "mapped") return answer.to;
  return "to" in answer && answer.kind !== "nested" ? [answer.to] : [];
}

/** Whether the new name is there already, or another old one becomes it as well. */
function isTaken({ body, change }: Gone): boolean {
  const names = namesIn(change);
  const others = [
    ...body.body.attributes.map(({ name }) => name),
    ...body.body.blocks.map(({ type }) => type),
  ];
  return others.some((other) => {
    const rival = other === change.from ? undefined : versionChange(change.body, other);
    return (
      names.includes(other) || (rival !== undefined && namesIn(rival).some((name) => names.includes(name)))
    );
  });
}

function droppedEdits({ piece, body, resource, change }: Gone, answer: AnswerOf<"dropped">): Outcome {
  const edits = droppedPiece(piece, answer);
  if (typeof edits === "string" || answer.emptied !== true || body === resource) return edits;
  const pieces = [...body.body.attributes, ...body.body.blocks];
  const isEmptied = pieces.every((one) => {
    const other = versionChange(change.body, "value" in one ? one.name : one.type)?.answer;
    return other?.kind === "dropped" && typeof droppedPiece(one, other) !== "string";
  });
  return isEmptied ? [removed(body)] : edits;
}

function editsOf(gone: Gone): Outcome {
  const { piece, change, body } = gone;
  const { answer } = change;
  if (answer.kind === "advice") return answer.next;
  if (isTaken(gone)) return `there is already ${namesIn(change).join(" or ")} beside it`;
  if (answer.kind === "dropped") return droppedEdits(gone, answer);
  if (!("value" in piece)) {
    if (answer.kind === "lifted") return lifted(piece, answer.names, body.body);
    if (answer.kind !== "renamed") return "it is written as a block";
    const all = body.body.blocks.filter(({ type }) => type === change.from);
    return all.map((block) => replaced({ ...block, end: block.start + block.type.length }, answer.to));
  }
  switch (answer.kind) {
    case "renamed":
      return renamedTo(piece, answer);
    case "wrapped":
      return wrapped(piece, answer.to);
    case "unwrapped":
      return unwrapped(piece, answer.to);
    case "mapped":
      return mapped(piece, answer, gone);
    case "nested": {
      const { attributes } = body.body;
      const into = answer.into.join(".");
      const all = attributes.flatMap((attribute) => {
        const other = versionChange(change.body, attribute.name)?.answer;
        return other?.kind === "nested" && other.into.join(".") === into
          ? [{ attribute, answer: other }]
          : [];
      });
      return nested(body.body, all);
    }
    case "block":
      return toBlock(piece, answer.to);
    case "blocks":
      return toBlocks(piece, answer);
    case "lifted":
      return "it is written as an argument";
    case "rereferred":
      return rereferred(piece, answer);
  }
}

function candidatesOf({ answer }: VersionChange): readonly string[] {
  if (answer.kind === "mapped") return answer.to;
  if (answer.kind === "nested") return [[...answer.into, answer.to].join(".")];
  return "to" in answer ? [answer.to] : [];
}

function argumentProposal(problem: Problem, place: FilePlace, world: World): Proposal {
  const gone = goneAt(problem, place, world);
  if (gone === undefined) return null;
  const { change } = gone;
  const what = `${change.from} of ${change.body} is gone since version ${change.since} of the provider`;
  const edits = editsOf(gone);
  if (typeof edits === "string")
    return { kind: "unsure", reason: `${what}: ${edits}`, candidates: candidatesOf(change) };
  const { answer } = change;
  const sentence =
    answer.kind === "dropped"
      ? `${what} and is taken out, without effect: ${answer.because}`
      : `${what}; ${candidatesOf(change).join(" and ") || "its arguments"} means the same`;
  return { kind: "edits", edits, sentence };
}

/** The resource type (`data.` before that of a data source) and the steps after its name: `aws_x`, [`settings`, `name`]. */
function referenceOf(
  expression: Expression,
): { readonly type: string; readonly steps: string[] } | undefined {
  const steps: string[] = [];
  let at = expression;
  if (at.kind === "splat") {
    for (const step of at.steps) if (typeof step === "string") steps.push(step);
    at = at.of;
  }
  const before: string[] = [];
  while (at.kind === "attribute" || at.kind === "index") {
    if (at.kind === "attribute") before.push(at.name);
    at = at.of;
  }
  if (at.kind !== "root") return undefined;
  const names = [at.name, ...before.toReversed(), ...steps];
  const isData = names[0] === "data";
  const [type, , ...rest] = isData ? names.slice(1) : names;
  return type === undefined ? undefined : { type: isData ? `data.${type}` : type, steps: rest };
}

/** The references around a place that end in a name, each with the place of that name. */
function referencesTo(world: World, place: FilePlace, name: string): readonly Expression[] {
  const attribute = attributeAt(world.configuration, place);
  if (attribute === undefined) return [];
  return [...expressionsIn({ body: { attributes: [attribute], blocks: [] } })].filter(
    (expression) =>
      (expression.kind === "attribute" || expression.kind === "splat") &&
      expression.start <= place.end &&
      place.start <= expression.end &&
      textOf(expression).endsWith(`.${name}`),
  );
}

/** A name in `ignore_changes`, which is one of the resource's own arguments. */
function ignoredProposal(name: string, place: FilePlace, world: World): Proposal {
  const [resource, lifecycle] = enclosingBlocks(world.configuration, place);
  const expression = expressionAt(world.configuration, place);
  if (resource === undefined || lifecycle?.type !== "lifecycle" || expression?.kind !== "root") return null;
  const change = versionChange(bodyName([resource]) ?? "", name);
  if (expression.name !== name || change?.answer.kind !== "renamed") return null;
  const { to } = change.answer;
  const sentence = `changes of ${to} of ${change.body} are ignored, which was ${name} before version ${change.since} of the provider`;
  return { kind: "edits", edits: [replaced(expression, to)], sentence };
}

function referenceProposal(problem: Problem, place: FilePlace, world: World): Proposal {
  const { name } = problem.names;
  if (name === undefined) return null;
  const ignored = ignoredProposal(name, place, world);
  if (ignored !== null) return ignored;
  for (const expression of referencesTo(world, place, name)) {
    const reference = referenceOf(expression);
    if (reference === undefined || reference.steps.at(-1) !== name) continue;
    const body = [reference.type, ...reference.steps.slice(0, -1)].join(".");
    const change = versionChange(body, name);
    if (change === undefined) continue;
    const what = `${name} of ${body} is gone since version ${change.since} of the provider`;
    if (change.answer.kind !== "renamed") {
      const next =
        change.answer.kind === "advice" ? change.answer.next : "a reference to it has no other name";
      return { kind: "unsure", reason: `${what}: ${next}`, candidates: candidatesOf(change) };
    }
    const { source, end } = expression;
    const { to } = change.answer;
    const edits = [replaced({ source, start: end - name.length, end }, to)];
    return { kind: "edits", edits, sentence: `${what}; ${to} is the same value` };
  }
  return null;
}

function typeProposal(problem: Problem, place: FilePlace, world: World): Proposal {
  const [block] = enclosingBlocks(world.configuration, place);
  const type = block?.labels[0];
  if (type === undefined) return null;
  const gone = goneType(problem.class === "invalid-data-source" ? `data.${type}` : type);
  if (gone === undefined) return null;
  const reason = `${gone.type} is gone since version ${gone.since} of the provider: ${gone.next}`;
  return { kind: "unsure", reason, candidates: [] };
}

/**
 * Mends what a new major version of the AWS or Google provider no longer knows, from a table of what the providers' upgrade
 * guides say: another name for the same value, another shape, or nothing where the guide says that it had no effect.
 * Certain only where the table's entry is the same in meaning and the value is one that the entry tells of; not where the new name
 * is written as well, nor for `dynamic` blocks. What has become resources of its own, and resource types that are gone, are
 * told with the next step, because the state has to move with them.
 */
export const providerChange: Fixer = {
  name: "provider-change",
  classes: [
    "unsupported-argument",
    "unsupported-block",
    "read-only-argument",
    "unsupported-attribute",
    "invalid-resource-type",
    "invalid-data-source",
  ],
  propose(problem, world) {
    const { place } = problem;
    if (place === undefined) return null;
    if (problem.class === "unsupported-attribute") return referenceProposal(problem, place, world);
    if (problem.class === "invalid-resource-type" || problem.class === "invalid-data-source")
      return typeProposal(problem, place, world);
    return argumentProposal(problem, place, world);
  },
};
