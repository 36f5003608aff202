import type { JsonObject, TerraformDiagnostic } from "@apex/core";
import { z } from "zod";
import type { CommandResult } from "./run-command.ts";

const Position = z.object({ line: z.number(), column: z.number(), byte: z.number() });

const Diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  summary: z.string(),
  detail: z.string().optional(),
  address: z.string().optional(),
  range: z.object({ filename: z.string(), start: Position, end: Position }).optional(),
  snippet: z.looseObject({}).nullish(),
});

const UiLine = z.looseObject({ type: z.string(), diagnostic: Diagnostic.optional() });

const ValidateOutput = z.object({ valid: z.boolean(), diagnostics: z.array(Diagnostic) });

function toCore(diagnostic: z.infer<typeof Diagnostic>): TerraformDiagnostic {
  const { snippet, ...rest } = diagnostic;
  return { ...rest, ...(snippet === undefined ? {} : { snippet: snippet as JsonObject | null }) };
}

/** The diagnostics among the lines that `terraform plan -json` prints; other lines are passed over. */
export function diagnosticsOfLines(output: string): readonly TerraformDiagnostic[] {
  const diagnostics: TerraformDiagnostic[] = [];
  for (const line of output.split("\n")) {
    if (!line.startsWith("{")) continue;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      continue;
    }
    const known = UiLine.safeParse(parsed);
    if (known.success && known.data.diagnostic !== undefined) diagnostics.push(toCore(known.data.diagnostic));
  }
  return diagnostics;
}

/** The diagnostics that `terraform validate -json` prints; `undefined` when it printed something else. */
export function diagnosticsOfValidate(output: string): readonly TerraformDiagnostic[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    return undefined;
  }
  const known = ValidateOutput.safeParse(parsed);
  return known.success ? known.data.diagnostics.map(toCore) : undefined;
}

// oxlint-disable-next-line no-control-regex -- colour codes start with the escape character
const COLOUR = /\u001b\[[0-9;]*m/g;

/** What a failed command said to people, as one text without colours and frames. */
export function plainMessage(output: string): string {
  return output
    .replace(COLOUR, "")
    .split("\n")
    .map((line) => line.replace(/^[╷│╵]\s?/, "").trimEnd())
    .filter((line) => line !== "")
    .join("\n")
    .trim();
}

/** A failure must never look like a success without diagnostics. */
export function withFailure(
  diagnostics: readonly TerraformDiagnostic[],
  outcome: CommandResult,
): readonly TerraformDiagnostic[] {
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) return diagnostics;
  const detail = plainMessage(`${outcome.stderr}\n${outcome.stdout}`).slice(0, 2000);
  return [
    ...diagnostics,
    { severity: "error", summary: `terraform failed with exit code ${outcome.exitCode}`, detail },
  ];
}
