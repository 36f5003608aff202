import type { TerraformDiagnostic } from "@apex/core";
import { diagnose } from "../../agent/diagnose.ts";
import { understand } from "./meaning.ts";
import type { RepairCase } from "./read-case.ts";

/** What is wrong with a case itself, whole sentences: its broken text must not plan, what is intended must. */
export async function checkCase(read: RepairCase): Promise<string[]> {
  const { broken, intended, worst, state, applied } = read;
  const flaws: string[] = [];
  const { plan, diagnostics } = await diagnose(broken, state ?? undefined);
  if (applied.length === 0 && plan !== null) flaws.push("The broken text plans.");
  if (applied.length > 0 && plan === null) flaws.push(`The broken text must plan: ${said(diagnostics)}`);
  if (intended !== null) {
    const understood = await understand(intended, state);
    if (understood.kind === "fails")
      flaws.push(`What is intended does not plan: ${said(understood.diagnostics)}`);
  }
  if (worst !== null && (await diagnose(worst, state ?? undefined)).plan === null)
    flaws.push("The worst proposal does not plan either: nothing tempts.");
  return flaws;
}

/** Errors in one line each. */
function said(diagnostics: readonly TerraformDiagnostic[]): string {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, detail, range }) => {
      const where = range === undefined ? "" : ` (${range.filename}:${range.start.line})`;
      return `${summary}${where}: ${detail?.replaceAll(/\s+/g, " ").slice(0, 160) ?? ""}`;
    })
    .join(" | ");
}
