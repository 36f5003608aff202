import { parseJson, type VerdictKind } from "@apex/core";
import { validationSchema } from "../validation/validation-schema.ts";
import type { RunLatency } from "./campaign-report.ts";

/** Only what a campaign tells of a run: a result of a newer Apex, with more in it, is read as well. */
const resultSchema = validationSchema.pick({
  schema: true,
  verdict: true,
  reasons: true,
  baseline: true,
  candidate: true,
  comparisons: true,
  headroomFactor: true,
});

/** What a run's kept result says. */
export interface ResultFigures {
  /** The first, which decided. */
  readonly reason: string | null;
  readonly p99: RunLatency | null;
  readonly headroomFactor: number | null;
  /** Why it says nothing, as a whole sentence. */
  readonly problem: string | null;
}

function nothing(problem: string | null): ResultFigures {
  return { reason: null, p99: null, headroomFactor: null, problem };
}

/**
 * Reads a run's `apex.validation/v1`. Whoever kept it, nothing in it is relied on: what cannot be read, or has another verdict than
 * the run, says nothing and why.
 */
export function readResult(result: string | null, verdict: VerdictKind | null): ResultFigures {
  if (result === null) return nothing(null);
  const value = parseJson(result);
  if (value === undefined) return nothing("Its kept result is not JSON.");
  const checked = resultSchema.safeParse(value);
  if (!checked.success) {
    const where = checked.error.issues[0]?.path.join(".") ?? "";
    return nothing(`Its kept result is no apex.validation/v1${where === "" ? "" : `, at ${where}`}.`);
  }
  const { reasons, baseline, candidate, comparisons, headroomFactor, verdict: told } = checked.data;
  if (told !== verdict) return nothing(`Its kept result says ${told}, not ${verdict ?? "nothing"}.`);
  const compared = comparisons.find(({ metric }) => metric === "p99");
  return {
    reason: reasons[0]?.summary ?? null,
    p99: {
      baselineMs: compared?.baseline ?? baseline.p99Ms,
      candidateMs: compared?.candidate ?? candidate.p99Ms,
      ratio: compared?.ratio ?? null,
      boundMs: compared?.bound?.value ?? null,
    },
    headroomFactor,
    problem: null,
  };
}
