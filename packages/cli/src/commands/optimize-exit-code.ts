import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { listUntried } from "../pipeline/apply-sides.ts";
import type { OptimizeResult } from "../pipeline/report-optimization.ts";
import { isProven, type TriedChange } from "../pipeline/try-change.ts";
import { verdictExitCode } from "./validate.ts";

/** What was asked of a run that its exit code depends on. */
export interface AskedOfRun {
  /** Whether the files were to be changed; absent: not. */
  readonly apply?: boolean;
  /** `--out` as it was given: where the report and the patch lie; absent: nowhere. */
  readonly out?: string;
}

function whereabouts({ out }: AskedOfRun): string {
  return out === undefined
    ? "With --out <dir> the report and the patch are written there"
    : `The report and the patch are in ${out}`;
}

/** An undecided change is left to the user, who has to find it; every other error says what to mend first. */
function notValidated(error: CommandError, asked: AskedOfRun): CommandError {
  if (error.exitCode !== EXIT_CODES.undecided) return error;
  return new CommandError(error.exitCode, `${error.message}\n${whereabouts(asked)}`, { cause: error });
}

/**
 * What an optimization was for a script. Throws the error of a validation that could not be done, and a CommandError where
 * `--apply` would have written what was not tried.
 */
export function optimizeExitCode(
  { summary }: Pick<OptimizeResult["report"], "summary">,
  tried: TriedChange,
  asked: AskedOfRun,
): ExitCode {
  const { applied, planned } = summary.recommendations;
  if (applied + planned === 0) return EXIT_CODES.nothingToDo;
  if (tried.kind === "not-asked") return EXIT_CODES.done;
  if (tried.kind === "not-validated") throw notValidated(tried.error, asked);
  const { validation, untried } = tried.result;
  const exitCode = verdictExitCode(validation.verdict.kind);
  if (exitCode !== EXIT_CODES.done || asked.apply !== true || isProven(tried)) return exitCode;
  const list = listUntried(untried).replaceAll("\n", "\n  ");
  throw new CommandError(
    EXIT_CODES.undecided,
    `--apply: no file was changed: ${validation.target} holds its load, and the change also touches what was not tried:\n  ${list}\n` +
      `Apply the patch yourself, or narrow the change with a policy (--policy). ${whereabouts(asked)}`,
  );
}
