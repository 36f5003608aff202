import type { ChargeKind } from "./rate-run.ts";

const DESCRIPTIONS: Readonly<Record<ChargeKind, string>> = {
  vcpu: "CPU time of validations",
  memory: "Memory set aside for validations",
  gpu: "GPUs set aside for validations",
  minimum: "Rest to the minimum of a run",
  cap: "Above the quote of a run, taken off",
  "model-input": "Tokens that language models read",
  "model-output": "Tokens that language models wrote",
  "savings-share": "Share of proven savings",
};

/** What a charge is for, in the words that invoices and exports have in common; a reversal is told as one. */
export function chargeDescription(kind: ChargeKind, isReversal: boolean): string {
  return `${DESCRIPTIONS[kind]}${isReversal ? ", taken back" : ""}`;
}
