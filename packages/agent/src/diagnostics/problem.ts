import type { JsonPath, TerraformDiagnostic } from "@apex/core";

/**
 * Who can do something about a class of problems. `code`: an edit of the configuration. `person`: only its owner knows what was
 * meant, or the change is not ours to make (a password, a failed validation, `prevent_destroy`). `retry`: it goes by itself.
 * `elsewhere`: credentials, quotas, a provider's bug; no edit of the configuration helps.
 */
export type Route = "code" | "person" | "retry" | "elsewhere";

/** What Terraform can find wrong, as far as Apex understands it, and who mends it. */
export const PROBLEM_CLASSES = {
  // What stops HCL from being read.
  syntax: "code",
  "invalid-name": "code",
  // A body against its schema.
  "unsupported-argument": "code",
  "unsupported-block": "code",
  "missing-argument": "code",
  "missing-block": "code",
  "too-many-blocks": "code",
  "argument-redefined": "code",
  "read-only-argument": "code",
  "conflicting-arguments": "code",
  "missing-one-of": "code",
  "wrong-type": "code",
  "value-not-allowed": "code",
  "invalid-resource-type": "code",
  "invalid-data-source": "code",
  "machine-type": "code",
  // References.
  "unsupported-attribute": "code",
  "undeclared-variable": "code",
  "undeclared-local": "code",
  "undeclared-module": "code",
  "undeclared-resource": "code",
  "invalid-reference": "code",
  "missing-instance-key": "code",
  "unexpected-instance-key": "code",
  "no-repetition": "code",
  "self-reference": "code",
  cycle: "code",
  // Expressions and functions.
  "unknown-function": "code",
  "function-arguments": "code",
  "invalid-expression": "code",
  "invalid-index": "code",
  // Repetition.
  "invalid-count": "code",
  "invalid-for-each": "code",
  // Declarations.
  "duplicate-declaration": "code",
  "invalid-default": "code",
  "invalid-type-constraint": "code",
  "invalid-variable-value": "code",
  "invalid-dependency": "code",
  "invalid-lifecycle": "code",
  "sensitive-output": "code",
  refactoring: "code",
  // Modules and providers.
  "module-not-found": "code",
  "module-source": "code",
  "provider-not-configured": "code",
  "invalid-version-constraint": "code",
  "missing-provider": "elsewhere",
  "lock-file": "elsewhere",
  // What its owner decides.
  "no-value-for-variable": "person",
  "validation-failed": "person",
  "condition-failed": "person",
  "prevent-destroy": "person",
  "required-version": "person",
  backend: "person",
  // What an apply meets.
  "already-exists": "person",
  quota: "elsewhere",
  "access-denied": "elsewhere",
  credentials: "elsewhere",
  capacity: "elsewhere",
  "dependency-violation": "elsewhere",
  throttled: "retry",
  "state-locked": "retry",
  network: "retry",
  conflict: "retry",
  "provider-bug": "elsewhere",
  /** Nothing that Apex knows: never guessed at. A model may look at it. */
  unclassified: "code",
} as const satisfies Readonly<Record<string, Route>>;

/** A key of {@link PROBLEM_CLASSES}. */
export type ProblemClass = keyof typeof PROBLEM_CLASSES;

/** A piece of a file: `[start, end)` in UTF-16 code units of its text. */
export interface FilePlace {
  /** Relative to the root module, forward slashes, may start with `../`: a key of the configuration's files. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** One diagnostic of Terraform's, understood. */
export interface Problem {
  readonly class: ProblemClass;
  readonly diagnostic: TerraformDiagnostic;
  /**
   * What stood in the blanks of Terraform's message: `{ name: "instance_typ" }`, and as `why` which of its class's messages it is.
   * Its "Did you mean" is left out: it is the first near name of an unordered map, another one from run to run; where Terraform is
   * certain (a data source of that very type, a data source of that very name) it is `instead`.
   */
  readonly names: Readonly<Record<string, string>>;
  /** Absent where Terraform tells none (cycles), or names a file that is not part of the configuration. */
  readonly place?: FilePlace;
  /** The resource, data source, module call … without instance keys, as far as the diagnostic or its place tells. */
  readonly address?: string;
  /** The attribute within the resource, where the message names it. */
  readonly path?: JsonPath;
}
