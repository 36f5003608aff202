import type { TerraformDiagnostic } from "@apex/core";
import { bundledProviders } from "../schema/bundled-schema-packs.ts";

const MISSING = /versions\s+for\s+provider\s+([\w.-]+\/[\w./-]+)/g;

/** The providers that `terraform init` looked for and that no stand-in serves, each with the way out. */
export function explainMissingProviders(message: string): readonly TerraformDiagnostic[] {
  const names = new Set([...message.replace(/\s+/g, " ").matchAll(MISSING)].map((match) => match[1] ?? ""));
  return [...names].sort().map((name) => ({
    severity: "error",
    summary: `No stand-in for provider ${name}`,
    detail: `Apex plans offline with stand-ins for ${bundledProviders().join(", ")}. To plan a configuration that uses ${name}, run Terraform with the real providers and give Apex the result: terraform show -json PLANFILE.`,
  }));
}
