import { configuredResources, type Configuration } from "@apex/generators-hcl";
import { widenedBy } from "./grants/covers.ts";
import { formatGrant, parseGrant } from "./grants/grant.ts";
import type { PlanChange, ResourceFacts, Violation } from "./guard.ts";
import { inventoryOf } from "./inventory.ts";
import { labelsOf } from "./labels.ts";
import { beyondOriginal } from "./original-grants.ts";
import { asRead } from "./text/as-read.ts";
import { preventsDestroy } from "./prevent-destroy.ts";
import { isIdentity, isStateful } from "./stateful-types.ts";

/** Facts that one sentence lists. */
const LISTED_MAX = 3;

function destroys({ actions }: ResourceFacts): boolean {
  return actions.includes("delete") || actions.includes("forget");
}

function verbOf({ actions }: ResourceFacts): string {
  if (actions.includes("create")) return "replaced";
  return actions.includes("forget") ? "forgotten" : "destroyed";
}

/** Whether the original files declare this very instance, as far as its `count` or `for_each` tells. */
function isDeclared(original: Configuration, address: string): boolean {
  const { resources, repetitions } = configuredResources(original);
  if (resources.has(address)) return true;
  const [type, name] = labelsOf(address);
  const isBlock = inventoryOf(original).some(
    ({ kind, labels }) => kind === "resource" && labels[0] === type && labels[1] === name,
  );
  if (!isBlock) return false;
  // Where the instances are known, one that is not among them is not declared: its owner wants it gone.
  const isKnown = [...resources.keys()].some((known) => {
    const [knownType, knownName] = labelsOf(known);
    return knownType === type && knownName === name;
  });
  const isCounted = [...repetitions].some(
    ([key, value]) => value !== undefined && key.endsWith(`${type}.${name}#repetition`),
  );
  return !isKnown && !isCounted;
}

function destruction(
  facts: ResourceFacts,
  before: ResourceFacts | undefined,
  change: PlanChange,
): Violation[] {
  const { address, type } = facts;
  const { original, baseline } = change;
  if (!destroys(facts)) return lostIdentity(facts, before, change);
  const verb = verbOf(facts);
  const violations: Violation[] = [];
  if (preventsDestroy(original, address)) {
    const sentence = `${address} would be ${verb}, which its prevent_destroy forbids`;
    violations.push({ rule: "prevent-destroy", sentence, address });
  }
  if (isStateful(type)) {
    const sentence = `${address} would be ${verb}: a ${type} holds what cannot be made again`;
    violations.push({ rule: "stateful-destroyed", sentence, address });
  } else {
    const isBeyond =
      baseline === null ? isDeclared(original, address) : before === undefined || !destroys(before);
    if (isBeyond)
      violations.push({ rule: "resource-destroyed", sentence: `${address} would be ${verb}`, address });
  }
  return violations;
}

/** Offline plans show an update where the real provider replaces. */
function lostIdentity(
  facts: ResourceFacts,
  before: ResourceFacts | undefined,
  { baseline }: PlanChange,
): Violation[] {
  if (!isStateful(facts.type) || !facts.actions.includes("update")) return [];
  const known = new Set(baseline === null ? [] : before?.changed);
  const path = facts.changed.find((one) => isIdentity(one) && !known.has(one));
  if (path === undefined) return [];
  const { address } = facts;
  const sentence = `${address} would get another ${path}, for which a ${facts.type} is replaced`;
  return [{ rule: "stateful-destroyed", sentence, address }];
}

function widening(facts: ResourceFacts, before: ResourceFacts | undefined, change: PlanChange): Violation[] {
  const now = facts.grants.map(parseGrant);
  const { address } = facts;
  const opened = beyond(facts, before, change, now);
  if (opened.length === 0) return [];
  const listed = opened.slice(0, LISTED_MAX).map(formatGrant).join("; ");
  const more = opened.length > LISTED_MAX ? ` and ${opened.length - LISTED_MAX} more` : "";
  return [
    { rule: "access-widened", sentence: `${address} would open more than before: ${listed}${more}`, address },
  ];
}

function beyond(
  facts: ResourceFacts,
  before: ResourceFacts | undefined,
  change: PlanChange,
  now: ReturnType<typeof parseGrant>[],
): readonly ReturnType<typeof parseGrant>[] {
  if (facts.actions.includes("delete") && !facts.actions.includes("create")) return [];
  if (change.baseline === null) {
    return beyondOriginal(change.original, { address: facts.address, now, options: { unknownIsAny: true } });
  }
  const { opened, undenied } = widenedBy((before?.grants ?? []).map(parseGrant), now, {
    unknownIsAny: false,
  });
  return [...opened, ...undenied];
}

/** Changes that the plan before the edits did not have. */
function unplanned(facts: ResourceFacts, before: ResourceFacts | undefined, change: PlanChange): Violation[] {
  if (change.baseline === null || facts.mode !== "managed" || destroys(facts)) return [];
  const { address, actions } = facts;
  const isNoMore = actions.every((action) => action === "no-op" || before?.actions.includes(action) === true);
  const known = new Set(before?.changed);
  const extra = facts.changed.filter((path) => !known.has(path));
  if (isNoMore && (extra.length === 0 || before?.actions.includes("create") === true)) return [];
  const what = isNoMore ? `change in ${extra.slice(0, LISTED_MAX).join(", ")}` : actions.join(" and ");
  const sentence = `${address} would ${isNoMore ? "" : "have the action "}${what}, which the plan before the edit did not`;
  return [{ rule: "outside-intention", sentence, address }];
}

/** What the plan before the edits had and this one has not. */
function missing(change: PlanChange, now: ReadonlyMap<string, ResourceFacts>): Violation[] {
  const { baseline, plan } = change;
  if (baseline === null) return [];
  const gone = baseline.resources.filter(
    ({ address, mode, actions }) => mode === "managed" && !actions.includes("delete") && !now.has(address),
  );
  const outputs = Object.keys(baseline.outputs ?? {}).filter(
    (name) => !Object.hasOwn(plan.outputs ?? {}, name),
  );
  return [
    ...gone.map(
      ({ address }): Violation => ({
        rule: "resource-destroyed",
        sentence: `${address} is in the plan before the edit and not in the one after it`,
        address,
      }),
    ),
    ...outputs.map(
      (name): Violation => ({
        rule: "declaration-removed",
        sentence: `output.${name} is in the plan before the edit and not in the one after it`,
        address: `output.${name}`,
      }),
    ),
  ];
}

/**
 * Judges a plan after edits: nothing destroyed or replaced that holds data or is declared, nothing done beyond the plan before the edits,
 * nothing opened beyond it or, without one, beyond what the original files show. In the order of the plan's addresses.
 */
export function reviewPlan(given: PlanChange): readonly Violation[] {
  const change = { ...given, original: asRead(given.original) };
  const before = new Map(change.baseline?.resources.map((facts) => [facts.address, facts]));
  const now = new Map(change.plan.resources.map((facts) => [facts.address, facts]));
  const each = change.plan.resources.flatMap((facts) => {
    const old = before.get(facts.address);
    const managed = facts.mode === "managed" ? destruction(facts, old, change) : [];
    return [...managed, ...unplanned(facts, old, change), ...widening(facts, old, change)];
  });
  return [...each, ...missing(change, now)];
}
