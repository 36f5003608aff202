import type { JsonValue } from "@apex/core";
import { type ConfiguredResource, configuredResources } from "@apex/generators-hcl";
import type { TextChange, Violation } from "../guard.ts";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { labelsOf } from "../original-grants.ts";
import { hasSameWords, holdsWords, isSlip } from "../similar.ts";
import type { Pairing, Pairings } from "./declaration-rules.ts";
import { changedFilesOf } from "./file-rules.ts";
import { isSameValue, isTold, type Leaf, leavesOf, writtenValue } from "./leaves.ts";
import { providerRules } from "./provider-rules.ts";
import {
  isSucceeded,
  isWeaker,
  isWeakest,
  plainValue,
  PROTECTING_BLOCKS,
  protectionOf,
  withoutUnit,
} from "./protected-names.ts";

/** What a machine runs, whoever writes it. */
const EXECUTED = new Set([
  "user_data",
  "user_data_base64",
  "custom_data",
  "metadata_startup_script",
  "startup-script",
  "startup_script",
  "inline",
  "script",
  "scripts",
  "command",
  "entrypoint",
  "entry_point",
  "args",
  "program",
  "image_uri",
  "buildspec",
]);

/** One resource instance before and after an edit. */
interface Instance {
  readonly before: ConfiguredResource;
  readonly after: ConfiguredResource;
  readonly old: ReadonlyMap<string, Leaf>;
  readonly now: ReadonlyMap<string, Leaf>;
  readonly pair: Pairing | undefined;
}

/** Pairs by type and name of their resource. */
function pairsByLabels(pairs: readonly Pairing[]): ReadonlyMap<string, Pairing> {
  return new Map(pairs.toReversed().map((pair) => [pair.before.labels.slice(0, 2).join("."), pair]));
}

function instancesOf(change: TextChange, pairs: readonly Pairing[]): readonly Instance[] {
  const [before, after] = [configuredResources(change.original), configuredResources(change.edited)];
  const byLabels = pairsByLabels(pairs);
  return [...before.resources].flatMap(([address, old]) => {
    const now = after.resources.get(address);
    if (now === undefined) return [];
    const leaves = { old: leavesOf(old.values), now: leavesOf(now.values) };
    return [{ before: old, after: now, ...leaves, pair: byLabels.get(labelsOf(address).join(".")) }];
  });
}

/** What stands at a path in the original, told or not. */
function textAt({ pair }: Instance): string {
  return pair?.before.text ?? "";
}

function protections(instance: Instance, pairings: Pairings, named: Named): readonly Violation[] {
  const { before, old, now } = instance;
  const { address, block } = before;
  const file = block.source.file;
  const violations: Violation[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const found = protectionOf((was ?? is)?.path ?? []);
    if (found === undefined || (was !== undefined && is !== undefined && isSameValue(was.value, is.value)))
      continue;
    // A slip of the name is mended: its value is under the right name now.
    if (was !== undefined && is === undefined && isSucceeded(was, now)) continue;
    const mended = is ?? [...now.values()].find(({ path }) => protectionOf(path)?.name === found.name);
    const misspelt = was ?? [...old.values()].find(({ path }) => protectionOf(path)?.name === found.name);
    if (
      misspelt !== undefined &&
      mended !== undefined &&
      plainValue(misspelt.value) === plainValue(mended.value)
    )
      continue;
    const isWritten =
      was === undefined &&
      misspelt === undefined &&
      holdsWords(textAt(instance), `${found.name} = ${JSON.stringify(is?.value)}`, named.names);
    if (isWritten) continue;
    if (isInvented(instance, found, mended?.value, pairings)) {
      const sentence = `${found.name} of ${address} would get the value ${shown(mended?.value ?? null)}, which nobody wrote`;
      violations.push({ rule: "protection-weakened", sentence, address, file });
      continue;
    }
    if (was !== undefined && !isTold(was.value)) {
      if (mended !== undefined && !isReplacedByLiteral(instance, found.name, mended.value)) continue;
    }
    if (
      !isWeaker(
        found.protection,
        misspelt === undefined || !isTold(misspelt.value)
          ? undefined
          : withoutUnit(found.name, writtenValue(misspelt.value)),
        mended?.value,
      )
    )
      continue;
    const sentence = `${found.name} of ${address} would be ${mended === undefined ? "removed" : `changed to ${shown(mended.value)}`}`;
    violations.push({ rule: "protection-weakened", sentence, address, file });
  }
  return violations;
}

/** Whether a weak value comes from a variable or a local that the edit itself wrote. */
function isInvented(
  { pair }: Instance,
  { protection }: NonNullable<ReturnType<typeof protectionOf>>,
  value: JsonValue | undefined,
  { pairs, added }: Pairings,
): boolean {
  if (pair === undefined || value === undefined || !isWeakest(protection, value)) return false;
  const changed = pairs
    .filter(({ before, after }) => before.meaning !== after.meaning)
    .map(({ after }) => after);
  return [...changed, ...added].some(
    ({ kind, labels }) =>
      (kind === "variable" || kind === "local") &&
      new RegExp(`\\b(?:var|local)\\.${labels[0]?.replace(/\W/g, ".") ?? ""}\\b`).test(pair.after.text),
  );
}

/** A value that is no more than a word: others may hold a secret. */
function shown(value: JsonValue): string {
  return typeof value === "string" && !/^[A-Za-z]{1,20}$/.test(value) ? "another value" : writtenValue(value);
}

/** An expression that was not known gave way to a constant that nobody wrote. */
function isReplacedByLiteral({ pair }: Instance, name: string, value: JsonValue): boolean {
  const line = new RegExp(`\\b${name}\\s*=\\s*"?${writtenValue(value).replace(/\W/g, ".")}"?\\s*$`, "m");
  return pair !== undefined && line.test(pair.after.text) && !line.test(pair.before.text);
}

function isNamedPath({ path }: Leaf, named: Named, pair: Pairing | undefined): boolean {
  const steps = path.filter((step) => typeof step === "string");
  if (pair === undefined) return steps.some((step) => named.names.has(step));
  const { before } = pair;
  return named.problemsOf(before).some(({ path: inside, place, names, diagnostic }) => {
    const words = new Set(Object.values(names).flatMap((name) => name.split(/[^\w-]+/)));
    if (steps.some((step) => words.has(step))) return true;
    if (inside !== undefined && inside.length > 0) return inside[0] === path[0];
    const code = JSON.stringify(diagnostic.snippet ?? "");
    if (steps.some((step) => code.includes(step))) return true;
    const namesArgument = names["name"] !== undefined || names["names"] !== undefined;
    if (place === undefined || place.file !== before.file) return !namesArgument;
    return isInPart(place.start, path, { written: before, namesArgument });
  });
}

/** Whether a block that Terraform does not know has become the one of whose name it is a slip, with the same words in it. */
function isRenamedBlock({ path: [name] }: Leaf, { before, pair }: Instance, named: Named): boolean {
  if (pair === undefined || typeof name !== "string" || Object.hasOwn(before.values, name)) return false;
  const { text } = pair.before;
  return named
    .problemsOf(pair.before)
    .some(
      ({ class: kind, names }) =>
        kind === "unsupported-block" &&
        isSlip(names["name"] ?? "", name) &&
        hasSameWords(text.replaceAll(`"${names["name"]}"`, `"${name}"`), pair.after.text),
    );
}

/** Whether an offset lies in the attribute or the nested block that a path starts with. */
function isInPart(
  offset: number,
  path: Leaf["path"],
  { written: { block }, namesArgument }: { readonly written: Written; readonly namesArgument: boolean },
): boolean {
  if (block === undefined) return true;
  const parts = [...block.body.attributes, ...block.body.blocks];
  const within = parts.filter(({ start, end }) => start <= offset && offset <= end);
  // A place in the header, or between the parts, says nothing of any: the message may.
  if (within.length === 0) return !namesArgument;
  return within.some(
    (part) =>
      ("type" in part ? part.type : part.name) === path[0] || ("type" in part && part.type === "dynamic"),
  );
}

/** Whether the values of a block that is left as it is come from a declaration that a problem is about. */
function flowsFromNamed(pairs: readonly Pairing[], named: Named): boolean {
  return pairs.some(
    ({ before, after }) =>
      before.meaning !== after.meaning && FLOWING.has(before.kind) && named.problemsOf(before).length > 0,
  );
}

const FLOWING = new Set(["variable", "local", "module"]);

/** Values that nothing was wrong with, and ones that come from nowhere. */
function unasked(instance: Instance, isFlowing: boolean, named: Named): readonly Violation[] {
  const { before, old, now, pair } = instance;
  if (named.isBroken(before.block.source.file)) return [];
  if (pair?.before.meaning === pair?.after.meaning && isFlowing) return [];
  const { address } = before;
  const told = (key: string, what: string): Violation => ({
    rule: "outside-intention",
    sentence: `${key} of ${address} would be ${what}, which no problem names`,
    address,
    file: before.block.source.file,
  });
  const values = [...old.values()].map(({ value }) => value);
  const later = [...now.values()].map(({ value }) => value);
  const violations: Violation[] = [];
  for (const [key, leaf] of old) {
    const other = now.get(key);
    if (!isTold(leaf.value) || (other !== undefined && isSameValue(leaf.value, other.value))) continue;
    // In a list, or under another name, the value is still there.
    if (later.some((value) => isSameValue(value, leaf.value))) continue;
    if (!isNamedPath(leaf, named, pair))
      violations.push(told(key, other === undefined ? "removed" : "changed"));
  }
  for (const [key, leaf] of now) {
    if (old.has(key) || !isTold(leaf.value) || values.some((value) => isSameValue(value, leaf.value)))
      continue;
    const isWritten = typeof leaf.value === "string" && pair?.before.text.includes(leaf.value) === true;
    if (!isWritten && !isNamedPath(leaf, named, pair) && !isRenamedBlock(leaf, instance, named))
      violations.push(told(key, "added"));
  }
  return violations;
}

/** Scripts and commands that machines run. */
function executed({ before, old, now, pair }: Instance): readonly Violation[] {
  const violations: Violation[] = [];
  for (const [key, leaf] of now) {
    const name = String(leaf.path.findLast((step) => typeof step === "string") ?? "");
    const meant = [...EXECUTED].find((one) => one === name || (one.length > 8 && isSlip(one, name)));
    const was = old.get(key);
    if (
      meant === undefined ||
      (was !== undefined && (!isTold(was.value) || isSameValue(was.value, leaf.value)))
    )
      continue;
    const isMoved = [...old.values()].some(({ value }) => isSameValue(value, leaf.value));
    if (
      isMoved ||
      !isTold(leaf.value) ||
      holdsWords(pair?.before.text ?? "", JSON.stringify(leaf.value), new Set())
    )
      continue;
    const sentence = `${name} of ${before.address} would be changed: a machine runs it`;
    violations.push({
      rule: "code-execution",
      sentence,
      address: before.address,
      file: before.block.source.file,
    });
  }
  return violations;
}

/** An edit of a value that Terraform does not look at: nothing changes, and the edit only seems to be one. */
function ignored({ before, old, now }: Instance): readonly Violation[] {
  const paths = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const isSame = was !== undefined && is !== undefined && isSameValue(was.value, is.value);
    return isSame
      ? []
      : [{ key, path: (was ?? is)?.path ?? [], isTold: was === undefined || isTold(was.value) }];
  });
  if (paths.length === 0 || !paths.every(({ path, isTold: told }) => told && before.ignores(path))) return [];
  const { address } = before;
  const sentence = `${paths[0]?.key} of ${address} is under its ignore_changes: changing it has no effect`;
  return [{ rule: "ignored-change", sentence, address, file: before.block.source.file }];
}

/** Blocks of protection whose contents are gone with them. */
function protectingBlocks({ before, after }: Instance): readonly Violation[] {
  const gone = [...PROTECTING_BLOCKS].filter((name) => {
    const [was, is] = [before.values[name], after.values[name]];
    return (
      Array.isArray(was) && was.length > 0 && (is === undefined || (Array.isArray(is) && is.length === 0))
    );
  });
  return gone.map((name) => ({
    rule: "protection-weakened",
    sentence: `${name} of ${before.address} would be removed`,
    address: before.address,
    file: before.block.source.file,
  }));
}

/** What the values of resources say of an edit, wherever it is written: in the block, a variable, a local, a module's argument, an override file. */
export function valueRules(change: TextChange, pairings: Pairings, named: Named): readonly Violation[] {
  const { pairs } = pairings;
  const isFlowing =
    flowsFromNamed(pairs, named) ||
    changedFilesOf(change).some((file) => file.endsWith(".tfvars") && named.isBroken(file));
  const resources = instancesOf(change, pairs).flatMap((instance) => [
    ...protections(instance, pairings, named),
    ...protectingBlocks(instance),
    ...executed(instance),
    ...ignored(instance),
    ...unasked(instance, isFlowing, named),
  ]);
  return [...providerRules(change, named), ...resources];
}
