import { AdapterError } from "@apex/core";

/** A file of samples that cannot be believed, with the next step. */
export function damagedSamples(path: string, what: string): AdapterError {
  return new AdapterError(
    "invalid",
    `${path} is damaged: ${what}; restore it from a backup, or move its folder away and collect again`,
  );
}
