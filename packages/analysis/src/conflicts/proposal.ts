import type { Resource } from "@apex/core";
import type { RuleName } from "../policy/rule-names.ts";
import type { Draft } from "../rules/draft.ts";

/** A draft with the rule that made it and the resource that it is about. */
export interface Proposal {
  readonly rule: RuleName;
  readonly resource: Resource;
  readonly draft: Draft;
}
