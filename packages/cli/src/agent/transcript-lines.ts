import { randomBytes } from "node:crypto";
import type { LoopOutcome } from "@apex/agent";
import { type TranscriptEntry, TRANSCRIPT_VERSION, type TranscriptHeader } from "@apex/store/transcripts";
import type { Io } from "../io.ts";
import { APEX_VERSION } from "../version.ts";
import { type RepairInputs, settingsOf } from "./repair-inputs.ts";
import { digestOfText } from "./write-repair.ts";

/** The first line of a new repair's transcript. */
export function newHeader(
  io: Pick<Io, "now">,
  inputs: RepairInputs,
  digests: Readonly<Record<string, string>>,
): TranscriptHeader {
  return {
    kind: "opened",
    version: TRANSCRIPT_VERSION,
    runId: `fix-${randomBytes(6).toString("hex")}`,
    atMs: io.now().getTime(),
    directory: inputs.terraformDirectory,
    apexVersion: APEX_VERSION,
    digests,
    settings: settingsOf(inputs),
    nonce: randomBytes(12).toString("hex"),
  };
}

/** The line that says how a repair ended. */
export function endOf(outcome: LoopOutcome, atMs: number): TranscriptEntry {
  const files = outcome.kind === "fixed" ? outcome.files : new Map<string, string>();
  return {
    kind: "ended",
    atMs,
    outcome: outcome.kind,
    digests: Object.fromEntries([...files].map(([file, text]) => [file, digestOfText(text)])),
    ...(outcome.kind === "gave-up" ? { reason: outcome.reason } : {}),
  };
}
