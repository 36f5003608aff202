import { oncePer } from "@apex/core";
import { type Configuration, configuredResources } from "@apex/generators-hcl";
import { type CoverOptions, widenedBy } from "./grants/covers.ts";
import { formatGrant, type Grant, parseGrant } from "./grants/grant.ts";
import { grantsOf } from "./grants/grants-of.ts";
import { labelsOf } from "./labels.ts";
import { isWritten, shownRules } from "./shown-rules.ts";
import { isMend, isSlip } from "./similar.ts";
import { unexpanded } from "./text/instances.ts";

/** What the files of a configuration open, by resource address; what they do not tell stands as its expression. */
export const writtenGrants = oncePer(
  (configuration: Configuration): ReadonlyMap<string, readonly Grant[]> => {
    const { resources } = configuredResources(configuration);
    const known = [...resources.values(), ...unexpanded(configuration)];
    return new Map(known.map(({ address, type, values }) => [address, grantsOf(type, values)]));
  },
);

/**
 * What a resource opens that its original text did not show. A part of the text that could not be read (a misspelt argument, a syntax
 * error) may show more than was made out: a fact whose parts all stand in one of its rules counts as shown, as long as nothing that was
 * made out has gone, which would mean that parts changed places.
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
  const before = grantsBefore(original, address);
  const now = change.now.map((grant) => asBefore(grant, before, names));
  const { opened, undenied } = widenedBy(before, now, options);
  if (opened.length === 0) return undenied;
  const gone = widenedBy(now, before, { unknownIsAny: true }).opened.filter(isTold);
  const shown = gone.length > 0 ? [] : shownRules(original, address);
  const isShown = (grant: Grant): boolean =>
    !losesCondition(grant, before) && shown.some((rule) => isWritten(grant, rule));
  return [...opened.filter((grant) => !isShown(grant)), ...undenied];
}

/** What an instance opened: where nobody knows which instances there are, what its block opened. */
function grantsBefore(original: Configuration, address: string): readonly Grant[] {
  const written = writtenGrants(original);
  const known = written.get(address);
  if (known !== undefined) return known;
  const ofBlocks = [...written].filter(([key]) => key.endsWith(`resource ${labelsOf(address).join(".")}`));
  const [only, ...others] = ofBlocks;
  return only === undefined || others.length > 0 ? grantsOfMisspelt(original, address) : only[1];
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
