import { isSameValue, type ObjectValue } from "./dynamic-value.ts";
import { type WireDiagnostic, wireWarning } from "./wire-diagnostic.ts";

/**
 * What the real provider lets pass in the plan and refuses during apply.
 * Google resizes a machine only when it may stop it (resource_compute_instance.go, `allow_stopping_for_update`).
 */
export function adviseOnChange(
  type: string,
  prior: ObjectValue | null,
  planned: ObjectValue,
): readonly WireDiagnostic[] {
  if (type !== "google_compute_instance" || prior === null) return [];
  const isResized = !isSameValue(prior["machine_type"] ?? null, planned["machine_type"] ?? null);
  const mayStop = planned["allow_stopping_for_update"] === true || planned["desired_status"] === "TERMINATED";
  if (!isResized || mayStop) return [];
  return [
    wireWarning(
      "Apply will be refused",
      "Changing machine_type stops the instance, and the provider for Google refuses that during apply. Set allow_stopping_for_update = true.",
      ["machine_type"],
    ),
  ];
}
