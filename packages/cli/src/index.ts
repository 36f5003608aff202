/**
 * The `apex` command: wires collectors, analysis, generator, Terraform and reports together.
 * Not for decisions of its own: those are in the packages it joins.
 */
export { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
export type { Io } from "./io.ts";
export { runCli } from "./run-cli.ts";
