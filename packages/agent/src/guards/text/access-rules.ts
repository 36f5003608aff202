import type { Configuration } from "@apex/generators-hcl";
import { textOf } from "@apex/generators-hcl/syntax";
import type { TextChange, Violation } from "../guard.ts";
import { formatGrant } from "../grants/grant.ts";
import { beyondOriginal, writtenGrants } from "../original-grants.ts";
import { inventoryOf } from "../inventory.ts";
import type { Named } from "../named.ts";
import { literalsOf, meaningOf } from "../tokens.ts";

/** Facts that one sentence lists. */
const LISTED_MAX = 3;

/** Literals that stand for everyone or everything. */
function isWide(literal: string): boolean {
  return (
    /^(?:\*|[\w-]+:\*|\*:\*|::\/0|0\.0\.0\.0\/\d|128\.0\.0\.0\/1|allUsers|allAuthenticatedUsers|public-read|public-read-write|-1|internet|any)$/i.test(
      literal,
    ) ||
    /(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(literal) ||
    /^roles\/(?:owner|editor)$/.test(literal)
  );
}

/** What makes a policy narrower, in JSON and in HCL: also where the JSON cannot be read. */
const NARROWING = /\bDeny\b|\bdeny\b|"?\bCondition"?\s*[:=]|\bcondition\s*\{/g;

function countOf(texts: readonly string[], pattern: RegExp): number {
  return texts.reduce((sum, text) => sum + (meaningOf(text).match(pattern)?.length ?? 0), 0);
}

function wideLiterals(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const literal of texts.flatMap(literalsOf)) {
    if (isWide(literal)) counts.set(literal, (counts.get(literal) ?? 0) + 1);
  }
  return counts;
}

/** All that the declarations of a configuration and its variables files say; what is declared twice just so counts once. */
function textsIn(configuration: Configuration): readonly string[] {
  const byMeaning = new Map(
    inventoryOf(configuration).map(({ key, meaning, text }) => [`${key} ${meaning}`, text]),
  );
  return [
    ...byMeaning.values(),
    ...[...configuration.assignments.values()].flatMap((assignment) =>
      assignment.kind === "file" ? [textOf(assignment.value)] : [],
    ),
  ];
}

/** What an edit opens by what is written, known or not: a plan does not show what is known only after apply. */
export function accessRules({ original, edited }: TextChange, named: Named): readonly Violation[] {
  const violations: Violation[] = [];
  const options = { unknownIsAny: false };
  for (const [address, now] of writtenGrants(edited)) {
    const opened = beyondOriginal(original, { address, now, options, names: named.names });
    if (opened.length === 0) continue;
    const listed = opened.slice(0, LISTED_MAX).map(formatGrant).join("; ");
    const sentence = `${address} would open more than its owner wrote: ${listed}`;
    violations.push({ rule: "access-widened", sentence, address });
  }
  const [old, now] = [textsIn(original), textsIn(edited)];
  if (countOf(now, NARROWING) < countOf(old, NARROWING)) {
    const sentence = "A denial or a condition of a policy would be removed";
    violations.push({ rule: "access-widened", sentence });
  }
  const before = wideLiterals(old);
  for (const [literal, count] of wideLiterals(now)) {
    if (count <= (before.get(literal) ?? 0)) continue;
    violations.push({
      rule: "access-widened",
      sentence: `"${literal}" would be written, which stands for everyone or everything`,
    });
  }
  return violations;
}
