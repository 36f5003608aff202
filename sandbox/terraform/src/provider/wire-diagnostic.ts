import type { AttributeStep } from "./replacement.ts";

/** The protocol's diagnostic message. */
export interface WireDiagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: { readonly steps: readonly object[] };
}

/** The protocol's form of a path into a resource. */
export function wirePath(path: readonly AttributeStep[]): { readonly steps: readonly object[] } {
  return {
    steps: path.map((step) =>
      typeof step === "number" ? { element_key_int: step } : { attribute_name: step },
    ),
  };
}

/** An error of the configuration, shown by Terraform with the line of the attribute. */
export function wireError(
  summary: string,
  detail: string,
  path: readonly AttributeStep[] = [],
): WireDiagnostic {
  return {
    severity: "ERROR",
    summary,
    detail,
    ...(path.length > 0 ? { attribute: wirePath(path) } : {}),
  };
}

/** A warning, shown by Terraform. */
export function wireWarning(
  summary: string,
  detail: string,
  path: readonly AttributeStep[] = [],
): WireDiagnostic {
  return { ...wireError(summary, detail, path), severity: "WARNING" };
}
