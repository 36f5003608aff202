import { AdapterError } from "@apex/core";

/** Something in a configuration that only its author, or a sandbox, makes safe. */
export interface TrustFinding {
  /**
   * `executes` starts programs; `reads` names a file outside of the configuration; `unknown-read` reads a file that only an
   * evaluation would tell; `outside-module` lies outside of the project.
   */
  readonly kind: "executes" | "reads" | "unknown-read" | "outside-module";
  /** Relative to the root directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What it does, as the rest of a sentence: `file("/etc/shadow") reads outside of the configuration`. */
  readonly what: string;
}

const SHOWN_MAX = 20;

function listOf(findings: readonly TrustFinding[]): string {
  const lines = findings.slice(0, SHOWN_MAX).map(({ file, line, what }) => `  ${file}:${line}: ${what}`);
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

/** A configuration that can execute programs or read outside of its directory, with nothing to keep it in. */
export class ConfigurationNotTrustedError extends AdapterError {
  /** Stable: for whoever tells this from other refusals. */
  readonly code = "configuration-not-trusted";
  readonly findings: readonly TrustFinding[];

  constructor(findings: readonly TrustFinding[], nextStep: string) {
    super(
      "denied",
      `The configuration can execute programs or read files outside of its directory, and nothing would keep it in:\n${listOf(findings)}\n${nextStep}`,
    );
    this.findings = findings;
  }
}
