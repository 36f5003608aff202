import { type MachineType, rdsInstanceClass, rdsInstanceClasses } from "@apex/catalog";
import { textAt } from "../fleet/attributes.ts";
import { familyName } from "../rightsizing/as-much.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { isAllowed } from "../rightsizing/machine-candidates.ts";
import { type RdsDatabase, rdsDatabase } from "./rds-database.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { holdsText, successorDraft, successors } from "./successor-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Databases: a newer class of the same kind, Graviton's included where the engine's version is known to run on it, that has
 * no less of anything and costs less. The service brings its own images, so the architecture is no work of the owner's.
 */
export const rdsGeneration: Rule = {
  name: "rds-generation",
  resourceTypes: ["aws_db_instance", "aws_rds_cluster_instance"],
  judge,
};

/** First versions that run on Graviton2 classes. Source: RDS user guide, "Supported DB engines for DB instance classes". */
const GRAVITON2_SINCE: Readonly<Record<string, readonly number[]>> = {
  mysql: [8, 0, 17],
  mariadb: [10, 4, 13],
  postgres: [12, 3],
  "aurora-postgresql": [12, 4],
  // Aurora's own version, the last part of "8.0.mysql_aurora.3.02.0".
  "aurora-mysql": [2, 9, 2],
};

const GRAVITON2_FAMILY = /^(m6gd?|r6gd?|t4g)$/;

function judge(context: RuleContext): readonly Judgement[] {
  const found = rdsDatabase(context);
  // What cannot be read at all is rds-idle's to say, once.
  if (found.kind === "refused") return [];
  const { shape, hourly } = found;
  const [chosen, ...others] = successors(context, {
    machine: shape,
    hourly,
    candidates: newerClasses(context, found),
    isTrusted: (after) => after.name === shape.supersededBy,
  });
  if (chosen === undefined) {
    return abstain(`no newer class of the kind of ${shape.name} has as much of everything for less`, true);
  }
  const changesArchitecture = chosen.machine.architecture !== shape.architecture;
  const draft = successorDraft(context, {
    part: "machine",
    from: shape.name,
    hourlyNow: hourly,
    chosen,
    others,
    count: 1,
    summary: `${chosen.name} ${holdsText(chosen)} and costs less than ${shape.name}`,
    changes: setAttribute(context.resource, ["instance_class"], { from: shape.name, to: chosen.name }),
    restart: "the database restarts in its maintenance window, or fails over where it is Multi-AZ",
    notes: changesArchitecture
      ? [
          `Its engine version runs on Graviton; extensions and client drivers are the service's and stay as they are`,
        ]
      : [],
    unknowns: [
      ...found.unknowns,
      "cpu speed: compared by benchmark, not with this load",
      ...(changesArchitecture ? [] : [`engine version: whether it supports ${chosen.name} is not checked`]),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

function newerClasses(
  context: RuleContext,
  { shape: now, engine, priceOf }: RdsDatabase & { readonly kind: "database" },
): readonly Candidate<MachineType>[] {
  const policy = {
    ...context.policy.candidates,
    allowedFamilies: context.policy.candidates.allowedFamilies ?? ["*"],
    burstable: now.isBurstable,
    crossFamily: true,
  };
  const name = familyName(now.family);
  const hasGraviton = runsOnGraviton(engine, textAt(context.resource.attributes, "engine_version"));
  return rdsInstanceClasses(context.prices).flatMap((className) => {
    const machine = rdsInstanceClass(className);
    const other = machine === undefined ? undefined : familyName(machine.family);
    if (machine === undefined || other === undefined || !isAllowed(now, machine, policy)) return [];
    const isNewer = other.series === name?.series && other.generation > name.generation;
    const isSameKind = machine.vcpu === now.vcpu && machine.isBurstable === now.isBurstable;
    const canRun =
      machine.architecture === now.architecture || (hasGraviton && GRAVITON2_FAMILY.test(machine.family));
    if (!isNewer || !isSameKind || !canRun) return [];
    const hourly = priceOf(className);
    return hourly.kind === "unknown"
      ? []
      : [{ machine, name: className, hourly: hourly.value, effort: "low" as const }];
  });
}

function runsOnGraviton(engine: string, written: string | undefined): boolean {
  const version = engine === "aurora-mysql" ? written?.split("mysql_aurora.")[1] : written;
  const since = Object.hasOwn(GRAVITON2_SINCE, engine) ? GRAVITON2_SINCE[engine] : undefined;
  if (since === undefined || version === undefined || !/^\d+(\.\d+)*$/.test(version)) return false;
  const parts = version.split(".").map(Number);
  for (const [index, least] of since.entries()) {
    const part = parts[index];
    // "8.0" may be any 8.0: known only where it says enough.
    if (part === undefined) return false;
    if (part !== least) return part > least;
  }
  return true;
}
