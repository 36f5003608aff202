import type { Configuration } from "@apex/generators-hcl";
import { placeOf, textOf } from "@apex/generators-hcl/syntax";
import type { z } from "zod";
import { type Declaration, declarationsIn } from "../world/declared.ts";
import { framed, type Framing, inLine } from "./framed-data.ts";
import type { TOOL_ARGUMENTS } from "./model-tools.ts";
import type { Answer, ToolView } from "./tool-view.ts";

/** Lines of one answer; a filter finds the rest. */
const LINES_MAX = 200;
/** Characters of a type or a value that are shown. */
const VALUE_MAX = 120;

/** What resources, data sources and module calls are declared as. */
const ADDRESSED: ReadonlySet<Declaration["kind"]> = new Set(["resource", "data", "ephemeral", "module"]);

function bounded(lines: readonly string[]): string {
  if (lines.length <= LINES_MAX) return lines.join("\n");
  return `${lines.slice(0, LINES_MAX).join("\n")}\n… ${lines.length - LINES_MAX} more`;
}

/** `aws_instance.web at main.tf:3`: what a directory declares and others refer to, duplicates included. */
export function declaredAddresses(configuration: Configuration, directory: string): string[] {
  return declarationsIn(configuration, directory)
    .filter(({ kind }) => ADDRESSED.has(kind))
    .map(({ key, at }) => `${inLine(key)} at ${inLine(placeOf(at))}`);
}

/** `list_addresses`. */
export function listAddresses(
  { filter }: z.infer<typeof TOOL_ARGUMENTS.list_addresses>,
  view: ToolView,
): Answer {
  const { configuration } = view.world;
  const all = [...configuration.modules.keys()].flatMap((directory) =>
    declaredAddresses(configuration, directory),
  );
  const found = all.filter((line) => line.includes(filter)).toSorted();
  if (found.length === 0) {
    return { ok: true, text: `None of the ${all.length} declared addresses contains that.` };
  }
  return { ok: true, text: framed("addresses", bounded(found), view) };
}

/** The names that a directory's expressions can refer to and its outputs, one a line, without secrets: half of one is not known. */
export function declaredNames(
  configuration: Configuration,
  directory: string,
  { redact }: Pick<Framing, "redact">,
): string[] {
  const module = configuration.modules.get(directory);
  if (module === undefined) return [];
  const variables = [...module.variables.values()].map(({ name, type, default: fallback }) => {
    const kind = type === undefined ? "" : `: ${inLine(textOf(type), VALUE_MAX)}`;
    return `var.${inLine(name)}${kind}${fallback === undefined ? " (no default)" : ""}`;
  });
  const locals = [...module.locals].map(([name, { value }]) =>
    inLine(redact(`local.${name} = ${textOf(value)}`), name.length + VALUE_MAX),
  );
  const outputs = [...module.outputs.keys()].map((name) => `output ${inLine(name)}`);
  const calls = [...module.calls].map(
    ([name, { source }]) =>
      `module.${inLine(name)} from ${JSON.stringify(inLine(redact(source), VALUE_MAX))}`,
  );
  return [...variables, ...locals, ...outputs, ...calls];
}

/** `list_names`. */
export function listNames({ directory }: z.infer<typeof TOOL_ARGUMENTS.list_names>, view: ToolView): Answer {
  const { configuration } = view.world;
  const plain = directory.replace(/^(\.\/)+|^\.$/, "").replace(/\/+$/, "");
  if (!configuration.modules.has(plain)) {
    const names = [...configuration.modules.keys()].toSorted().map((name) => JSON.stringify(name));
    const known = framed("directories", bounded(names), view);
    return { ok: false, text: `There is no such directory in the configuration. ${known}` };
  }
  const names = declaredNames(configuration, plain, view);
  if (names.length === 0)
    return { ok: true, text: "It declares no variables, local values, outputs or modules." };
  return { ok: true, text: framed("names", bounded(names), view) };
}
