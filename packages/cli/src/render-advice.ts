import type { Diagnostic } from "@apex/core";
import { painter } from "@apex/report";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { freshLine } from "./progress.ts";

const TITLES = {
  error: ["Error", "red"],
  warning: ["Warning", "yellow"],
  info: ["Note", "dim"],
} as const;

/** Our own diagnostics for people: what happened, where, what to do; nothing for none. */
function renderAdvice(diagnostics: readonly Diagnostic[], options: { readonly colour: boolean }): string {
  const paint = painter(options.colour);
  return diagnostics
    .map(({ severity, summary, detail, source, address }) => {
      const [title, colour] = TITLES[severity];
      const place = source === undefined ? address : [source.file, source.line].filter(Boolean).join(":");
      const where = place === undefined ? "" : ` (${printable(place)})`;
      const more = detail === undefined ? "" : `\n  ${printable(detail).replaceAll("\n", "\n  ")}`;
      return `${paint(title, colour)}: ${printable(summary)}${where}${more}\n`;
    })
    .join("");
}

/** Tells a person our own diagnostics, on a line of their own. */
export function tellAdvice(
  io: Pick<Io, "err" | "isTerminal" | "colour">,
  diagnostics: readonly Diagnostic[],
): void {
  if (diagnostics.length > 0) io.err(`${freshLine(io)}${renderAdvice(diagnostics, io)}`);
}
