import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CampaignDraft, CampaignMember, Diagnostic, Edit, Reservation } from "@apex/core";
import type { Report } from "@apex/report";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { ValidateInputs } from "../pipeline/validate.ts";
import type { Progress } from "../progress.ts";
import { APEX_VERSION } from "../version.ts";
import { addsUp, cutChange } from "./cut-change.ts";
import { keepConfiguration, type KeptConfiguration } from "./keep-configuration.ts";
import { type InputKeeper, keepNamed } from "./keep-inputs.ts";
import { type KeptLoad, type LoadKeeper, loadKeeper } from "./keep-load.ts";
import {
  LEFT_OUT,
  leftOut,
  type MemberFilter,
  type SelectedMember,
  selectMembers,
  unusedEntries,
} from "./select-members.ts";
import { renderJob, runIdOf, VALIDATION, type ValidationJob } from "./validation-job.ts";
import type { WorkloadEntry } from "./workload-mapping.ts";

/** What a campaign is made from; paths are absolute and exist. */
export interface DraftRequest
  extends Pick<ValidateInputs, "terraformDirectory" | "stateFile" | "varFiles" | "fixtures" | "metricFiles"> {
  readonly recommendations: Report["recommendations"];
  /** What the report's patch makes of the files, by path relative to the Terraform directory; absent without a patch. */
  readonly patched?: ReadonlyMap<string, string>;
  readonly filter: MemberFilter;
  readonly entries: readonly WorkloadEntry[];
  readonly mappingFile: string;
  /** For members whose entry does not say. */
  readonly minutes: number;
  readonly reserved: Pick<Reservation, "cores" | "memoryBytes">;
  /** Does what was done before once more. */
  readonly again: boolean;
  /** A directory of ours for what is sent. */
  readonly scratch: string;
  readonly head: Pick<CampaignDraft, "tenant" | "name" | "priority" | "budget" | "deadline">;
}

/** A campaign to be kept, and what its maker should know besides. */
export interface DraftedCampaign {
  readonly draft: CampaignDraft;
  readonly advice: readonly Diagnostic[];
}

/** What a run may take beside the minutes of its replays: reading its inputs, applying the configuration twice, taking everything down. */
const AROUND_SECONDS = 300;

/** All edits of the report, and the texts that they were made from. */
interface AllEdits {
  readonly all: readonly Edit[];
  readonly before: ReadonlyMap<string, string>;
}

async function allEdits({ recommendations, terraformDirectory }: DraftRequest): Promise<AllEdits> {
  const all = recommendations.flatMap(({ status, edits }) => (status === "not-applicable" ? [] : edits));
  const before = new Map<string, string>();
  for (const file of new Set(all.map((edit) => edit.file))) {
    const text = await readFile(path.resolve(terraformDirectory, file), "utf8").catch(() => undefined);
    if (text !== undefined) before.set(file, text);
  }
  return { all, before };
}

/** The edited texts of one member, or why there are none. */
function changeOf(
  request: DraftRequest,
  { recommendation }: SelectedMember,
  { all, before }: AllEdits,
): { readonly overlay?: ReadonlyMap<string, string>; readonly diagnostic?: Diagnostic } {
  const { edits, address } = recommendation;
  const about = address === null ? {} : { address };
  const cut = cutChange(edits, before);
  const { patched } = request;
  if (cut.kind === "cut" && (patched === undefined || addsUp(edits, all, { before, patched }))) return cut;
  if (patched !== undefined) {
    const summary =
      "What of the patch belongs to this change cannot be told from the rest: it is validated with all of the patch";
    return { overlay: patched, diagnostic: { severity: "warning", code: "whole-patch", summary, ...about } };
  }
  const where = cut.kind === "moved" ? `${cut.file}:${cut.line}` : "a file";
  const next = "Run apex optimize again, or check out the configuration that it ran on.";
  return {
    diagnostic: leftOut(recommendation, `${where} is not what the recommendation was made from`, next),
  };
}

/** What all members share. */
interface Shared extends Pick<ValidationJob, "state" | "metrics" | "fixtures" | "nonce"> {
  readonly kept: KeptConfiguration;
}

async function keepShared(request: DraftRequest, keeper: InputKeeper, cwd: string): Promise<Shared> {
  const { terraformDirectory: directory, varFiles, scratch, fixtures } = request;
  return {
    kept: await keepConfiguration(keeper, { directory, varFiles, scratch }),
    state: await keeper.keep(request.stateFile),
    metrics: await keepNamed(keeper, request.metricFiles, cwd),
    ...(fixtures === undefined ? {} : { fixtures: await keeper.keep(fixtures) }),
    ...(request.again ? { nonce: randomUUID() } : {}),
  };
}

function memberOf(
  request: DraftRequest,
  { recommendation, target }: SelectedMember,
  job: Omit<ValidationJob, "schema">,
): CampaignMember {
  const { monthlySavings, from, to } = recommendation;
  const reservation: Reservation = {
    ...request.reserved,
    gpus: 0,
    gpuModel: null,
    maxSeconds: Math.ceil(job.minutes * 60) + AROUND_SECONDS,
  };
  return {
    runId: runIdOf(job, reservation),
    target,
    change: `${from} → ${to}`,
    monthlySavings: { list: monthlySavings.list, net: monthlySavings.net },
    kind: VALIDATION,
    job: renderJob(job),
    reservation,
  };
}

async function jobOf(
  request: DraftRequest,
  member: SelectedMember,
  inputs: { readonly shared: Shared; readonly load: KeptLoad; readonly overlay: ReadonlyMap<string, string> },
  keeper: InputKeeper,
): Promise<Omit<ValidationJob, "schema">> {
  const { kept, ...shared } = inputs.shared;
  const change: { path: string; sha256: string }[] = [];
  for (const [file, text] of inputs.overlay) {
    change.push({ path: kept.placeOf(file), sha256: await keeper.keepText(text) });
  }
  const { scale, minutes = request.minutes } = member.entry;
  return {
    apexVersion: APEX_VERSION,
    target: member.target,
    configuration: kept.configuration,
    change,
    ...shared,
    ...inputs.load.parts,
    minutes,
    ...(scale === undefined ? {} : { scale }),
  };
}

function requireMembers(members: readonly unknown[], diagnostics: readonly Diagnostic[]): void {
  if (members.length > 0) return;
  const reasons = diagnostics
    .toSorted((a, b) => Number(b.code === LEFT_OUT) - Number(a.code === LEFT_OUT))
    .slice(0, 10)
    .map(
      ({ summary, detail, address }) => `  ${address ?? ""}: ${[summary, detail ?? []].flat().join(". ")}`,
    );
  throw new CommandError(
    EXIT_CODES.nothingToDo,
    [
      "there is nothing to validate: no recommendation is of a compute service with a workload that can be replayed",
      ...reasons,
    ].join("\n"),
  );
}

/** Reads the loads of members. Those with one that no host could compare anything with are left out now, and do not fail over night. */
async function withUsableLoads(
  members: readonly SelectedMember[],
  loads: LoadKeeper,
  diagnostics: Diagnostic[],
): Promise<readonly SelectedMember[]> {
  const usable: SelectedMember[] = [];
  const unusable: Diagnostic[] = [];
  for (const member of members) {
    const { problem, diagnostics: said } = await loads.read(member.entry);
    diagnostics.push(...said);
    if (problem === undefined) usable.push(member);
    else unusable.push(leftOut(member.recommendation, problem.what, problem.next));
  }
  // Before those that nobody mapped a load to: of a fleet only the first few are shown.
  diagnostics.unshift(...unusable);
  return usable;
}

/**
 * Makes a campaign of a report's recommendations: reads each load, cuts each change out of the patch, and keeps all input files
 * where workers find them. Throws a CommandError for inputs that cannot be used, and when nothing is left to validate.
 */
export async function draftCampaign(
  io: Io,
  request: DraftRequest,
  keeper: InputKeeper,
  progress: Progress,
): Promise<DraftedCampaign> {
  const selected = selectMembers(request.recommendations, request.entries, request.filter);
  const diagnostics = [...selected.diagnostics, ...unusedEntries(request.entries, selected.members)];
  requireMembers(selected.members, diagnostics);
  progress.step("Reading the recorded workloads");
  const loads = loadKeeper(io, request, keeper, progress);
  const members = await withUsableLoads(selected.members, loads, diagnostics);
  requireMembers(members, diagnostics);
  progress.step("Keeping the input files for the workers");
  const shared = await keepShared(request, keeper, io.cwd);
  diagnostics.push(...shared.kept.diagnostics);
  const drafted = new Map<string, CampaignMember>();
  const edits = await allEdits(request);
  for (const member of members) {
    io.signal.throwIfAborted();
    const { overlay, diagnostic } = changeOf(request, member, edits);
    if (diagnostic !== undefined) diagnostics.unshift(diagnostic);
    if (overlay === undefined) continue;
    const load = await loads.keep(member.entry);
    const made = memberOf(request, member, await jobOf(request, member, { shared, load, overlay }, keeper));
    drafted.set(made.runId, made);
  }
  requireMembers([...drafted], diagnostics);
  return {
    draft: {
      ...request.head,
      members: [...drafted.values()],
      diagnostics: diagnostics.filter(({ code }) => code === LEFT_OUT),
    },
    advice: diagnostics.filter(({ code }) => code !== LEFT_OUT),
  };
}
