import path from "node:path";
import { type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { runOptimize } from "./optimize.ts";

const EXAMPLE = path.resolve(import.meta.dirname, "../../../../examples/acme");

/** `apex demo`: the main job on the example fleet, with the reports and the patch left in `--out`. */
export async function runDemo(io: Io, options: { readonly out: string }): Promise<ExitCode> {
  io.err("Apex on examples/acme: bills, metrics and Terraform in, a patch that plans out.\n\n");
  const exitCode = await runOptimize(io, {
    terraform: path.join(EXAMPLE, "terraform"),
    state: path.join(EXAMPLE, "terraform.tfstate"),
    cost: [path.join(EXAMPLE, "data/cost/*")],
    metrics: [path.join(EXAMPLE, "data/metrics/*")],
    varFile: [path.join(EXAMPLE, "terraform/envs/prod.tfvars")],
    policy: path.join(EXAMPLE, "apex.yaml"),
    out: options.out,
    format: "table",
  });
  const out = path.relative(io.cwd, path.resolve(io.cwd, options.out));
  io.out(
    [
      "",
      `The report with its evidence drawn is ${out}/report.html; report.md and report.json beside it are for a pull request and for programs.`,
      `The change is in ${out}/patch.diff: read it, then \`git apply ${out}/patch.diff\`.`,
      "What was expected of this fleet, machine by machine, is in examples/acme/README.md.",
      "",
    ].join("\n"),
  );
  return exitCode;
}
