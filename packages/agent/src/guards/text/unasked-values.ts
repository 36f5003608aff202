import { formatPath } from "@apex/core";
import type { Violation } from "../guard.ts";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { hasSameWords, isMend, isSlip } from "../similar.ts";
import { meaningOf, withoutComments } from "../tokens.ts";
import type { Pairing } from "./declaration-rules.ts";
import { changedParts, type Instance, partsText } from "./instances.ts";
import { isSameValue, isTold, type Leaf, writtenValue } from "./leaves.ts";
import { referentsOf } from "./referents.ts";

/** Whether a problem is about what a path of a block holds, as far as its message and its place tell. */
export function isNamedPath({ path }: Pick<Leaf, "path">, named: Named, pair: Pairing | undefined): boolean {
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
  if (pair === undefined || typeof name !== "string" || Object.hasOwn(before, name)) return false;
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
export function flowsFromNamed(pairs: readonly Pairing[], named: Named): boolean {
  return pairs.some(
    ({ before, after }) =>
      before.meaning !== after.meaning && FLOWING.has(before.kind) && named.problemsOf(before).length > 0,
  );
}

const FLOWING = new Set(["variable", "local", "module"]);

/** A path without its indices: elements and blocks may change their order. */
function shapeOf({ path }: Leaf): string {
  return formatPath(path.map((step) => (typeof step === "number" ? 0 : step)));
}

/** The values of one side by their shapes. */
class Shapes {
  readonly #counts = new Map<string, number>();
  readonly #shapes = new Set<string>();

  constructor(leaves: Iterable<Leaf>) {
    for (const leaf of leaves) {
      const shape = shapeOf(leaf);
      this.#shapes.add(shape);
      const key = `${shape} ${writtenValue(leaf.value)}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  has(leaf: Leaf): boolean {
    return this.#shapes.has(shapeOf(leaf));
  }

  count(leaf: Leaf): number {
    return this.#counts.get(`${shapeOf(leaf)} ${writtenValue(leaf.value)}`) ?? 0;
  }
}

/** An instance, with what is needed to tell whether a value only moved. */
class Moves {
  readonly #instance: Instance;
  readonly #before: Shapes;
  readonly #after: Shapes;
  readonly #changed: string;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#before = new Shapes(instance.old.values());
    this.#after = new Shapes(instance.now.values());
    const { pair } = instance;
    this.#changed = pair === undefined ? "" : changedParts(pair).map(withoutComments).join("\n");
  }

  /** In another place of its list, or under a name that is new, the value is still there. */
  isStill(leaf: Leaf): boolean {
    if (this.#after.count(leaf) >= this.#before.count(leaf)) return true;
    if (this.#after.has(leaf)) return false;
    return [...this.#instance.now.values()].some(
      (other) => !this.#before.has(other) && isSameValue(other.value, leaf.value),
    );
  }

  /** It stood under a name that is gone, or in a part that is written in another way now. */
  isOld(leaf: Leaf): boolean {
    const { old } = this.#instance;
    if ([...old.values()].some((other) => !this.#after.has(other) && isSameValue(other.value, leaf.value)))
      return true;
    // What was not known as a whole may be known in its parts.
    const isPart = leaf.path.some((_, length) => {
      const outer = length === 0 ? undefined : old.get(formatPath(leaf.path.slice(0, length)));
      return outer !== undefined && !isTold(outer.value);
    });
    if (isPart || typeof leaf.value !== "string" || leaf.value === "") return isPart;
    // Of what a reference leads to another attribute may be meant.
    const words = isTold(leaf.value) ? [leaf.value] : referentsOf(leaf.value);
    return words.length > 0 && words.every((word) => this.#changed.includes(word));
  }
}

/** Whether an expression that is not known is the same one, only that its parts mean something else now, or a slip in it is mended. */
function isMendedExpression(leaf: Leaf, other: Leaf | undefined, { pair }: Instance, named: Named): boolean {
  const value = writtenValue(leaf.value);
  if (typeof other?.value === "string" && isMend(value, other.value, named.names)) return true;
  if (pair === undefined) return false;
  const name = String(leaf.path[0]);
  const [old, now] = [partsText(pair.before, name), partsText(pair.after, name)];
  if (meaningOf(old) !== meaningOf(now)) return now !== "" && isMend(old, now, named.names);
  // The same words: a variable or a local may lead elsewhere now, anything else is only better known.
  const [led, leads] = [referentsOf(value), referentsOf(writtenValue(other?.value))];
  const isLed = led.length > 0 && !led.some((one) => /^(?:var|local|each|count)\./.test(one));
  return !isLed || leads.every((one) => led.includes(one));
}

/** Arguments of Terraform's own, which are no values of the resource: what becomes of a misspelt one is judged as theirs. */
const META = ["for_each", "count", "depends_on", "provider"];

/** Values that nothing was wrong with, and ones that come from nowhere. */
export function unasked(instance: Instance, isFlowing: boolean, named: Named): readonly Violation[] {
  const { address, file, old, now, pair } = instance;
  if (named.isBroken(file)) return [];
  if (pair?.before.meaning === pair?.after.meaning && isFlowing) return [];
  const told = (key: string, what: string): Violation => ({
    rule: "outside-intention",
    sentence: `${key} of ${address} would be ${what}, which no problem names`,
    address,
    file,
  });
  const moves = new Moves(instance);
  const violations: Violation[] = [];
  for (const [key, leaf] of old) {
    const other = now.get(key);
    if ((other !== undefined && isSameValue(leaf.value, other.value)) || moves.isStill(leaf)) continue;
    if (!isTold(leaf.value) && isMendedExpression(leaf, other, instance, named)) continue;
    if (other === undefined && META.some((name) => isSlip(String(leaf.path[0]), name))) continue;
    if (!isNamedPath(leaf, named, pair))
      violations.push(told(key, other === undefined ? "removed" : "changed"));
  }
  for (const [key, leaf] of now) {
    if (old.has(key) || moves.isOld(leaf)) continue;
    if (!isNamedPath(leaf, named, pair) && !isRenamedBlock(leaf, instance, named))
      violations.push(told(key, "added"));
  }
  return violations;
}
