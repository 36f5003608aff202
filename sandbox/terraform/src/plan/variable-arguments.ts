import type { PlanRequest } from "./plan-request.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** The arguments that give a configuration's variables their values. */
export function variableArguments(request: PlanRequest, copy: WorkingCopy): readonly string[] {
  const files = (request.varFiles ?? []).map((path) => `-var-file=${copy.locate(path)}`);
  const values = Object.entries(request.variables ?? {}).map(([name, value]) => `-var=${name}=${value}`);
  return [...files, ...values];
}
