import { type Configuration, directoryOf, type ModuleCall } from "@apex/generators-hcl";
import { expressionsIn } from "@apex/generators-hcl/syntax";

/** The calls of the module in a directory, in all modules that are read. */
export function callsOf(configuration: Configuration, directory: string): readonly ModuleCall[] {
  return [...configuration.modules.values()].flatMap(({ calls }) =>
    [...calls.values()].filter((call) => call.directory === directory),
  );
}

/** The names that expressions in a directory's files use after `var.`. */
export function usedVariables(configuration: Configuration, directory: string): ReadonlySet<string> {
  const used = new Set<string>();
  for (const [file, { body }] of configuration.parsed) {
    if (directoryOf(file) !== directory) continue;
    for (const expression of expressionsIn({ body })) {
      if (expression.kind === "attribute" && expression.of.kind === "root" && expression.of.name === "var")
        used.add(expression.name);
    }
  }
  return used;
}
