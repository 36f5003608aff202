import path from "node:path";
import type { Reaped, ReapedReading } from "@apex/core";
import { reap, removeUnusedImages } from "@apex/sandbox-docker";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { openProgress } from "../progress.ts";
import { printable } from "../printable.ts";
import { appendReadings } from "../sandbox/append-readings.ts";
import { findEngine, requireFound } from "../sandbox/find-engine.ts";
import { findHost } from "../sandbox/find-sandbox.ts";
import { prepareImages } from "../sandbox/prepare-images.ts";
import { storePlace } from "../store-place.ts";

/** `apex sandbox images`: builds what the sandbox runs, from this machine's own files. */
export async function runSandboxImages(
  io: Io,
  options: { readonly removeUnused?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const engine = requireFound(await findEngine(io));
  const progress = openProgress(io, { quiet: options.json === true });
  progress.step("Building the sandbox's images");
  const images = await prepareImages(io, engine, progress);
  progress.done();
  const removed =
    options.removeUnused === true
      ? await removeUnusedImages(engine, { keep: Object.values(images).filter((each) => each !== undefined) })
      : [];
  if (options.json === true) {
    io.out(`${JSON.stringify({ ...images, removed }, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  for (const [name, reference] of Object.entries(images)) {
    if (reference !== undefined) io.out(`${name.padEnd(10)} ${printable(reference)}\n`);
  }
  for (const reference of removed) io.out(`removed    ${printable(reference)}\n`);
  return EXIT_CODES.done;
}

function describe(kind: string, names: readonly string[]): string {
  return names.map((name) => `${kind.padEnd(10)} ${printable(name)}\n`).join("");
}

/** Counters are larger than what JSON's numbers hold exactly: they are decimal text, as in journals. */
function jsonOf(reaped: Reaped): string {
  return JSON.stringify(
    reaped,
    (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    2,
  );
}

/** What a run used goes into its journal, so that a run that was killed is accounted for all the same. */
async function keepReadings(io: Io, readings: readonly ReapedReading[]): Promise<void> {
  for (const problem of await appendReadings(storePlace(io).directory, readings)) {
    io.err(`apex: warning: ${printable(problem)}\n`);
  }
}

/** `apex sandbox reap`: removes what runs left behind whose process is gone or whose lease is over. */
export async function runSandboxReap(
  io: Io,
  options: { readonly dryRun?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const search = await findEngine(io);
  if (search.kind === "absent")
    io.err(`apex: warning: only folders are looked at: ${printable(search.reason)}\n`);
  const reaped: Reaped = await reap(search.kind === "found" ? search.engine : undefined, {
    dryRun: options.dryRun === true,
    now: io.now().getTime(),
    inputFolders: [path.join(storePlace(io).directory, "runs")],
  });
  if (options.dryRun !== true) await keepReadings(io, reaped.readings);
  for (const note of reaped.notes) io.err(`apex: warning: ${printable(note)}\n`);
  if (options.json === true) {
    io.out(`${jsonOf(reaped)}\n`);
    return EXIT_CODES.done;
  }
  const { readings: _readings, notes: _notes, ...removed } = reaped;
  const lists = Object.entries(removed) as (readonly [string, readonly string[]])[];
  const count = lists.reduce((sum, [, names]) => sum + names.length, 0);
  for (const [kind, names] of lists) io.out(describe(kind, names));
  const verb = options.dryRun === true ? "would be removed" : "removed";
  io.out(count === 0 ? "Nothing was left behind.\n" : `${count} left behind, ${verb}.\n`);
  return EXIT_CODES.done;
}

/** `apex sandbox status`: whether this machine can run the sandbox. Exit 1 when it cannot. */
export async function runSandboxStatus(io: Io, options: { readonly json?: boolean }): Promise<ExitCode> {
  const search = await findHost(io);
  if (options.json === true) {
    const found = search.kind === "found";
    const status = found
      ? { available: true, engine: search.engine.facts }
      : { available: false, reason: search.reason };
    io.out(`${JSON.stringify(status, null, 2)}\n`);
  } else if (search.kind === "found") {
    const { version } = search.engine.facts;
    io.out(
      `Docker ${printable(version)} answers: patches are validated by load, Terraform runs in containers.\n`,
    );
  } else {
    io.out(`No sandbox: ${printable(search.reason)}\n`);
  }
  return search.kind === "found" ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
}
