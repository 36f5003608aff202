import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type Policy, parsePolicy } from "@apex/analysis";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { parseYaml } from "../parse-yaml.ts";

/** The name under which a policy is found without being named. */
const POLICY_FILE = "apex.yaml";

/** Where the policy came from; `file` is absent for the defaults. */
export interface LoadedPolicy {
  readonly policy: Policy;
  readonly file?: string;
}

/** Whether there is a file, or a link to one: a directory of that name is somebody else's. */
async function isFile(name: string): Promise<boolean> {
  return stat(name).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * The policy of `--policy`, else of an `apex.yaml` in the Terraform directory or the one above it, else the defaults.
 * Throws a CommandError that names every mistake with its place and what is allowed.
 */
export async function loadPolicy(
  given: string | undefined,
  terraformDirectory: string,
): Promise<LoadedPolicy> {
  const candidates =
    given === undefined
      ? [path.join(terraformDirectory, POLICY_FILE), path.join(path.dirname(terraformDirectory), POLICY_FILE)]
      : [given];
  for (const file of candidates) {
    if (given === undefined && !(await isFile(file))) continue;
    const { value } = parseYaml(file, await readFile(file, "utf8"));
    const parsed = parsePolicy(value, file);
    if (parsed.kind === "invalid") {
      const mistakes = parsed.diagnostics.map(
        ({ summary, detail }) => `  ${summary}${detail === undefined ? "" : `: ${detail}`}`,
      );
      throw new CommandError(EXIT_CODES.badInput, `${file} has mistakes:\n${mistakes.join("\n")}`);
    }
    return { policy: parsed.policy, file };
  }
  const defaults = parsePolicy({});
  if (defaults.kind === "invalid") throw new Error("the default policy is invalid");
  return { policy: defaults.policy };
}
