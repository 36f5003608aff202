import type { ChargeKind } from "../rate-run.ts";

/** What is metered and sold by the unit. */
export interface FocusSku {
  readonly id: string;
  readonly meter: string;
}

/** What FOCUS wants to know of a kind of charge. */
export interface FocusService {
  readonly name: string;
  readonly category: string;
  readonly subcategory: string;
  /** What a charge's subject is. */
  readonly resourceType: string;
  /** `null` for what only adjusts other charges. */
  readonly sku: FocusSku | null;
}

const VALIDATION = {
  name: "Apex Validation",
  category: "Developer Tools",
  subcategory: "Quality Assurance",
  resourceType: "Validation Run",
} as const;

const AGENT = {
  name: "Apex Agent",
  category: "AI and Machine Learning",
  subcategory: "Generative AI",
  resourceType: "Agent Run",
} as const;

/** Services by the kind of charge. */
export const FOCUS_SERVICES: Readonly<Record<ChargeKind, FocusService>> = {
  vcpu: {
    ...VALIDATION,
    sku: { id: "apex/validation/vcpu", meter: "CPU Time" },
  },
  memory: {
    ...VALIDATION,
    sku: { id: "apex/validation/memory", meter: "Reserved Memory" },
  },
  gpu: {
    ...VALIDATION,
    sku: { id: "apex/validation/gpu", meter: "Reserved GPUs" },
  },
  minimum: { ...VALIDATION, sku: null },
  cap: { ...VALIDATION, sku: null },
  "model-input": { ...AGENT, sku: { id: "apex/agent/model-input", meter: "Model Input Tokens" } },
  "model-output": { ...AGENT, sku: { id: "apex/agent/model-output", meter: "Model Output Tokens" } },
  "savings-share": {
    name: "Apex Proven Savings",
    category: "Management and Governance",
    subcategory: "Cost Management",
    resourceType: "Savings Proof",
    sku: { id: "apex/savings/share", meter: "Proven Savings" },
  },
};
