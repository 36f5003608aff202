import { FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { isUnknownAt, textAt } from "./attributes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** A Terraform type whose resources start and stop the machines of another one. */
export interface StateKind {
  readonly stateType: string;
  readonly machineType: string;
  /** The argument that names the machine, and the machine's attributes that it may hold. */
  readonly argument: string;
  readonly targetAttributes: readonly string[];
  /** Where the machine itself says what it was last seen doing. */
  readonly reportedIn: string;
}

/** `aws_ec2_instance_state` stops an `aws_instance`. */
export const EC2_STATE: StateKind = {
  stateType: "aws_ec2_instance_state",
  machineType: "aws_instance",
  argument: "instance_id",
  targetAttributes: ["id"],
  reportedIn: "instance_state",
};

/** `aws_rds_instance_state` stops an `aws_db_instance`; AWS starts it again after seven days. */
export const RDS_STATE: StateKind = {
  stateType: "aws_rds_instance_state",
  machineType: "aws_db_instance",
  argument: "identifier",
  targetAttributes: ["identifier", "id"],
  reportedIn: "status",
};

interface WantedStates {
  readonly byMachine: ReadonlyMap<ResourceView, string>;
  /** Whether some state is meant for a new machine of which it is not known which one it is. */
  readonly hasUnresolved: boolean;
}

const wantedStates = new WeakMap<PlanView, Map<StateKind, WantedStates>>();

/** Resolved once per side: a fleet has as many states as machines. */
function wantedStatesOf(view: PlanView, kind: StateKind): WantedStates {
  const kept = wantedStates.get(view) ?? new Map<StateKind, WantedStates>();
  wantedStates.set(view, kept);
  const states = kept.get(kind) ?? resolve(view, kind);
  kept.set(kind, states);
  return states;
}

function resolve(view: PlanView, kind: StateKind): WantedStates {
  const byMachine = new Map<ResourceView, string>();
  let hasUnresolved = false;
  const path = [kind.argument];
  for (const state of view.ofType(kind.stateType)) {
    const followed = follow(view, state, {
      types: [kind.machineType],
      references: kind.targetAttributes.map((targetAttribute) => ({ path, targetAttribute })),
    });
    const wanted = textAt(state.values, ["state"]);
    if (followed.kind === "found" && wanted !== undefined) byMachine.set(followed.resource, wanted);
    else hasUnresolved ||= followed.kind === "not-found" && isUnknownAt(state.unknowns, path);
  }
  return { byMachine, hasUnresolved };
}

/** A wanted state has the last word; else what the cloud last reported. */
export function isStopped(resource: ResourceView, view: PlanView, kind: StateKind): boolean {
  const wanted = wantedStatesOf(view, kind).byMachine.get(resource);
  return (wanted ?? textAt(resource.values, [kind.reportedIn])) === "stopped";
}

/** A new machine may be the one that a state, known only after apply, is meant for. */
export function unresolvedState(resource: ResourceView, view: PlanView, kind: StateKind): PricedParts {
  const { byMachine, hasUnresolved } = wantedStatesOf(view, kind);
  const mayBeMeant = hasUnresolved && isUnknownAt(resource.unknowns, ["id"]) && !byMachine.has(resource);
  return mayBeMeant ? partMissing(`whether an ${kind.stateType} stops it is known only after apply`) : FREE;
}
