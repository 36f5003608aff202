import type { Configuration } from "@apex/generators-hcl";
import { type Body, textOf } from "@apex/generators-hcl/syntax";
import type { GuardRule, Violation } from "../guard.ts";
import type { Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { hasSameWords, holdsWords, isMend, isSlip, wordsOf } from "../similar.ts";
import { literalsOf, meaningOf } from "../tokens.ts";
import type { Pairing } from "./declaration-rules.ts";
import { isLocalSource, isMendedSource } from "./module-source.ts";
import { isHandedOnAsIs, isMendedAlias } from "./provider-reference.ts";

/** A part of a declaration that is not an edit's to change. */
interface Item {
  readonly rule: GuardRule;
  /** What people call it: `prevent_destroy`, `validation`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const LIFECYCLE: GuardRule = "protection-weakened";

/** Guarded names by the kind of block that they stand in. */
const GUARDED: Readonly<Record<string, Readonly<Record<string, GuardRule>>>> = {
  resource: { provider: "provider-changed", provisioner: "code-execution", connection: "code-execution" },
  data: { provider: "provider-changed" },
  ephemeral: { provider: "provider-changed" },
  module: {
    source: "module-source-changed",
    version: "module-source-changed",
    providers: "provider-changed",
  },
  lifecycle: {
    prevent_destroy: LIFECYCLE,
    ignore_changes: LIFECYCLE,
    create_before_destroy: LIFECYCLE,
    replace_triggered_by: LIFECYCLE,
    action_trigger: "code-execution",
    precondition: "check-removed",
    postcondition: "check-removed",
  },
  variable: { validation: "check-removed", sensitive: LIFECYCLE, ephemeral: LIFECYCLE },
  output: { precondition: "check-removed", sensitive: LIFECYCLE, ephemeral: LIFECYCLE },
  check: { assert: "check-removed", data: "check-removed" },
  terraform: {
    required_version: "provider-changed",
    required_providers: "provider-changed",
    backend: "backend-changed",
    cloud: "backend-changed",
    provider_meta: "provider-changed",
    experiments: "provider-changed",
  },
};

/** Declarations that are not an edit's to change in any part. */
const WHOLE: ReadonlyMap<string, GuardRule> = new Map([
  ["provider", "provider-changed"],
  ["moved", "declaration-removed"],
  ["import", "declaration-removed"],
  ["removed", "declaration-removed"],
]);

/** Names this short are too near to others to be slips. */
const SLIP_LENGTH_MIN = 7;

function guardedName(kind: string, name: string): string | undefined {
  const names = Object.hasOwn(GUARDED, kind) ? (GUARDED[kind] ?? {}) : {};
  if (Object.hasOwn(names, name)) return name;
  if (name.length < SLIP_LENGTH_MIN) return undefined;
  return Object.keys(names).find((one) => one.length >= SLIP_LENGTH_MIN && isSlip(one, name));
}

function itemsIn(kind: string, body: Body): readonly Item[] {
  const found: Item[] = [];
  for (const part of [...body.attributes, ...body.blocks]) {
    const written = "type" in part ? part.type : part.name;
    const { start, end } = part;
    const name = guardedName(kind, written);
    if (name !== undefined) {
      const rule = GUARDED[kind]?.[name] ?? "protection-weakened";
      found.push({ rule, name, start, end, text: textOf(part) });
    } else if ("type" in part && (written === "lifecycle" || isSlip(written, "lifecycle"))) {
      found.push(...itemsIn("lifecycle", part.body));
    }
  }
  return found;
}

function itemsOf(written: Written): readonly Item[] {
  const { kind, block, text, start, end } = written;
  const rule = WHOLE.get(kind);
  if (rule !== undefined) return [{ rule, name: kind, start, end, text }];
  return block === undefined || kind === "local" ? [] : itemsIn(kind, block.body);
}

/** Adding one of these makes something stricter. A data source asks others, in a check as anywhere else. */
function isStricter({ rule, name, text }: Item): boolean {
  return (rule === "check-removed" && name !== "data") || (name === "sensitive" && /=\s*true\s*$/.test(text));
}

/** Whether a check asks for the same: no constant and no name that it had already stands where another name stood. */
function isSameCheck(old: Item, now: Item): boolean {
  if (old.rule !== "check-removed") return true;
  const [words, later] = [wordsOf(old.text), wordsOf(now.text)];
  const literals = new Set(literalsOf(old.text));
  const isKnown = literalsOf(now.text).every(
    (one) =>
      literals.has(one) ||
      (one.length >= SLIP_LENGTH_MIN && [...literals].some((other) => isSlip(other, one))),
  );
  return isKnown && later.every((word, at) => isSlip(words[at] ?? "", word) || !words.includes(word));
}

function isAllowed(old: Item, now: Item, { pair, named, original }: Context): boolean {
  const { before } = pair;
  if (old.name !== now.name) return false;
  if (old.name === "source") return isMendedSource(old.text, now.text, named, before);
  if (old.name === "provider" && isMendedAlias(old.text, now.text, { named, original, written: before }))
    return true;
  const isNamedHere = named.problemsOf(before).some(({ class: name, place, names }) => {
    // What cannot be read has lost a mark, not a word.
    if (name === "syntax") return false;
    const isIn = place?.file === before.file && place.start <= old.end && place.end >= old.start;
    const words = Object.values(names);
    return isIn || words.some((word) => word.length > 2 && old.text.includes(word));
  });
  if (isNamedHere) return isMend(old.text, now.text, named.names) && isSameCheck(old, now);
  return named.isBroken(before.file) && hasSameWords(old.text, now.text);
}

/** What an item is judged by. */
interface Context {
  readonly pair: Pairing;
  readonly named: Named;
  readonly original: Configuration;
}

/** What breaks when a part comes that a declaration did not have. */
function ruleOfAdded({ rule }: Item): GuardRule {
  return rule === "check-removed" ? "code-execution" : rule;
}

function pairRules(context: Context): readonly Violation[] {
  const { pair, named } = context;
  const { before, after } = pair;
  const left = [...itemsOf(after)];
  const changed: Item[] = [];
  for (const old of itemsOf(before)) {
    const same = left.findIndex(
      (now) => now.name === old.name && meaningOf(now.text) === meaningOf(old.text),
    );
    const at = same === -1 ? left.findIndex((now) => isAllowed(old, now, context)) : same;
    if (at === -1) changed.push(old);
    else left.splice(at, 1);
  }
  const isMoot = (item: Item): boolean => item.name === "version" && isLocalSource(after.text);
  const subject = `${before.kind} ${before.labels.join(".")}`.trim();
  const told = (item: Item, what: "added" | "changed or removed"): Violation => ({
    rule: what === "added" ? ruleOfAdded(item) : item.rule,
    sentence: `${item.name === before.kind ? subject : `${item.name} of ${subject}`} would be ${what}`,
    file: before.file,
  });
  // What was misspelt, or could not be read, is not new once it can be read.
  const added = left.filter(
    (item) =>
      !isStricter(item) &&
      !holdsWords(before.text, item.text, named.names) &&
      !(item.name === "providers" && isHandedOnAsIs(item.text, named.problemsOf(before))),
  );
  return [
    ...changed.filter((item) => !isMoot(item)).map((item) => told(item, "changed or removed")),
    ...added
      .filter(({ name }) => !changed.some((old) => old.name === name))
      .map((item) => told(item, "added")),
  ];
}

/** Lifecycles, checks, provider and module settings and provisioners stay as they are, but for slips that a problem names. */
export function blockRules(
  pairs: readonly Pairing[],
  original: Configuration,
  named: Named,
): readonly Violation[] {
  return pairs.flatMap((pair) =>
    pair.before.meaning === pair.after.meaning ? [] : pairRules({ pair, named, original }),
  );
}

/** Guarded parts of declarations that are new. */
export function addedBlockRules(added: readonly Written[]): readonly Violation[] {
  // Whole blocks that are new are judged as declarations.
  return added.flatMap((written) =>
    (WHOLE.get(written.kind) === undefined ? itemsOf(written) : [])
      .filter((item) => !isStricter(item))
      .map((item) => ({
        rule: ruleOfAdded(item),
        sentence: `${item.name} of ${written.kind} ${written.labels.join(".")} would be added`,
        file: written.file,
      })),
  );
}
