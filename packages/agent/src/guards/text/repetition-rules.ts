import { type Configuration, configuredResources } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { TextChange, Violation } from "../guard.ts";
import { inventoryOf, isBroken, type Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { labelsOf } from "../labels.ts";
import { holdsWords, isMend } from "../similar.ts";
import type { Pairing } from "./declaration-rules.ts";

function isEmpty(value: unknown): boolean {
  return (
    value === 0 ||
    value === "0" ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}

/** The text of a block's `count` or `for_each`. */
function repetitionText(configuration: Configuration, name: string): string {
  const address = name.replace(/#repetition$/, "");
  const [type, label] = labelsOf(address);
  const written = inventoryOf(configuration).find(({ kind, labels }) =>
    kind === "module" ? type === "module" && labels[0] === label : labels[0] === type && labels[1] === label,
  );
  return written === undefined ? "" : repetitionOf(written);
}

function repetitionOf({ block }: Written): string {
  const attribute = block?.body.attributes.find(({ name }) => name === "count" || name === "for_each");
  return attribute === undefined ? "" : textOf(attribute);
}

/** Instances that the original declares and the edited files do not, and blocks that were made to have none. */
export function repetitionRules(
  { original, edited }: TextChange,
  pairs: readonly Pairing[],
  named: Named,
): readonly Violation[] {
  const [before, after] = [configuredResources(original), configuredResources(edited)];
  const violations: Violation[] = [];
  const renamed = new Set(
    pairs
      .filter(({ before: old, after: now }) => old.key !== now.key)
      .map(({ before: old }) => old.labels.join(".")),
  );
  for (const [address, { block }] of before.resources) {
    if (after.resources.has(address) || renamed.has(labelsOf(address).join("."))) continue;
    if (isRepeatedNow(address, pairs, after.resources.keys(), named)) continue;
    const sentence = `${address} is declared now and would not be after the edit`;
    violations.push({ rule: "repetition-emptied", sentence, address, file: block.source.file });
  }
  for (const [address, { block }] of after.resources) {
    if (before.resources.has(address) || !isOneMore(address, before.resources)) continue;
    if (isBroken(original, block.source.file) || isFromNamed(pairs, named)) continue;
    const sentence = `${address} would be one instance more, which no problem asks for`;
    violations.push({ rule: "outside-intention", sentence, address, file: block.source.file });
  }
  for (const [name, value] of after.repetitions) {
    const was = before.repetitions.get(name);
    if (!isEmpty(value) || value === undefined || (was !== undefined && isEmpty(was))) continue;
    if (was === undefined && isOwnersEmptiness(name, { original, edited }, named)) continue;
    const address = name.replace(/#repetition$/, "");
    violations.push({ rule: "repetition-emptied", sentence: `${address} would have no instances`, address });
  }
  return violations;
}

/** Whether other instances of the block are there before the edit, by the same kind of key. */
function isOneMore(address: string, before: ReadonlyMap<string, unknown>): boolean {
  const key = /\[[^\]]*\]$/.exec(address)?.[0];
  if (key === undefined) return false;
  const block = address.slice(0, -key.length);
  return [...before.keys()].some((other) => other.startsWith(`${block}[`));
}

/** Whether a problem is about the repetition itself, or about what it is written with. */
function isFromNamed(pairs: readonly Pairing[], named: Named): boolean {
  return pairs.some(
    ({ before, after }) =>
      before.meaning !== after.meaning &&
      (["variable", "local", "module"].includes(before.kind) ||
        repetitionOf(before) !== repetitionOf(after)) &&
      named.problemsOf(before).length > 0,
  );
}

/** One instance becomes several because its block was meant to be repeated: `each` in it, or a `for_each` that was misspelt, says so. */
function isRepeatedNow(
  address: string,
  pairs: readonly Pairing[],
  now: Iterable<string>,
  named: Named,
): boolean {
  const [type, name] = labelsOf(address);
  const pair = pairs.find(({ before }) => before.labels[0] === type && before.labels[1] === name);
  if (pair === undefined) return false;
  const block = address.replace(/\[[^\]]*\]$/, "");
  if (![...now].some((other) => other.startsWith(`${block}[`))) return false;
  const names = pair.before.block?.body.attributes.map((attribute) => attribute.name) ?? [];
  // Terraform takes one of them at most: the instances were never those that we read.
  if (names.includes("count") && names.includes("for_each")) return true;
  if (block !== address) return false;
  const isAsked = named.problemsOf(pair.before).some((problem) => problem.class === "no-repetition");
  const written = repetitionOf(pair.after);
  return isAsked || (written !== "" && holdsWords(pair.before.text, written, named.names));
}

/** The expression is the owner's, only readable now, and nothing that it refers to was given a value by the edit. */
function isOwnersEmptiness(
  name: string,
  { original, edited }: Pick<TextChange, "original" | "edited">,
  named: Named,
): boolean {
  const [old, now] = [repetitionText(original, name), repetitionText(edited, name)];
  if (old === "" || !isMend(old, now, named.names)) return false;
  const referred = new Set(
    [...now.matchAll(/\b(?:var|local)\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(([, one]) => one),
  );
  const definitions = (configuration: Configuration): string =>
    inventoryOf(configuration)
      .filter(({ kind, labels }) => (kind === "variable" || kind === "local") && referred.has(labels[0]))
      .map(({ meaning }) => meaning)
      .join("\n");
  return isMend(definitions(original), definitions(edited), named.names);
}
