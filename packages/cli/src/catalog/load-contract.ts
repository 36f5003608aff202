import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parsePrivatePrices, type PrivatePrices } from "@apex/catalog";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { parseYaml } from "../parse-yaml.ts";

/** The name under which a contract's prices are found without being named. */
const CONTRACT_FILE = "apex.prices.yaml";

/** {@link loadContract} for a command's option, which is relative to where the user stands. */
export async function contractOf(
  io: Pick<Io, "cwd">,
  given: string | undefined,
  directories: readonly string[],
): Promise<PrivatePrices | undefined> {
  return await loadContract(given === undefined ? undefined : path.resolve(io.cwd, given), directories);
}

/**
 * The private prices of `--prices`, else of an `apex.prices.yaml` in one of the directories; nothing without either. Throws a
 * CommandError that names every mistake with its place.
 */
async function loadContract(
  given: string | undefined,
  directories: readonly string[],
): Promise<PrivatePrices | undefined> {
  const candidates =
    given === undefined ? directories.map((each) => path.join(each, CONTRACT_FILE)) : [given];
  for (const file of candidates) {
    const isThere = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere && given !== undefined) {
      throw new CommandError(EXIT_CODES.badInput, `--prices ${given} is no file: name an apex.prices.yaml`);
    }
    if (!isThere) continue;
    const parsed = parsePrivatePrices(parseYaml(file, await readFile(file, "utf8")).value);
    if (parsed.kind === "ok") return parsed.prices;
    const mistakes = parsed.mistakes.map((mistake) => `  ${mistake}`).join("\n");
    throw new CommandError(EXIT_CODES.badInput, `${file} has mistakes:\n${mistakes}`);
  }
  return undefined;
}
