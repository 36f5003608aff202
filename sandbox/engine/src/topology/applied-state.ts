import { textAt } from "@apex/catalog";
import {
  type AppliedResource,
  type Diagnostic,
  isStandInText,
  type JsonObject,
  type JsonPath,
} from "@apex/core";

/** The resources of one applied state, ready to be followed from one to another. */
export interface AppliedState {
  /** Managed and data resources of a type, in the order of the state. */
  ofType(type: string): readonly AppliedResource[];
}

/** How a pointer is spelled: the path of the pointing attribute, and the attributes it may be equal to. */
export interface Pointer {
  readonly paths: readonly JsonPath[];
  readonly types: readonly string[];
  readonly targetAttributes: readonly string[];
}

/** Indexes a state by type. */
export function appliedState(resources: readonly AppliedResource[]): AppliedState {
  const byType = Map.groupBy(resources, (resource) => resource.type);
  return { ofType: (type) => byType.get(type) ?? [] };
}

/** A text that was really configured; `undefined` for what is absent or a placeholder. */
export function configuredText(values: JsonObject, path: JsonPath): string | undefined {
  const text = textAt(values, path);
  return text === undefined || isStandInText(text) ? undefined : text;
}

/** Whether two spellings name one thing: the last segments of a self link or ARN are enough. */
function sameThing(from: string, target: string): boolean {
  return from === target || from.endsWith(`/${target}`) || target.endsWith(`/${from}`);
}

/** The resource that a pointer names, compared by concrete ids; `undefined` when the state does not hold it. */
export function follow(
  state: AppliedState,
  values: JsonObject,
  pointer: Pointer,
): AppliedResource | undefined {
  const candidates = pointer.types.flatMap((type) => state.ofType(type));
  const names = pointer.paths.flatMap((path) => textAt(values, path) ?? []);
  for (const name of names) {
    const found = candidates.find((candidate) =>
      pointer.targetAttributes.some((attribute) => {
        const target = textAt(candidate.values, [attribute]);
        return target !== undefined && sameThing(name, target);
      }),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A diagnostic about one resource. */
export function about(
  resource: AppliedResource,
  diagnostic: Omit<Diagnostic, "address" | "severity"> & Partial<Pick<Diagnostic, "severity">>,
): Diagnostic {
  return { severity: "warning", ...diagnostic, address: resource.address };
}
