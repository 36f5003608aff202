import type { AppliedResource } from "@apex/core";
import { configuredText } from "./applied-state.ts";
import { readGoogleMachine } from "./google-machine.ts";
import { noService, type ServiceReading } from "./machine-shape.ts";

const NOT_RUNNING = new Set(["TERMINATED", "STOPPED", "SUSPENDED"]);

/** `google_compute_instance`: one machine, unless it is to be stopped. */
export function readGoogleComputeInstance(resource: AppliedResource): ServiceReading {
  const { values } = resource;
  const status = configuredText(values, ["desired_status"]) ?? configuredText(values, ["current_status"]);
  if (status !== undefined && NOT_RUNNING.has(status)) {
    return noService(resource, "sandbox-stopped", "The machine is stopped: there is nothing to run");
  }
  return readGoogleMachine(resource, values);
}
