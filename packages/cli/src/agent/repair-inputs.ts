import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Budget, Used } from "@apex/agent";
import type { ModelSettings } from "@apex/agent/openai";
import { type Configuration, rereadConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { PlanningOptions } from "../pipeline/plan-source.ts";
import { readTerraform } from "../pipeline/read-terraform.ts";
import { digestOfText } from "./write-repair.ts";

/** All the Terraform files of a configuration together: a hundred times the largest that we know. */
const TEXTS_MAX = 64 * 1024 ** 2;

/** How far a repair may go, whom it may ask, and who pays for that. */
export interface RepairMeans {
  readonly budget: Budget;
  /** Absent: fixers alone. */
  readonly model?: ModelSettings;
  /** Puts what the model took on a bill, before the repair is said to have ended; absent: it is on nobody's. */
  readonly bill?: (runId: string, used: Used) => Promise<void>;
}

/** What one repair reads and how far it may go: absolute paths, already checked to exist. */
export interface RepairInputs extends RepairMeans, Omit<PlanningOptions, "varFile"> {
  /** Links resolved. */
  readonly terraformDirectory: string;
  /** As the user gave it; absent: the directory's own, where there is one. */
  readonly stateFile?: string;
  readonly varFiles: readonly string[];
  /** What a real Terraform said, to be mended besides what Apex's own finds. */
  readonly diagnosticsFile?: string;
}

/** A configuration with the digests of all that was read with it. */
export interface ReadInputs {
  readonly configuration: Configuration;
  readonly digests: Readonly<Record<string, string>>;
}

/** Throws a CommandError for a file that is no text: written back it would be another one. */
async function requireText(directory: string, file: string, text: string): Promise<void> {
  if (!text.includes("\uFFFD")) return;
  const bytes = await readFile(path.resolve(directory, file));
  if (bytes.equals(Buffer.from(text))) return;
  throw new CommandError(
    EXIT_CODES.badInput,
    `${path.resolve(directory, file)} is not UTF-8, as Terraform requires: convert it, or take it out of the directory`,
  );
}

async function digestOfFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest("hex");
}

async function outsideDigests(io: Io, inputs: RepairInputs): Promise<Readonly<Record<string, string>>> {
  const state = inputs.stateFile ?? path.join(inputs.terraformDirectory, "terraform.tfstate");
  const files = {
    "--state": state,
    "--fixtures": inputs.fixtures === undefined ? undefined : path.resolve(io.cwd, inputs.fixtures),
    "--diagnostics": inputs.diagnosticsFile,
  };
  const digests: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file !== undefined && found?.isFile() === true) digests[name] = await digestOfFile(file, io.signal);
  }
  return digests;
}

/**
 * Reads a configuration, with `texts` in place of what its files hold. Throws a CommandError for files that are too large or no
 * text, and what {@link readTerraform} throws.
 */
export async function readInputs(
  io: Io,
  inputs: RepairInputs,
  texts: ReadonlyMap<string, string> = new Map(),
): Promise<ReadInputs> {
  const { terraformDirectory, varFiles } = inputs;
  const read = await readTerraform(await loadHclParser(), terraformDirectory, varFiles);
  const configuration = texts.size === 0 ? read : withOriginals(read, texts);
  const digests: Record<string, string> = {};
  let length = 0;
  for (const [file, text] of configuration.source.files) {
    length += text.length;
    if (length > TEXTS_MAX) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `the Terraform files of ${terraformDirectory} hold more than ${TEXTS_MAX} characters: name a smaller root module`,
      );
    }
    await requireText(terraformDirectory, file, text);
    digests[file] = digestOfText(text);
  }
  return { configuration, digests: { ...digests, ...(await outsideDigests(io, inputs)) } };
}

function withOriginals(read: Configuration, texts: ReadonlyMap<string, string>): Configuration {
  return rereadConfiguration(read, new Map([...read.source.files, ...texts]));
}

/** What decides how a repair goes besides its inputs, for its transcript. */
export function settingsOf({
  budget,
  model,
  providers,
  trust,
}: RepairInputs): Readonly<Record<string, string>> {
  return {
    "--max-attempts": String(budget.attemptsMax),
    rounds: String(budget.roundsMax),
    "--max-tokens": String(budget.tokensMax),
    "--timeout": String(budget.timeMaxMs),
    "--max-cost":
      budget.costMax === undefined ? "none" : `${budget.costMax.amount} ${budget.costMax.currency}`,
    "--model": model?.model ?? "none",
    "--providers": providers ?? "stand-in",
    "--trust": String(trust === true),
  };
}
