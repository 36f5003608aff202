import { type Configuration, configuredResources } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import { type CoverOptions, widenedBy } from "./grants/covers.ts";
import { formatGrant, type Grant, type NetworkGrant, parseGrant, type PolicyGrant } from "./grants/grant.ts";
import { grantsOf } from "./grants/grants-of.ts";
import { boundBy } from "./grants/policies.ts";
import { inventoryOf, isBroken } from "./inventory.ts";
import { booleanOf, isMend, isSlip, looseWords } from "./similar.ts";
import { literalsOf, withoutComments } from "./tokens.ts";

const grantsByConfiguration = new WeakMap<Configuration, ReadonlyMap<string, readonly Grant[]>>();

/** What the files of a configuration open, by resource address; what they do not tell stands as its expression. */
export function writtenGrants(configuration: Configuration): ReadonlyMap<string, readonly Grant[]> {
  let grants = grantsByConfiguration.get(configuration);
  if (grants === undefined) {
    const { resources } = configuredResources(configuration);
    grants = new Map([...resources].map(([address, { type, values }]) => [address, grantsOf(type, values)]));
    grantsByConfiguration.set(configuration, grants);
  }
  return grants;
}

/** `module.a["x"].aws_instance.web[0]` → `["aws_instance", "web"]`, data sources without their `data`. */
export function labelsOf(address: string): readonly [string, string] {
  const [, type = "", name = ""] =
    /([A-Za-z0-9_-]+)\.([\p{L}\p{N}_-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?$/u.exec(address) ?? [];
  return [type, name];
}

/** Blocks of this name and type anywhere in the original files, and what they refer to by `var.` and `local.`. */
function originalTexts(original: Configuration, address: string): readonly string[] {
  const [type, name] = labelsOf(address);
  const all = inventoryOf(original);
  // A resource type may be what is misspelt: the name alone leads to the block then.
  const exact = all.filter(({ labels }) => labels[0] === type && labels[1] === name);
  const blocks = exact.length > 0 ? exact : all.filter(({ labels }) => labels[1] === name);
  const texts = blocks.map(({ text }) => text);
  const named = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\b(?:var|local)\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(([, one = ""]) => one),
    ),
  );
  const definitions = all.filter(
    ({ kind, labels }) => (kind === "variable" || kind === "local") && named.has(labels[0] ?? ""),
  );
  // What a policy document says is the policy's own text, as far as it is read here: also where its `data` is forgotten.
  const documents = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\bdata\.(\w+\.[\w-]+)|\b(aws_iam_policy_document\.[\w-]+)/g)].map(
        ([, one, bare = ""]) => one ?? bare,
      ),
    ),
  );
  const data = all.filter(
    ({ kind, labels }) =>
      (kind === "data" || (kind === "resource" && labels[0] === "aws_iam_policy_document")) &&
      documents.has(labels.join(".")),
  );
  const assigned = [...original.assignments].flatMap(([variable, assignment]) =>
    named.has(variable) && assignment.kind === "file" ? [textOf(assignment.value)] : [],
  );
  return [...texts, ...[...definitions, ...data].map(({ text }) => text), ...assigned];
}

/** Whether a switch stands on open: `publicly_accessible = "yes"`, `acl = "public-read"`, a block of that name. */
function isShownOpen(what: string, literals: ReadonlySet<string>, text: string): boolean {
  const [, name = "", closed, value] = /^(\w+)(=false)?(?: (.*))?$/.exec(what) ?? [];
  if (value !== undefined) return literals.has(value);
  const written = new RegExp(`\\b${name}\\W{1,12}(\\w+)`, "g");
  const wanted = closed === undefined ? "true" : "false";
  const isSwitch = [...text.matchAll(written)].some(([, word = ""]) => booleanOf(word) === wanted);
  return isSwitch || new RegExp(`\\b${name}\\s*(?:=\\s*)?\\{`).test(text);
}

/** What the original texts of a resource show. */
interface Shown {
  readonly literals: ReadonlySet<string>;
  /** Without comments. */
  readonly text: string;
  /** The resource's type after the edit. */
  readonly type: string;
}

/** Protocols and ports as somebody wrote them; "all" may be written as nothing at all. */
function isRuleWritten(grant: NetworkGrant, literals: ReadonlySet<string>, text: string): boolean {
  const isPeer = grant.peer === "self" || isTextWritten(grant.peer, literals, text);
  if (!isPeer) return false;
  if (grant.protocol === "all")
    return literals.has("-1") || literals.has("all") || !/\bprotocol\b/.test(text);
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

function isPolicyWritten(grant: PolicyGrant, { literals, text, type }: Shown): boolean {
  const isPart = (part: string, word: RegExp): boolean => {
    if (part === "-") return true;
    if (!part.startsWith("not:")) return isTextWritten(part, literals, text);
    return (
      word.test(text) &&
      part
        .slice(4)
        .split(",")
        .every((one) => isTextWritten(one, literals, text))
    );
  };
  // What a binding of Google's is on is told by its type alone.
  const isOwn = text.includes(JSON.stringify(type)) && grant.resource === boundBy(type);
  const isPrincipal =
    isPart(grant.principal, /not_?principal/i) || literals.has(grant.principal.replace(/^[A-Za-z]+:/, ""));
  return (
    isPart(grant.action, /not_?action/i) && (isOwn || isPart(grant.resource, /not_?resource/i)) && isPrincipal
  );
}

/** Whether every part of a fact stands as a literal in the texts: they may show more than could be made out. */
function isWritten(grant: Grant, shown: Shown): boolean {
  const { literals, text } = shown;
  switch (grant.kind) {
    case "network":
      return isRuleWritten(grant, literals, text);
    case "allow":
    case "deny":
      return isPolicyWritten(grant, shown);
    case "open":
      return isShownOpen(grant.what, literals, text);
  }
}

/**
 * What a resource opens that its original text did not show. A part of the text that could not be read (a misspelt argument, a syntax
 * error) may show more than was made out: a fact whose parts are all written there counts as shown, as long as nothing that was made
 * out has gone, which would mean that parts changed places.
 */
export function beyondOriginal(
  original: Configuration,
  change: {
    readonly address: string;
    readonly now: readonly Grant[];
    readonly options: CoverOptions;
    /** Names that problems mention: a reference to one of them may be mended. */
    readonly names?: ReadonlySet<string>;
  },
): readonly Grant[] {
  const { address, options, names = new Set() } = change;
  const before = writtenGrants(original).get(address) ?? grantsOfMisspelt(original, address);
  const now = change.now.map((grant) => asBefore(grant, before, names));
  const { opened, undenied } = widenedBy(before, now, options);
  if (opened.length === 0) return undenied;
  const gone = widenedBy(now, before, { unknownIsAny: true }).opened.filter(isTold);
  const texts = originalTexts(original, address);
  // Where a quote is lost, what stands between two others is no literal.
  const isUnread = [...original.parsed.keys()].some((file) => isBroken(original, file));
  const literals = new Set(
    texts.flatMap((text) => [...literalsOf(text), ...(isUnread ? looseWords(text) : [])]),
  );
  // A comment opens nothing.
  const [type] = labelsOf(address);
  const text = texts.map(withoutComments).join("\n");
  const isShown = (grant: Grant): boolean =>
    gone.length === 0 && !losesCondition(grant, before) && isWritten(grant, { literals, text, type });
  return [...opened.filter((grant) => !isShown(grant)), ...undenied];
}

const REFERENCE = /\$\{[^}]*\}/g;

/** The fact with the references as they were before their slips were mended. */
function asBefore(grant: Grant, before: readonly Grant[], names: ReadonlySet<string>): Grant {
  const text = formatGrant(grant);
  if (!text.includes("${")) return grant;
  const known = new Set(before.flatMap((one) => formatGrant(one).match(REFERENCE) ?? []));
  const old = text.replace(REFERENCE, (reference) => {
    if (known.has(reference)) return reference;
    const inner = (one: string): string => decodeReference(one.slice(2, -1));
    return [...known].find((one) => isMend(inner(one), inner(reference), names)) ?? reference;
  });
  return parseGrant(old);
}

function decodeReference(text: string): string {
  return text.replaceAll("%20", " ");
}

/** What the block opens whose type is mended to this one: read as what it was meant to be. */
function grantsOfMisspelt(original: Configuration, address: string): readonly Grant[] {
  const [type, name] = labelsOf(address);
  const { resources } = configuredResources(original);
  const sameName = [...resources.values()].filter(({ address: other, type: otherType }) => {
    const [, otherName] = labelsOf(other);
    return otherName === name && otherType !== type && address === other.replace(otherType, type);
  });
  const slips = sameName.filter((resource) => isSlip(resource.type, type));
  const [only, ...others] = slips.length > 0 ? slips : sameName;
  return only === undefined || others.length > 0 ? [] : grantsOf(type, only.values);
}

/** Whether a fact was there under a condition and has none now. One condition in place of another may be a mended one. */
function losesCondition(grant: Grant, before: readonly Grant[]): boolean {
  if (grant.kind !== "allow" || grant.condition !== undefined) return false;
  return before.some(
    (one) =>
      one.kind === "allow" &&
      one.condition !== undefined &&
      one.action === grant.action &&
      one.resource === grant.resource,
  );
}

/** Whether a fact could be told wholly: others may be read otherwise after a mistake in their expression is mended. */
function isTold(grant: Grant): boolean {
  return !formatGrant(grant).includes("${");
}
