import path from "node:path";
import { buildMirror } from "@apex/sandbox-terraform";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** `apex mirror`: the stand-in providers in a form that the user's own Terraform installs. */
export async function runMirror(io: Io, options: { readonly directory: string }): Promise<ExitCode> {
  const directory = path.resolve(io.cwd, options.directory);
  for (const { name, version } of await buildMirror({ directory })) io.out(`${name} ${version}\n`);
  io.err(
    [
      "",
      "In your configuration's directory:",
      `  terraform init -backend=false -plugin-dir=${directory}`,
      "  TF_DISABLE_PLUGIN_TLS=1 terraform plan -refresh=false",
      "",
    ].join("\n"),
  );
  return EXIT_CODES.done;
}
