import type { TerraformDiagnostic } from "@apex/core";
import type { PlanResult } from "@apex/sandbox-terraform";
import { painter } from "@apex/report";
import { printable } from "./printable.ts";

interface RenderOptions {
  readonly colour: boolean;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  "delete,create": "-/+",
  "create,delete": "+/-",
  forget: ".",
};

/** Terraform's diagnostics as Terraform itself words them, with file and line. */
export function renderDiagnostics(
  diagnostics: readonly TerraformDiagnostic[],
  options: RenderOptions,
): string {
  const paint = painter(options.colour);
  return diagnostics
    .map(({ severity, summary, detail, range, address }) => {
      const place = range === undefined ? address : `${range.filename}:${range.start.line}`;
      const title = severity === "error" ? paint("Error", "red") : paint("Warning", "yellow");
      const lines = [`${title}: ${printable(summary)}${place === undefined ? "" : ` (${printable(place)})`}`];
      if (detail !== undefined && detail !== "")
        lines.push(
          ...printable(detail)
            .split("\n")
            .map((line) => `  ${line}`),
        );
      return `${lines.join("\n")}\n`;
    })
    .join("");
}

/** A plan for people: each change with its attributes, then the diagnostics and what the stand-in could not check. */
export function renderPlan(result: PlanResult, options: RenderOptions): string {
  const paint = painter(options.colour);
  const lines = result.changes.map(({ address, actions, attributes }) => {
    const symbol = SYMBOLS[actions.join(",")] ?? "?";
    const what =
      actions.includes("update") || actions.length > 1 ? ` ${paint(attributes.join(", "), "dim")}` : "";
    return `${symbol.padStart(3)} ${printable(address)}${what}`;
  });
  const count = (action: string) =>
    result.changes.filter(({ actions }) => actions.join(",") === action).length;
  const replaced = result.changes.filter(({ actions }) => actions.length > 1).length;
  const summary =
    result.plan === null
      ? "Terraform made no plan."
      : result.changes.length === 0
        ? "No changes: the configuration matches the state."
        : `${count("create")} to create, ${count("update")} to update, ${replaced} to replace, ${count("delete")} to destroy.`;
  const provider =
    result.providers === "stand-in"
      ? "Planned by the stand-in provider: offline, nothing was asked of a cloud."
      : "Planned by the real provider.";
  return `${[
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    paint(summary, "bold"),
    paint(provider, "dim"),
    ...result.notes.map((note) => paint(printable(note), "dim")),
  ].join("\n")}\n${renderDiagnostics(result.diagnostics, options)}`;
}
