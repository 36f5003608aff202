import { blocksAt, flagAt, numberAt, textAt } from "@apex/catalog";
import type { AppliedResource, JsonObject } from "@apex/core";
import { configuredText } from "./applied-state.ts";
import { catalogShape, noService, type ServiceReading, spotAdvice } from "./machine-shape.ts";

/** The last segment of a self link; the text itself when it is none. */
function lastSegment(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

/** The machine that an instance or an instance template (`values`) describes, said of `resource`. */
export function readGoogleMachine(resource: AppliedResource, values: JsonObject): ServiceReading {
  const name = configuredText(values, ["machine_type"]);
  if (name === undefined)
    return noService(resource, "sandbox-no-machine-type", "Its machine type is not known");
  const reading = catalogShape(resource, "gcp", lastSegment(name));
  if (reading.shape === undefined) return reading;
  const attached = blocksAt(values, ["guest_accelerator"])
    .filter((block) => configuredText(block, ["type"]) !== undefined)
    .reduce((total, block) => total + (numberAt(block, ["count"]) ?? 0), 0);
  const isSpot =
    flagAt(values, ["scheduling", 0, "preemptible"]) === true ||
    textAt(values, ["scheduling", 0, "provisioning_model"]) === "SPOT";
  return {
    shape: { ...reading.shape, gpus: Math.max(reading.shape.gpus, attached) },
    count: 1,
    diagnostics: [...reading.diagnostics, ...(isSpot ? [spotAdvice(resource, "Spot machines")] : [])],
  };
}
