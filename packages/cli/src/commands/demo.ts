import path from "node:path";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { findSandbox } from "../sandbox/find-sandbox.ts";
import { type OptimizeOptions, runOptimize } from "./optimize.ts";

const EXAMPLE = path.resolve(import.meta.dirname, "../../../../examples/acme");

/** The service whose access log lies in the example, and as many minutes as a demonstration may take. */
const LOAD = {
  validate: true,
  target: 'aws_instance.web["web-1"]',
  workload: [path.join(EXAMPLE, "data/logs/web-1-peak.log.gz")],
  minutes: 2,
} as const;

/** How the demonstration ended: the exit code tells the verdict where a load was replayed. */
interface DemoOutcome {
  readonly exitCode: ExitCode;
  /** Why no load was replayed; absent: it was, unless there was nothing to try. */
  readonly notReplayed?: string;
}

/** What became of the recorded load, known from the outcome and not before. */
function loadSentence({ exitCode, notReplayed }: DemoOutcome, out: string): string {
  if (notReplayed !== undefined) return `No load was replayed: ${printable(notReplayed)}`;
  const drawn = `drawn in ${out}/validation.html`;
  switch (exitCode) {
    case EXIT_CODES.done:
      return `The smaller machine held the recorded load: ${drawn}.`;
    case EXIT_CODES.loadNotHeld:
      return `The smaller machine did not hold the recorded load: ${drawn}.`;
    case EXIT_CODES.undecided:
      return `Whether the smaller machine holds the recorded load could not be decided; what was measured is ${drawn}.`;
    default:
      return "No load was replayed: there was no change to try.";
  }
}

async function optimizeExample(io: Io, options: OptimizeOptions): Promise<DemoOutcome> {
  const search = await findSandbox(io);
  if (search.kind === "absent") {
    return { exitCode: await runOptimize(io, options), notReplayed: search.reason };
  }
  try {
    return { exitCode: await runOptimize(io, { ...options, ...LOAD }) };
  } catch (error) {
    // A validation that could not be done is told of at the end: by then the rest is found and written.
    if (io.signal.aborted || !(error instanceof CommandError)) throw error;
    return { exitCode: error.exitCode, notReplayed: error.message };
  }
}

/**
 * `apex demo`: the main job on the example fleet, with the reports and the patch left in `--out`; where there is a Docker
 * engine that can do it, the change of one machine is validated by replaying its recorded load.
 */
export async function runDemo(io: Io, options: { readonly out: string }): Promise<ExitCode> {
  io.err(
    "Apex on examples/acme: bills, metrics, an access log and Terraform in, a patch that plans out.\n\n",
  );
  const outcome = await optimizeExample(io, {
    terraform: path.join(EXAMPLE, "terraform"),
    state: path.join(EXAMPLE, "terraform.tfstate"),
    cost: [path.join(EXAMPLE, "data/cost/*")],
    metrics: [path.join(EXAMPLE, "data/metrics/*")],
    varFile: [path.join(EXAMPLE, "terraform/envs/prod.tfvars")],
    policy: path.join(EXAMPLE, "apex.yaml"),
    out: options.out,
    format: "table",
  });
  if (outcome.exitCode === EXIT_CODES.interrupted) return outcome.exitCode;
  const out = path.relative(io.cwd, path.resolve(io.cwd, options.out));
  io.out(
    [
      "",
      `The report with its evidence drawn is ${out}/report.html; report.md and report.json beside it are for a pull request and for programs.`,
      `The change is in ${out}/patch.diff: read it, then \`git apply ${out}/patch.diff\`.`,
      loadSentence(outcome, out),
      "What was expected of this fleet, machine by machine, is in examples/acme/README.md.",
      "",
    ].join("\n"),
  );
  return outcome.exitCode;
}
