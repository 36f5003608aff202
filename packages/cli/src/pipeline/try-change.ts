import { AdapterError, type Diagnostic } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { listUntried } from "./apply-sides.ts";
import type { ValidateResult } from "./validate.ts";

/**
 * Tries edited texts (by file, relative to the Terraform directory) in the sandbox, against the files or, where these do not plan,
 * against the texts of `base` in their place.
 */
export type ValidateChange = (
  overlay: ReadonlyMap<string, string>,
  base?: ReadonlyMap<string, string>,
) => Promise<ValidateResult>;

/** What became of a change in the sandbox. */
export type TriedChange =
  /** Nobody asked for it, or there is no change. */
  | { readonly kind: "not-asked" }
  | { readonly kind: "validated"; readonly result: ValidateResult }
  /** It could not be done: the change stands, and nothing is proven of it. */
  | { readonly kind: "not-validated"; readonly error: CommandError };

/**
 * Tries a change. What a user can mend (a target to be named, a host that is too small, an engine that breaks) does not
 * take away what was found before: it is a value. The signal's reason and bugs of ours are thrown.
 */
export async function tryChange(
  validateChange: ValidateChange | undefined,
  overlay: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<TriedChange> {
  if (validateChange === undefined || overlay.size === 0) return { kind: "not-asked" };
  try {
    return { kind: "validated", result: await validateChange(overlay) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError || error instanceof AdapterError) {
      return { kind: "not-validated", error: notValidated(error) };
    }
    throw error;
  }
}

/** "Nothing could be done" is wrong for a run that made a patch: what is left is that the change is undecided. */
function notValidated(error: CommandError | AdapterError): CommandError {
  const exitCode = error instanceof CommandError ? error.exitCode : EXIT_CODES.badInput;
  return new CommandError(
    exitCode === EXIT_CODES.nothingToDo ? EXIT_CODES.undecided : exitCode,
    `the change was not validated by load: ${error.message}`,
    { cause: error },
  );
}

/** Whether the files may be written: nothing was to be proven first, or all of it was. */
export function isProven(tried: TriedChange): boolean {
  if (tried.kind !== "validated") return tried.kind === "not-asked";
  const { validation, untried } = tried.result;
  return validation.verdict.kind === "pass" && untried.length === 0;
}

/** What the report of all changes says about their trial. */
export function triedDiagnostics(tried: TriedChange): readonly Diagnostic[] {
  switch (tried.kind) {
    case "not-asked":
      return [];
    case "not-validated": {
      const [first = "", ...rest] = tried.error.message.split("\n");
      return [
        {
          severity: "error",
          code: "not-validated",
          summary: first.replace(/[.:]$/, "").replace(/^t/, "T"),
          ...(rest.length === 0 ? {} : { detail: rest.join("\n") }),
        },
      ];
    }
    case "validated": {
      const { validation, diagnostics, untried } = tried.result;
      return untried.length === 0
        ? diagnostics
        : [
            ...diagnostics,
            {
              severity: "warning",
              code: "services-not-tried",
              summary: `Only ${validation.target} was tried: of ${untried.length} more service${untried.length === 1 ? "" : "s"} that the change touches nothing is proven`,
              detail: listUntried(untried),
            },
          ];
    }
  }
}
