import type { Configuration } from "@apex/generators-hcl";
import type { Problem } from "../../diagnostics/problem.ts";
import type { TextChange, Violation } from "../guard.ts";
import { isBroken } from "../inventory.ts";
import type { Named } from "../named.ts";
import { booleanOf, hasSameWords, isLooseMend, isMend, isSlip, looseWords, wordsOf } from "../similar.ts";
import { literalsOf, withoutComments } from "../tokens.ts";
import { changedFilesOf } from "./file-rules.ts";
import { PROTECTIONS, withoutUnit } from "./protected-names.ts";

/** Lines around a syntax error that may change in their words: the error is often told where the next thing begins. */
const NEAR_LINES = 6;

/** Words of lines that must stay while a file cannot be parsed and its blocks cannot be compared. */
const KEPT_WORDS =
  /\b(?:lifecycle|prevent_destroy|ignore_changes|create_before_destroy|validation|precondition|postcondition|assert|condition|error_message|sensitive|nonsensitive|provisioner|connection|backend|cloud|required_version|required_providers|source|version|provider|providers|external|http|cidr_blocks|cidr_block|source_ranges|Action|Resource|Principal|Effect|user_data|user_data_base64|startup_script|metadata_startup_script|command|inline|count|for_each)\b/;

/** Lines of a declaration that a problem asked for are judged as declarations. */
const DECLARING = /^\s*(?:variable|type|description|default|sensitive|nullable)\b/;

function isKept(line: string): boolean {
  const plain = line.replace(/^\s*(?:#|\/\/).*$/, "");
  if (KEPT_WORDS.test(plain)) return true;
  const name = /^\s*([A-Za-z_]+)\s*=/.exec(plain)?.[1];
  return name !== undefined && Object.hasOwn(PROTECTIONS, name);
}

/** Lines of the original near a syntax error, from 0. */
function nearLines(file: string, problems: readonly Problem[]): (line: number) => boolean {
  const lines = problems.flatMap(({ place, diagnostic }) => {
    const told = diagnostic.range;
    if ((place?.file ?? told?.filename) !== file || told === undefined) return [];
    return [told.start.line - 1];
  });
  return (line) => lines.some((one) => Math.abs(one - line) <= NEAR_LINES);
}

/** The lines of one text that the other has not, with their numbers; order does not matter. */
function missingLines(
  lines: readonly string[],
  others: readonly string[],
): readonly (readonly [number, string])[] {
  const left = new Map<string, number>();
  const key = (line: string): string => wordsOf(line).join(" ");
  for (const line of others) left.set(key(line), (left.get(key(line)) ?? 0) + 1);
  return lines.flatMap((line, at): (readonly [number, string])[] => {
    const rest = left.get(key(line)) ?? 0;
    if (rest === 0) return key(line) === "" ? [] : [[at, line]];
    left.set(key(line), rest - 1);
    return [];
  });
}

/** Lines that one is written as, or that are written as one. */
const REGROUPED_MAX = 6;

/**
 * Lines that are only grouped in another way on the other side: `a = 1 b = 2` as two lines, or two as one. Their words are equal, and
 * one of the other side's lines at least is new there.
 */
function regrouped(
  missing: readonly (readonly [number, string])[],
  others: readonly string[],
  othersMissing: readonly (readonly [number, string])[],
): { readonly lines: ReadonlySet<number>; readonly others: ReadonlySet<number> } {
  const starts = new Set(othersMissing.map(([at]) => at));
  const found = { lines: new Set<number>(), others: new Set<number>() };
  for (const [at, line] of missing) {
    for (const start of starts) {
      if (found.lines.has(at) || found.others.has(start)) continue;
      for (let end = start + 2; end <= start + REGROUPED_MAX; end++) {
        if (!hasSameWords(line, others.slice(start, end).join("\n"))) continue;
        found.lines.add(at);
        for (let one = start; one < end; one++) found.others.add(one);
        break;
      }
    }
  }
  return found;
}

function brokenFile(file: string, change: TextChange, named: Named): readonly Violation[] {
  const text = (configuration: Configuration): string[] =>
    (configuration.source.files.get(file) ?? "").split("\n");
  const [old, now] = [text(change.original), text(change.edited)];
  const isNear = nearLines(file, named.problems);
  const [allGone, allCome] = [missingLines(old, now), missingLines(now, old)];
  const [split, joined] = [regrouped(allGone, now, allCome), regrouped(allCome, old, allGone)];
  const gone = allGone.filter(([at]) => !split.lines.has(at) && !joined.others.has(at));
  const come = allCome.filter(([at]) => !split.others.has(at) && !joined.lines.has(at));
  const violations: Violation[] = [];
  const written = new Set(come.flatMap(([, line]) => looseWords(line)));
  for (const [at, line] of gone) {
    const isMended = come.some(([, other]) => isSameLine(line, other, named));
    if (isMended) continue;
    if (isKept(line)) {
      const sentence = `Line ${at + 1} of ${file} would change in what it says, not only in how it is written`;
      violations.push({ rule: "protection-weakened", sentence, file });
    } else if (!isNear(at) && !isNamed(line, named)) {
      const sentence = `Line ${at + 1} of ${file} would change, which is far from every problem`;
      violations.push({ rule: "outside-intention", sentence, file });
    } else if (losesWords(line, written, named)) {
      const sentence = `Line ${at + 1} of ${file} would lose words: what cannot be read has lost marks`;
      violations.push({ rule: "outside-intention", sentence, file });
    }
  }
  const kept = new Set(gone.flatMap(([, line]) => wordsOf(line)));
  const known = gone.flatMap(([, line]) => looseWords(withoutComments(line)));
  for (const [at, line] of come) {
    const isMended = gone.some(([, other]) => isSameLine(other, line, named));
    const isOld = wordsOf(line).every((word) => kept.has(word));
    if (isMended || isOld) continue;
    const isFar = !isNear(at) && !isNear(at - (now.length - old.length)) && !isNamed(line, named);
    if (isFar && !DECLARING.test(line)) {
      const sentence = `Line ${at + 1} of the edited ${file} would be new, which is far from every problem`;
      violations.push({ rule: "outside-intention", sentence, file });
    }
    if (!isFar && !DECLARING.test(line) && gainsValue(line, known, named)) {
      const sentence = `Line ${at + 1} of the edited ${file} would say what no line said before`;
      violations.push({ rule: "outside-intention", sentence, file });
    }
    if (!isKept(line)) continue;
    const sentence = `Line ${at + 1} of the edited ${file} would say what no line said before`;
    violations.push({ rule: "protection-weakened", sentence, file });
  }
  return violations;
}

function isSameLine(before: string, after: string, named: Named): boolean {
  const { names } = named;
  // What protects something keeps its very words, unless a problem speaks of one of them.
  if (isKept(before) && !isNamed(before, named)) return hasSameWords(before, after);
  const plain = before.replace(
    /(\w+)(\s*=\s*)"([^"]*)"/,
    (all, name: string, equals: string, value: string) => {
      const count = withoutUnit(name, value);
      return count === value ? all : `${name}${equals}${count}`;
    },
  );
  return [before, plain].some((line) => isMend(line, after, names) || isLooseMend(line, after, names));
}

/** Whether a line of HCL has words that no new line has, perhaps without a slip. Prose and fences around a pasted answer may go. */
function losesWords(line: string, written: ReadonlySet<string>, { names }: Named): boolean {
  if (!/[={}"]/.test(line)) return false;
  return looseWords(line).some(
    (word) =>
      word !== "" &&
      !written.has(word) &&
      !names.has(word) &&
      ![...written].some((other) => isSlip(word, other)),
  );
}

/** Whether most of one word is the other: marks that were lost join words or cut them. */
function isPartOf(word: string, value: string): boolean {
  const [short, long] = word.length < value.length ? [word, value] : [value, word];
  return 2 * short.length >= long.length && long.includes(short);
}

/** Whether a line sets something to a constant or a reference that none of the old words is, perhaps with a slip. */
function gainsValue(line: string, known: readonly string[], { names, problems }: Named): boolean {
  // A condition with one branch asks for the other one.
  if (problems.some((problem) => problem.class === "syntax" && problem.names["why"] === "conditional"))
    return false;
  const plain = withoutComments(line);
  if (!/^\s*[\w"]+\s*[=:]/.test(plain)) return false;
  const references = looseWords(plain).filter((word) => /^[A-Za-z_][\w-]*\.[\w.-]+$/.test(word));
  const values = [...literalsOf(plain).flatMap(looseWords), ...references];
  return values.some(
    (value) =>
      value !== "" &&
      !known.some((word) => isPartOf(word, value) || isSlip(word, value) || booleanOf(word) === value) &&
      !names.has(value),
  );
}

function isNamed(line: string, named: Named): boolean {
  return wordsOf(line).some((word) => named.names.has(word));
}

/**
 * What stands in a file that cannot be parsed is compared line by line: away from the errors only marks may change, and lines that
 * protect something keep their words everywhere.
 */
export function syntaxRules(change: TextChange, named: Named): readonly Violation[] {
  return changedFilesOf(change)
    .filter((file) => isBroken(change.original, file) || named.isBroken(file))
    .flatMap((file) => brokenFile(file, change, named));
}
