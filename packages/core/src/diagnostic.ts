/** How much a diagnostic matters: an `error` lost something, a `warning` limits the result, `info` is worth knowing. */
export type Severity = "error" | "warning" | "info";

/** A place in a file of the user's. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Advice to people: what happened, where, and what to do. Functions that can partly succeed return
 * `{ value, diagnostics }` and keep going.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable, kebab-case, for filters and tests: "csv-bad-timestamp". */
  readonly code: string;
  /** One sentence, no trailing period. */
  readonly summary: string;
  /** The next step, the chain that was followed, the rows that were seen. */
  readonly detail?: string;
  /** The Terraform address that it is about. */
  readonly address?: string;
  readonly source?: SourceLocation;
}

/** Whether any diagnostic is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
