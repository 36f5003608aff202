import { type Configuration, directoryOf } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { GuardRule, TextChange, Violation } from "../guard.ts";
import { inventoryOf, isKeyword, type Written } from "../inventory.ts";
import type { Named } from "../named.ts";
import { isMend, isSlip, wordsOf } from "../similar.ts";

/** A declaration before and after an edit. */
export interface Pairing {
  readonly before: Written;
  readonly after: Written;
}

/** How the declarations of two configurations belong together. */
export interface Pairings {
  readonly pairs: readonly Pairing[];
  readonly gone: readonly Written[];
  readonly added: readonly Written[];
}

/** What losing or gaining a declaration of a kind breaks. */
const RULES: ReadonlyMap<string, GuardRule> = new Map([
  ["check", "check-removed"],
  ["provider", "provider-changed"],
  ["terraform", "backend-changed"],
]);

function byKey(all: readonly Written[]): Map<string, Written[]> {
  const map = new Map<string, Written[]>();
  for (const written of all) {
    const list = map.get(written.key);
    if (list === undefined) map.set(written.key, [written]);
    else list.push(written);
  }
  return map;
}

/** Equal ones first, the rest in order. */
function pairEach(before: readonly Written[], after: readonly Written[]): Pairings {
  const left = [...after];
  const pairs: Pairing[] = [];
  const rest: Written[] = [];
  for (const one of before) {
    const at = left.findIndex(({ meaning, file }) => meaning === one.meaning && file === one.file);
    const match = at === -1 ? undefined : left.splice(at, 1)[0];
    if (match === undefined) rest.push(one);
    else pairs.push({ before: one, after: match });
  }
  const gone: Written[] = [];
  for (const one of rest) {
    const match = left.shift();
    if (match === undefined) gone.push(one);
    else pairs.push({ before: one, after: match });
  }
  return { pairs, gone, added: left };
}

/** Pairs what both configurations declare, by key and then by what a mended header was. */
export function pairUp({ original, edited }: TextChange, named: Named): Pairings {
  const [before, after] = [byKey(inventoryOf(original)), byKey(inventoryOf(edited))];
  const pairs: Pairing[] = [];
  const gone: Written[] = [];
  const added: Written[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const paired = pairEach(before.get(key) ?? [], after.get(key) ?? []);
    pairs.push(...paired.pairs);
    // One of several equal ones may go: nothing is lost.
    gone.push(
      ...paired.gone.filter(({ meaning }) => !paired.pairs.some((pair) => pair.after.meaning === meaning)),
    );
    added.push(...paired.added);
  }
  const left: Written[] = [];
  for (const one of gone) {
    const at = added.findIndex((other) => isMendedHeader(one, other, named));
    const match = at === -1 ? undefined : added.splice(at, 1)[0];
    if (match === undefined) {
      if (!isReadAsInner(one, edited, named)) left.push(one);
    } else pairs.push({ before: one, after: match });
    // `local { a = 1 b = 2 }` mended to `locals` becomes a declaration for each.
    if (match?.kind === "local" && one.kind !== "local") {
      for (let index = added.length - 1; index >= 0; index--) {
        if (added[index]?.block === match.block) added.splice(index, 1);
      }
    }
  }
  return { pairs, gone: left, added };
}

/** Whether words stand one after the other in a text, just so. */
function standsIn(words: readonly string[], text: string | undefined): boolean {
  return `\0${wordsOf(text ?? "").join("\0")}\0`.includes(`\0${words.join("\0")}\0`);
}

/** Whether what no keyword opens, in a file that could not be read, is a nested block of something once it can be. */
function isReadAsInner({ kind, file, text }: Written, edited: Configuration, named: Named): boolean {
  const isPiece = !isKeyword(kind) && kind !== "local" && named.isBroken(file);
  return isPiece && standsIn(wordsOf(text), edited.source.files.get(file));
}

/** The words between the braces. */
function bodyWords({ text }: Written): readonly string[] {
  const open = text.indexOf("{");
  return wordsOf(open === -1 ? text : text.slice(open + 1));
}

/** Whether at least half of what stood in one body stands in the other. */
function sharesBody(before: Written, after: Written): boolean {
  const [old, now] = [bodyWords(before), new Set(bodyWords(after))];
  return old.filter((word) => now.has(word)).length * 2 >= old.length;
}

function hasSameBody(before: Written, after: Written): boolean {
  const [old, now] = [bodyWords(before), bodyWords(after)];
  return old.length === now.length && old.every((word, at) => isSlip(word, now[at] ?? ""));
}

/** Whether a declaration that is gone is there under the name that was meant: schema-free, by the problem, the name and the body. */
function isMendedHeader(before: Written, after: Written, named: Named): boolean {
  if (directoryOf(before.file) !== directoryOf(after.file)) return false;
  const problems = named.problemsOf(before);
  const classes = new Set(problems.map((problem) => problem.class));
  const isUnread = classes.has("syntax") || named.isBroken(before.file);
  if (!isKeyword(before.kind) && before.kind !== "local") {
    const block = after.kind === "local" && after.block !== undefined ? textOfBlock(after) : after;
    return isKeyword(block.kind) && sharesBody(before, block);
  }
  if (after.kind === before.kind && isRenamedDuplicate(before, after, classes.has("duplicate-declaration")))
    return true;
  const isType = classes.has("invalid-resource-type") || classes.has("invalid-data-source");
  const isResource = before.kind === "resource" || before.kind === "data";
  if (isType && isResource && (after.kind === "resource" || after.kind === "data")) {
    const [type = "", name] = before.labels;
    const [otherType = "", otherName] = after.labels;
    const isSameProvider = isSlip(type.split("_")[0] ?? "", otherType.split("_")[0] ?? "");
    return name === otherName && isSameProvider && sharesBody(before, after);
  }
  if (after.kind !== before.kind) return false;
  // A name that HCL does not take, a label too many, a quote that is missing.
  const canRename = isUnread || classes.has("invalid-name") || before.labels.length !== after.labels.length;
  return canRename && (hasSameBody(before, after) || isUnread) && sharesLabel(before, after);
}

function isRenamedDuplicate(before: Written, after: Written, isDuplicate: boolean): boolean {
  return (
    isDuplicate &&
    before.labels[0] === (before.labels.length > 1 ? after.labels[0] : before.labels[0]) &&
    hasSameBody(before, after)
  );
}

function textOfBlock(local: Written): Written {
  const { block } = local;
  if (block === undefined) return local;
  return { ...local, kind: block.type, text: textOf(block) };
}

function sharesLabel(before: Written, after: Written): boolean {
  const plain = (label: string): string => label.replace(/[^A-Za-z]/g, "").toLowerCase();
  const [old, now] = [before.labels.map(plain), after.labels.map(plain)];
  return now.every((label) =>
    old.some((one) => one.includes(label) || label.includes(one) || isSlip(one, label)),
  );
}

/** Whether a problem asks for a declaration of this name. */
function isAskedFor({ kind, labels }: Written, named: Named): boolean {
  const [first = "", second = ""] = labels;
  return named.problems.some(({ class: name, names }) => {
    const texts = Object.values(names);
    switch (kind) {
      case "variable":
        return (
          ["undeclared-variable", "unsupported-argument", "missing-argument", "invalid-reference"].includes(
            name,
          ) && texts.includes(first)
        );
      case "local":
        return ["undeclared-local", "invalid-reference"].includes(name) && texts.includes(first);
      case "output":
        return name === "unsupported-attribute" && texts.includes(first);
      case "resource":
      case "data":
        return (
          name === "undeclared-resource" &&
          texts.some((text) => text.includes(second)) &&
          texts.some((text) => text.includes(first))
        );
      default:
        return false;
    }
  });
}

/** Whether a declaration stood in a file that could not be read: its names, and most of its words. */
function isReadNow(written: Written, original: Configuration, named: Named): boolean {
  if (!named.isBroken(written.file)) return false;
  const words = new Set(wordsOf(original.source.files.get(written.file) ?? ""));
  const own = wordsOf(written.text);
  return (
    written.labels.every((label) => words.has(label)) &&
    own.filter((word) => words.has(word)).length * 2 >= own.length
  );
}

/** Characters between a name and its value, the equals sign included, that count as part of the assignment. */
const ASSIGNMENT_BLANKS_MAX = 20;

/** Values in variables files are a person's: an edit may mend those of variables that the problems name. */
export function assignmentRules({ original, edited }: TextChange, named: Named): readonly Violation[] {
  const text = (configuration: Configuration, name: string): string | undefined => {
    const assignment = configuration.assignments.get(name);
    return assignment?.kind === "file" ? textOf(assignment.value) : undefined;
  };
  const declared = new Set(
    inventoryOf(edited).flatMap((written) =>
      written.kind === "variable" && named.touches(written) ? written.labels : [],
    ),
  );
  const isProblemIn = (name: string): boolean => {
    const assignment = original.assignments.get(name);
    if (assignment?.kind !== "file") return false;
    const { source, start, end } = assignment.value;
    return named.problems.some(({ place }) => {
      const isInFile = place?.file === source.file;
      return isInFile && place.start <= end && place.end >= start - name.length - ASSIGNMENT_BLANKS_MAX;
    });
  };
  // A file that could not be read may hold more than was made out.
  const isReadFrom = (name: string): boolean => {
    const assignment = edited.assignments.get(name);
    if (assignment?.kind !== "file" || original.assignments.has(name)) return false;
    const { file } = assignment.value.source;
    const words = wordsOf(`${name} = ${text(edited, name) ?? ""}`);
    return named.isBroken(file) && standsIn(words, original.source.files.get(file));
  };
  const names = [...new Set([...original.assignments.keys(), ...edited.assignments.keys()])];
  return names
    .filter(
      (name) =>
        text(original, name) !== text(edited, name) &&
        !declared.has(name) &&
        !isProblemIn(name) &&
        !isReadFrom(name) &&
        !named.names.has(name),
    )
    .map((name) => ({
      rule: "outside-intention",
      sentence: `The value of var.${name} in a variables file would change, which no problem names`,
    }));
}

function describe({ kind, labels }: Written): string {
  return [kind, ...labels.map((label) => JSON.stringify(label))].join(" ");
}

/** No declaration goes, none comes unasked, and only those that the problems name change. */
export function declarationRules(
  { pairs, gone, added }: Pairings,
  original: Configuration,
  named: Named,
): readonly Violation[] {
  const violations: Violation[] = [];
  for (const one of gone) {
    const rule = RULES.get(one.kind) ?? "declaration-removed";
    violations.push({ rule, sentence: `${describe(one)} would be removed`, file: one.file });
  }
  for (const one of added) {
    if (isAskedFor(one, named) || isReadNow(one, original, named)) continue;
    const rule =
      one.kind === "removed" ? "declaration-removed" : (RULES.get(one.kind) ?? "outside-intention");
    const sentence = `${describe(one)} would be added, which no problem asks for`;
    violations.push({
      rule: one.kind === "module" ? "module-source-changed" : rule,
      sentence,
      file: one.file,
    });
  }
  // What refers to a name that had to change has to follow it.
  const renamed = new Set(
    pairs.flatMap(({ before, after }) => before.labels.filter((label) => !after.labels.includes(label))),
  );
  for (const { before, after } of pairs) {
    if (before.file !== after.file) {
      const sentence = `${describe(before)} would move to ${after.file}`;
      violations.push({ rule: "outside-intention", sentence, file: before.file });
    }
    if (before.meaning === after.meaning || named.touches(before) || named.touches(after)) continue;
    if (isMend(before.text, after.text, renamed)) continue;
    const sentence = `${describe(before)} would change, which no problem names`;
    violations.push({ rule: RULES.get(before.kind) ?? "outside-intention", sentence, file: before.file });
  }
  return violations;
}
