import { type Diagnostic, type IntendedChange, type JsonValue, type Patch, type TextEdit } from "@apex/core";
import type { Configuration } from "../configuration/read-configuration.ts";
import { indexSites, type SiteIndex } from "../trace/site-index.ts";
import { addResource } from "./add-resource.ts";
import { chooseEdits } from "./choose-edits.ts";
import { removeResources } from "./remove-resource.ts";
import { applyTextEdits, reviewEdits } from "./text-edits.ts";
import { verifyEdits } from "./verify-edits.ts";
import { isLeftOut } from "./unmanaged.ts";
import { checkChange, type WantedAttribute } from "./wanted.ts";
import { sameValue } from "./write-site.ts";

/** What one recommendation wants changed. */
export interface PatchRequest {
  readonly id: string;
  readonly changes: readonly IntendedChange[];
}

interface Planned {
  readonly textEdits: readonly TextEdit[];
  readonly trace: readonly string[];
  readonly values: ReadonlyMap<string, JsonValue>;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

type Outcome = { readonly kind: "planned"; readonly planned: Planned } | Refusal;

interface Refusal {
  readonly kind: "refused";
  readonly reason: string;
  readonly chain?: readonly string[];
}

/**
 * Writes all requests into the user's files, seen together: one token that feeds several instances is edited once when
 * all of them are to change alike; where they must differ the edit is split off for the intended instances, or refused
 * with the name of what else would change. Every patch is re-read and re-evaluated before it is returned. A request is
 * carried out whole or not at all. Patches of requests that share a token hold the same edit.
 */
export function patchConfiguration(
  configuration: Configuration,
  requests: readonly PatchRequest[],
): ReadonlyMap<string, Patch> {
  return new Patcher(configuration, requests).patch();
}

class Patcher {
  private readonly configuration: Configuration;
  private readonly requests: readonly PatchRequest[];
  private readonly index: SiteIndex;
  private readonly refusals = new Map<string, Refusal>();
  private readonly skipped = new Map<string, readonly IntendedChange[]>();

  constructor(configuration: Configuration, requests: readonly PatchRequest[]) {
    this.configuration = configuration;
    this.index = indexSites(configuration);
    this.requests = requests.map(({ id, changes }) => ({
      id,
      changes: changes.filter((change) => !this.isSkipped(id, change)),
    }));
  }

  private isSkipped(id: string, change: IntendedChange): boolean {
    if (!isLeftOut(this.index, change)) return false;
    this.skipped.set(id, [...(this.skipped.get(id) ?? []), change]);
    return true;
  }

  patch(): ReadonlyMap<string, Patch> {
    if (!this.index.isComplete) {
      for (const { id } of this.requests)
        this.refuse(id, "the configuration is too large to tell what else an edit would change");
    }
    // Each round refuses at least one request more, or is the last.
    for (let round = 0; round <= this.requests.length; round++) {
      const outcomes = this.plan();
      const refusedNow = [...outcomes].filter(([, outcome]) => outcome.kind === "refused");
      if (refusedNow.length > 0) {
        for (const [id, outcome] of refusedNow)
          if (outcome.kind === "refused") this.refusals.set(id, outcome);
        continue;
      }
      const planned = new Map<string, Planned>();
      for (const [id, outcome] of outcomes) if (outcome.kind === "planned") planned.set(id, outcome.planned);
      if (this.verify(planned)) return this.patches(planned);
    }
    return this.patches(new Map());
  }

  private refuse(id: string, reason: string, chain?: readonly string[]): void {
    this.refusals.set(id, { kind: "refused", reason, ...(chain === undefined ? {} : { chain }) });
  }

  private plan(): Map<string, Outcome> {
    const wanted = new Map<string, WantedAttribute>();
    const feeds = new Map<string, string[]>();
    const outcomes = new Map<string, Outcome>();
    const open = this.requests.filter(({ id }) => !this.refusals.has(id));
    for (const request of open) {
      const checked = this.check(request, wanted);
      if (!Array.isArray(checked)) {
        outcomes.set(request.id, checked);
        continue;
      }
      for (const attribute of checked) wanted.set(attribute.feed, attribute);
      feeds.set(
        request.id,
        checked.map(({ feed }) => feed),
      );
    }
    if (outcomes.size > 0) return outcomes;
    const choices = chooseEdits(this.index, wanted);
    const taken = new Set<string>();
    for (const request of open) {
      const outcome = this.join(request, { feeds: feeds.get(request.id) ?? [], wanted, choices, taken });
      outcomes.set(request.id, outcome);
    }
    return outcomes;
  }

  private check(
    request: PatchRequest,
    wanted: ReadonlyMap<string, WantedAttribute>,
  ): WantedAttribute[] | Refusal {
    const found: WantedAttribute[] = [];
    for (const change of request.changes) {
      if (change.kind !== "set-attribute") continue;
      const checked = checkChange(this.index, change);
      if (checked.kind === "refused") return checked;
      const { feed, to } = checked.wanted;
      const other = wanted.get(feed) ?? found.find((attribute) => attribute.feed === feed);
      if (other !== undefined && !sameValue(other.to, to)) {
        const values = `${JSON.stringify(other.to)} and ${JSON.stringify(to)}`;
        return { kind: "refused", reason: `two requests want ${feed.replace("#", ".")} to be ${values}` };
      }
      found.push(checked.wanted);
    }
    return found;
  }

  private join(
    request: PatchRequest,
    context: {
      readonly feeds: readonly string[];
      readonly wanted: ReadonlyMap<string, WantedAttribute>;
      readonly choices: ReturnType<typeof chooseEdits>;
      readonly taken: Set<string>;
    },
  ): Outcome {
    const textEdits: TextEdit[] = [];
    const trace: string[] = [];
    const values = new Map<string, JsonValue>();
    const added: string[] = [];
    for (const feed of context.feeds) {
      const attribute = context.wanted.get(feed);
      const choice = context.choices.get(feed);
      if (attribute === undefined || choice === undefined) continue;
      if (choice.kind === "refused")
        return { kind: "refused", reason: choice.reason, chain: attribute.chain };
      textEdits.push(...choice.textEdits);
      trace.push([...attribute.chain, ...(choice.note === undefined ? [] : [choice.note])].join(" → "));
      values.set(feed, attribute.to);
    }
    for (const change of request.changes) {
      if (change.kind !== "add-resource") continue;
      const result = addResource(this.index, change, context.taken);
      if (result.kind === "refused") return result;
      textEdits.push(result.edit);
      added.push(result.address);
      trace.push(`${result.address} is added after ${change.besideAddress}`);
    }
    const removals = request.changes.filter((change) => change.kind === "remove-resource");
    const gone = removeResources(this.configuration, this.index, removals);
    if (gone.kind === "refused") return gone;
    textEdits.push(...gone.textEdits);
    trace.push(...gone.trace);
    for (const file of new Set(textEdits.map((edit) => edit.file))) {
      // Not a refusal: the module belongs to this configuration as well, and its plan is checked.
      if (file.startsWith("../"))
        trace.push(`${file} lies outside of the root module: other configurations may use it too`);
    }
    const broken = this.brokenFile(textEdits);
    if (broken !== undefined) return { kind: "refused", reason: broken };
    if (textEdits.length === 0) return { kind: "refused", reason: "the request changes nothing" };
    return { kind: "planned", planned: { textEdits, trace, values, added, removed: gone.addresses } };
  }

  private brokenFile(textEdits: readonly TextEdit[]): string | undefined {
    const edited = new Set(textEdits.map(({ file }) => file));
    const error = this.configuration.diagnostics.find(
      ({ severity, code, source }) =>
        severity === "error" &&
        /-syntax$|^hcl-/.test(code) &&
        source !== undefined &&
        edited.has(source.file),
    );
    if (error?.source === undefined) return undefined;
    return `${error.source.file} has errors, so it is not edited: ${error.summary} (line ${error.source.line ?? 1})`;
  }

  /** True when all plans together hold; otherwise the requests that break the proof are refused. */
  private verify(planned: ReadonlyMap<string, Planned>): boolean {
    if (this.problemOf([...planned.values()]) === undefined) return true;
    const accepted: Planned[] = [];
    for (const group of sharing(planned)) {
      const plans = group.flatMap((id) => planned.get(id) ?? []);
      const problem = this.problemOf([...accepted, ...plans]);
      if (problem === undefined) accepted.push(...plans);
      else for (const id of group) this.refuse(id, problem, planned.get(id)?.trace);
    }
    return false;
  }

  private problemOf(plans: readonly Planned[]): string | undefined {
    const textEdits = plans.flatMap((plan) => plan.textEdits);
    const values = new Map(plans.flatMap((plan) => [...plan.values]));
    const addresses = new Set(plans.flatMap((plan) => plan.added));
    const removed = new Set(plans.flatMap((plan) => plan.removed));
    try {
      applyTextEdits(this.configuration.source.files, textEdits);
    } catch (error) {
      if (error instanceof RangeError) return `the edits get in each other's way: ${error.message}`;
      throw error;
    }
    const problem = verifyEdits(this.configuration, textEdits, { values, addresses, removed });
    return problem === undefined ? undefined : `the edit would not do what it should: ${problem}`;
  }

  private patches(planned: ReadonlyMap<string, Planned>): Map<string, Patch> {
    const patches = new Map<string, Patch>();
    for (const { id } of this.requests) {
      const plan = planned.get(id);
      const refusal = this.refusals.get(id) ?? { kind: "refused", reason: "the request changes nothing" };
      patches.set(id, plan === undefined ? refusedPatch(refusal) : this.editsPatch(id, plan, planned));
    }
    return patches;
  }

  private editsPatch(id: string, plan: Planned, planned: ReadonlyMap<string, Planned>): Patch {
    const keys = new Set(plan.textEdits.map(editKey));
    const addresses = new Set<string>();
    for (const other of planned.values()) {
      if (!other.textEdits.some((edit) => keys.has(editKey(edit)))) continue;
      for (const feed of other.values.keys()) addresses.add(feed.slice(0, feed.indexOf("#")));
      for (const address of [...other.added, ...other.removed]) addresses.add(address);
    }
    const textEdits = [...new Map(plan.textEdits.map((edit) => [editKey(edit), edit])).values()];
    return {
      kind: "edits",
      textEdits,
      edits: reviewEdits(this.configuration.source.files, textEdits),
      trace: plan.trace,
      skipped: this.skipped.get(id) ?? [],
      addresses: [...addresses],
    };
  }
}

function editKey(edit: TextEdit): string {
  return `${edit.file}:${edit.start}-${edit.end} ${edit.text}`;
}

/** The requests in groups that share edits: a group is carried out together. */
function sharing(planned: ReadonlyMap<string, Planned>): string[][] {
  const groups: { readonly ids: string[]; readonly keys: Set<string> }[] = [];
  for (const [id, plan] of planned) {
    const keys = new Set(plan.textEdits.map(editKey));
    const joined = groups.filter((group) => [...keys].some((key) => group.keys.has(key)));
    const merged = { ids: [...joined.flatMap(({ ids }) => ids), id], keys: new Set(keys) };
    for (const group of joined) {
      groups.splice(groups.indexOf(group), 1);
      for (const key of group.keys) merged.keys.add(key);
    }
    groups.push(merged);
  }
  return groups.map(({ ids }) => ids);
}

function refusedPatch(refusal: Refusal): Patch {
  const diagnostic: Diagnostic = {
    severity: "warning",
    code: "patch-refused",
    summary: refusal.reason,
    ...(refusal.chain === undefined ? {} : { detail: refusal.chain.join(" → ") }),
  };
  return { kind: "refused", reason: refusal.reason, diagnostics: [diagnostic] };
}
