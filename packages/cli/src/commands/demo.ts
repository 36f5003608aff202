import path from "node:path";
import { type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { findSandbox } from "../sandbox/find-sandbox.ts";
import { runOptimize } from "./optimize.ts";

const EXAMPLE = path.resolve(import.meta.dirname, "../../../../examples/acme");

/** The service whose access log lies in the example, and as many minutes as a demonstration may take. */
const LOAD = {
  validate: true,
  target: 'aws_instance.web["web-1"]',
  workload: [path.join(EXAMPLE, "data/logs/web-1-peak.log.gz")],
  minutes: 2,
} as const;

/**
 * `apex demo`: the main job on the example fleet, with the reports and the patch left in `--out`; where there is a Docker
 * engine, the change of one machine is validated by replaying its recorded load.
 */
export async function runDemo(io: Io, options: { readonly out: string }): Promise<ExitCode> {
  const search = await findSandbox(io);
  const outcome = search.kind === "found" ? "a patch that plans and holds the load" : "a patch that plans";
  io.err(`Apex on examples/acme: bills, metrics, an access log and Terraform in, ${outcome} out.\n\n`);
  const exitCode = await runOptimize(io, {
    terraform: path.join(EXAMPLE, "terraform"),
    state: path.join(EXAMPLE, "terraform.tfstate"),
    cost: [path.join(EXAMPLE, "data/cost/*")],
    metrics: [path.join(EXAMPLE, "data/metrics/*")],
    varFile: [path.join(EXAMPLE, "terraform/envs/prod.tfvars")],
    policy: path.join(EXAMPLE, "apex.yaml"),
    out: options.out,
    format: "table",
    ...(search.kind === "found" ? LOAD : {}),
  });
  const out = path.relative(io.cwd, path.resolve(io.cwd, options.out));
  io.out(
    [
      "",
      `The report with its evidence drawn is ${out}/report.html; report.md and report.json beside it are for a pull request and for programs.`,
      `The change is in ${out}/patch.diff: read it, then \`git apply ${out}/patch.diff\`.`,
      search.kind === "found"
        ? `How the smaller machine held the recorded load is drawn in ${out}/validation.html.`
        : `No load was replayed: ${search.reason}`,
      "What was expected of this fleet, machine by machine, is in examples/acme/README.md.",
      "",
    ].join("\n"),
  );
  return exitCode;
}
