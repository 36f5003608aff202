import type { JsonPath, JsonValue } from "@apex/core";
import type { TextChange, Violation } from "../guard.ts";
import type { Named } from "../named.ts";
import { holdsWords, isMend, isSlip } from "../similar.ts";
import type { Pairings } from "./declaration-rules.ts";
import { changedFilesOf } from "./file-rules.ts";
import { type Instance, instancesOf, partsText } from "./instances.ts";
import { isSameValue, isTold, type Leaf, writtenValue } from "./leaves.ts";
import { isRenamedSetting, providerRules } from "./provider-rules.ts";
import {
  CLOSING_LISTS,
  isSucceeded,
  isWeaker,
  isWeakest,
  plainValue,
  PROTECTING_BLOCKS,
  protectionOf,
  withoutUnit,
} from "./protected-names.ts";
import { flowsFromNamed, unasked } from "./unasked-values.ts";

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

/** What a machine starts from, and whose it may be. */
const IMAGES = new Set(["ami", "ami_id", "image", "image_id", "owners", "source_image", "source_image_id"]);

/** What stands at a path in the original, told or not. */
function textAt({ pair }: Instance): string {
  return pair?.before.text ?? "";
}

/** The steps of a path that are names: what is one block or several is written at other indices. */
function namesOf(path: JsonPath): readonly string[] {
  return path.filter((step) => typeof step === "string");
}

/**
 * The protection of a path under its right name, or the wrong one: in the same blocks but for slips, or wherever a problem that speaks of it
 * asked for it to be. Of two kinds of blocks neither stands for the other.
 */
function sameElsewhere(
  path: JsonPath,
  leaves: ReadonlyMap<string, Leaf>,
  { names }: Named,
): Leaf | undefined {
  const name = protectionOf(path)?.name;
  const steps = namesOf(path);
  return [...leaves.values()].find((leaf) => {
    if (protectionOf(leaf.path)?.name !== name) return false;
    const others = namesOf(leaf.path);
    const isAsked = [...steps, ...others].some((step) => names.has(step));
    return (
      isAsked || (others.length === steps.length && steps.every((step, i) => isSlip(step, others[i] ?? "")))
    );
  });
}

function protections(instance: Instance, pairings: Pairings, named: Named): readonly Violation[] {
  const { address, file, old, now } = instance;
  const violations: Violation[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const found = protectionOf((was ?? is)?.path ?? []);
    if (found === undefined || (was !== undefined && is !== undefined && isSameValue(was.value, is.value)))
      continue;
    // A slip of the name is mended: its value is under the right name now.
    const isGone = was !== undefined && is === undefined;
    if (isGone && (isSucceeded(was, now) || isRenamedSetting(was, now, named))) continue;
    const path = (was ?? is)?.path ?? [];
    const mended = is ?? sameElsewhere(path, now, named);
    const misspelt = was ?? sameElsewhere(path, old, named);
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

/** Whether the part of a block that a path starts with says the same as before, but for slips. */
function isSamePart(leaf: Leaf, { pair }: Instance, named: Named): boolean {
  if (pair === undefined) return false;
  const name = String(leaf.path[0]);
  const now = partsText(pair.after, name);
  return now !== "" && isMend(partsText(pair.before, name), now, named.names);
}

/** Images, commands and entry points within a document in JSON, as `"image": "nginx"`. */
function executedIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return [];
  return value.match(/"(?:image|command|entryPoint)":\s*(?:"[^"]*"|\[[^\]]*\])/g) ?? [];
}

/** Scripts and commands that machines run, and the images that they start from. */
function executed(instance: Instance, named: Named): readonly Violation[] {
  const { address, file, old, now, pair } = instance;
  // What could not be read before has nothing to be compared with: its lines are.
  const isUnread = named.isBroken(file);
  const violations: Violation[] = [];
  for (const [key, leaf] of now) {
    const name = String(leaf.path.findLast((step) => typeof step === "string") ?? "");
    const was = old.get(key);
    if (was !== undefined && isSameValue(was.value, leaf.value)) continue;
    const known = new Set(executedIn(was?.value));
    const isRun = [...EXECUTED].some((one) => one === name || (one.length > 8 && isSlip(one, name)));
    // One image for another by reference is the problem's to ask for; one that is written out was made up.
    const isImage = IMAGES.has(name) && was !== undefined && isTold(leaf.value);
    const isInDocument = !isUnread && executedIn(leaf.value).some((one) => !known.has(one));
    if (!isRun && !isImage && !isInDocument) continue;
    const isMoved = [...old.values()].some(({ value }) => isSameValue(value, leaf.value));
    if (isMoved || isSamePart(leaf, instance, named)) continue;
    if (holdsWords(pair?.before.text ?? "", JSON.stringify(leaf.value), new Set())) continue;
    const sentence = `${name} of ${address} would be changed: a machine runs it`;
    violations.push({ rule: "code-execution", sentence, address, file });
  }
  return violations;
}

/** An edit of a value that Terraform does not look at: nothing changes, and the edit only seems to be one. */
function ignored(instance: Instance): readonly Violation[] {
  const { address, file, old, now } = instance;
  const paths = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const isSame = was !== undefined && is !== undefined && isSameValue(was.value, is.value);
    return isSame
      ? []
      : [{ key, path: (was ?? is)?.path ?? [], isTold: was === undefined || isTold(was.value) }];
  });
  if (paths.length === 0 || !paths.every(({ path, isTold: told }) => told && instance.ignores(path)))
    return [];
  const sentence = `${paths[0]?.key} of ${address} is under its ignore_changes: changing it has no effect`;
  return [{ rule: "ignored-change", sentence, address, file }];
}

function holds(leaves: ReadonlyMap<string, Leaf>, name: string): boolean {
  return [...leaves.values()].some(
    ({ path, value }) => path.includes(name) && !(Array.isArray(value) && value.length === 0),
  );
}

/** Blocks and lists of protection whose contents are gone with them. */
function protectingParts({ address, file, old, now }: Instance): readonly Violation[] {
  return [...PROTECTING_BLOCKS, ...CLOSING_LISTS]
    .filter((name) => holds(old, name) && !holds(now, name))
    .map((name) => ({
      rule: "protection-weakened",
      sentence: `${name} of ${address} would be removed`,
      address,
      file,
    }));
}

/** What the values of resources say of an edit, wherever it is written: in the block, a variable, a local, a module's argument, an override file. */
export function valueRules(change: TextChange, pairings: Pairings, named: Named): readonly Violation[] {
  const { pairs } = pairings;
  const isInVariables = (file: string): boolean =>
    named.isBroken(file) || named.problems.some(({ place }) => place?.file === file);
  const isFlowing =
    flowsFromNamed(pairs, named) ||
    changedFilesOf(change).some((file) => file.endsWith(".tfvars") && isInVariables(file));
  const resources = instancesOf(change, pairs).flatMap((instance) => [
    ...protections(instance, pairings, named),
    ...protectingParts(instance),
    ...executed(instance, named),
    ...ignored(instance),
    ...unasked(instance, isFlowing, named),
  ]);
  return [...providerRules(change, named), ...resources];
}
