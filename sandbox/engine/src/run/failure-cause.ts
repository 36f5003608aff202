import { AdapterError, ContainerNotReady, type ContainerState, type Side, unreachable } from "@apex/core";
import type { FailureCause } from "./run-state.ts";

function causeOfState(state: ContainerState): FailureCause {
  switch (state.kind) {
    case "oom-killed":
      return "out-of-memory";
    case "exited":
      return "exited";
    case "running":
      return "not-ready";
    default:
      return unreachable(state);
  }
}

/** Why an environment could not be used, as far as the error tells. */
export function causeOf(error: unknown): FailureCause {
  if (error instanceof ContainerNotReady) return causeOfState(error.state);
  return error instanceof AdapterError && error.kind === "invalid" ? "not-startable" : "unknown";
}

/** The text of whatever was thrown, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const ADVICE: Readonly<Record<FailureCause, string>> = {
  "out-of-memory":
    "It was killed for want of memory before it could serve: choose a larger scale or a host with more memory.",
  exited: "It ended by itself: look at what it printed.",
  "not-ready": "It did not accept connections in time: check its port and what it waits for.",
  "not-startable": "It cannot be started as it is.",
  unknown: "The sandbox could not run it.",
};

/** Why the validation failed, for people. */
export function formatCause(side: Side, cause: FailureCause, message: string): string {
  return `The ${side}'s environment failed twice. ${ADVICE[cause]} ${message}`;
}
