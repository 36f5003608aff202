import type { Configuration } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { Grant, NetworkGrant, PolicyGrant } from "./grants/grant.ts";
import { protocolOf } from "./grants/network.ts";
import { boundBy } from "./grants/policies.ts";
import { inventoryOf, isBroken, type Written } from "./inventory.ts";
import { labelsOf } from "./labels.ts";
import { booleanOf, isSlip, looseWords } from "./similar.ts";
import { literalsOf, tokensOf, withoutComments } from "./tokens.ts";

/** What one rule or statement of a resource's original text shows, with what it takes from variables, locals and documents. */
export interface ShownRule {
  readonly literals: ReadonlySet<string>;
  /** Without comments. */
  readonly text: string;
  /** The resource's type after the edit. */
  readonly type: string;
}

/** Rules of one resource that are held apart; what has more is looked at as one. */
const RULES_MAX = 500;

/** The objects that stand in a list, as the statements of a policy do: `[start, end)` of each. */
function listedObjects(text: string): readonly (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  const open: { readonly mark: string; readonly start: number }[] = [];
  for (const { kind, text: token, start } of tokensOf(text)) {
    if (kind === "heredoc") {
      const from = start + token.indexOf("\n") + 1;
      const inner = listedObjects(token.slice(token.indexOf("\n") + 1));
      found.push(...inner.map(([first, last]) => [from + first, from + last] as const));
    }
    if (kind !== "mark") continue;
    if (token === "[" || token === "{") open.push({ mark: token, start });
    if (token !== "]" && token !== "}") continue;
    const opened = open.pop();
    const isListed = opened?.mark === "{" && open.at(-1)?.mark === "[";
    const isOutermost = !open.slice(0, -1).some(({ mark }, at) => mark === "[" && open[at + 1]?.mark === "{");
    if (opened !== undefined && isListed && isOutermost) found.push([opened.start, start + 1]);
  }
  return found;
}

/** A text once for each object that stands in one of its lists, without the others. */
function byListed(text: string): readonly string[] {
  const spans = listedObjects(text);
  if (spans.length < 2) return [text];
  return spans.map((kept) => {
    let from = 0;
    let one = "";
    for (const [start, end] of spans) {
      one += text.slice(from, start) + (start === kept[0] ? text.slice(start, end) : "");
      from = end;
    }
    return one + text.slice(from);
  });
}

/** The rules of a block: each nested block, and each object in a list, with what the block says of them all. */
function rulesOf({ block, text }: Written): readonly string[] {
  if (block === undefined) return [text];
  const header = text.slice(0, block.open - block.start);
  const own = [header, ...block.body.attributes.map(textOf)].join("\n");
  const all = [own, ...block.body.blocks.map((inner) => `${own}\n${textOf(inner)}`)];
  return all.flatMap(byListed);
}

/** Names after `var.` and `local.` in a text; of one that nobody declares, all that it can be a slip of. */
function definitionsFor(text: string, all: readonly Written[]): readonly Written[] {
  const definitions = all.filter(({ kind }) => kind === "variable" || kind === "local");
  const names = [...text.matchAll(/\b(?:var|local)\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(([, one = ""]) => one);
  return names.flatMap((name) => {
    const declared = definitions.filter(({ labels }) => labels[0] === name);
    return declared.length > 0 ? declared : definitions.filter(({ labels }) => isSlip(labels[0] ?? "", name));
  });
}

/** What a policy document says is the policy's own text, as far as it is read here: also where its `data` is forgotten. */
function documentsFor(text: string, all: readonly Written[]): readonly Written[] {
  const names = new Set(
    [...text.matchAll(/\bdata\.(\w+\.[\w-]+)|\b(aws_iam_policy_document\.[\w-]+)/g)].map(
      ([, one, bare = ""]) => one ?? bare,
    ),
  );
  return all.filter(
    ({ kind, labels }) =>
      (kind === "data" || (kind === "resource" && labels[0] === "aws_iam_policy_document")) &&
      names.has(labels.join(".")),
  );
}

/** What the blocks of a resource show in the original files, rule by rule. */
export function shownRules(original: Configuration, address: string): readonly ShownRule[] {
  const [type, name] = labelsOf(address);
  const all = inventoryOf(original);
  // A resource type may be what is misspelt: the name alone leads to the block then.
  const exact = all.filter(({ labels }) => labels[0] === type && labels[1] === name);
  const blocks = exact.length > 0 ? exact : all.filter(({ labels }) => labels[1] === name);
  const written = blocks.flatMap(({ text }) => documentsFor(text, all));
  const isUnread = [...blocks, ...written].some(({ file }) => isBroken(original, file));
  const split = isUnread ? ({ text }: Written) => [text] : rulesOf;
  const rules = blocks.flatMap(split).flatMap((rule) => {
    const documents = documentsFor(rule, all).flatMap(split);
    return documents.length === 0 ? [rule] : documents.map((document) => `${rule}\n${document}`);
  });
  const held = isUnread || rules.length > RULES_MAX ? [rules.join("\n")] : rules;
  return held.map((rule) => shownBy(withDefinitions(rule, original), { type, isUnread }));
}

function withDefinitions(rule: string, original: Configuration): readonly string[] {
  const definitions = definitionsFor(rule, inventoryOf(original));
  const assigned = definitions.flatMap(({ kind, labels }) => {
    const assignment = kind === "variable" ? original.assignments.get(labels[0] ?? "") : undefined;
    return assignment?.kind === "file" ? [textOf(assignment.value)] : [];
  });
  return [rule, ...definitions.map(({ text }) => text), ...assigned];
}

function shownBy(
  texts: readonly string[],
  { type, isUnread }: { readonly type: string; readonly isUnread: boolean },
): ShownRule {
  // Where a quote is lost, what stands between two others is no literal.
  const literals = texts.flatMap((text) => [...literalsOf(text), ...(isUnread ? looseWords(text) : [])]);
  // A comment opens nothing.
  return { literals: new Set(literals), text: texts.map(withoutComments).join("\n"), type };
}

/** Whether a switch stands on one side: `publicly_accessible = "yes"`. */
function isSwitchedTo(name: string, side: "true" | "false", text: string): boolean {
  const written = new RegExp(`\\b${name}\\W{1,12}(\\w+)`, "g");
  return [...text.matchAll(written)].some(([, word = ""]) => booleanOf(word) === side);
}

/** Whether a switch stands on open: also `acl = "public-read"`, and a block of that name. */
function isShownOpen(what: string, { literals, text }: ShownRule): boolean {
  const [, name = "", closed, value] = /^(\w+)(=false)?(?: (.*))?$/.exec(what) ?? [];
  if (value !== undefined) return literals.has(value);
  const side = closed === undefined ? "true" : "false";
  return isSwitchedTo(name, side, text) || new RegExp(`\\b${name}\\s*(?:=\\s*)?\\{`).test(text);
}

const DIRECTIONS = { ingress: /ingress|inbound/i, egress: /egress|outbound/i };

/** Protocols and ports as somebody wrote them; "all" may be written as nothing at all. */
function isRuleWritten(grant: NetworkGrant, { literals, text }: ShownRule): boolean {
  const isPeer =
    grant.peer === "self" ? isSwitchedTo("self", "true", text) : isTextWritten(grant.peer, literals, text);
  const other = grant.direction === "ingress" ? DIRECTIONS.egress : DIRECTIONS.ingress;
  const isOtherWay = other.test(text) && !DIRECTIONS[grant.direction].test(text);
  if (!isPeer || isOtherWay) return false;
  if (grant.protocol === "all")
    return literals.has("-1") || literals.has("all") || !/\bprotocol\b/.test(text);
  if (![...literals].some((literal) => protocolOf(literal) === grant.protocol)) return false;
  const isAll = grant.from === 0 && grant.to === 65_535;
  if (isAll && !/\bport/.test(text)) return true;
  const isRange = literals.has(`${grant.from}-${grant.to}`);
  return isRange || (literals.has(String(grant.from)) && literals.has(String(grant.to)));
}

/** A literal, or a reference whose first name is in the text. */
function isTextWritten(part: string, literals: ReadonlySet<string>, text: string): boolean {
  if (literals.has(part)) return true;
  if (!part.includes("${")) return false;
  return text.includes(part.replace(/^[^]*?\$\{|\}[^]*$/g, "").split(/[\s(]/)[0] ?? "");
}

function isPolicyWritten(grant: PolicyGrant, { literals, text, type }: ShownRule): boolean {
  const isPart = (part: string, word: RegExp): boolean => {
    if (part === "-") return true;
    if (!part.startsWith("not:")) return isTextWritten(part, literals, text);
    const excluded = part.slice(4).split(",");
    return word.test(text) && excluded.every((one) => isTextWritten(one, literals, text));
  };
  // What a binding of Google's is on is told by its type alone.
  const isOwn = text.includes(JSON.stringify(type)) && grant.resource === boundBy(type);
  const isPrincipal =
    isPart(grant.principal, /not_?principal/i) || literals.has(grant.principal.replace(/^[A-Za-z]+:/, ""));
  return (
    isPart(grant.action, /not_?action/i) && (isOwn || isPart(grant.resource, /not_?resource/i)) && isPrincipal
  );
}

/** Whether every part of a fact stands in a rule: it may show more than could be made out. */
export function isWritten(grant: Grant, shown: ShownRule): boolean {
  switch (grant.kind) {
    case "network":
      return isRuleWritten(grant, shown);
    case "allow":
    case "deny":
      return isPolicyWritten(grant, shown);
    case "open":
      return isShownOpen(grant.what, shown);
  }
}
