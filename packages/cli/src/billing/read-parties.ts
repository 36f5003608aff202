import type { InvoiceParty } from "@apex/report";
import { z } from "zod";
import type { Io } from "../io.ts";
import { readYaml } from "./read-yaml.ts";

/** Who issues invoices, who gets them, and what they end with. */
export interface Parties {
  readonly seller: InvoiceParty;
  /** By tenant. */
  readonly buyers: ReadonlyMap<string, InvoiceParty>;
  readonly terms: readonly string[];
}

const partySchema = z.strictObject({
  name: z.string().min(1),
  address: z.array(z.string()).default([]),
  taxId: z.string().nullable().default(null),
  email: z.string().nullable().default(null),
});

const partiesSchema = z.strictObject({
  schema: z.literal("apex.parties/v1"),
  seller: partySchema,
  buyers: z.record(z.string(), partySchema).default({}),
  terms: z.array(z.string()).default([]),
});

const DEFAULT: Parties = {
  seller: { name: "Apex", address: [], taxId: null, email: null },
  buyers: new Map(),
  terms: [],
};

/** Reads `--parties`, YAML or JSON (`apex.parties/v1`). Throws an AdapterError that says what of it is wrong. */
export async function readParties(io: Io, given: string | undefined): Promise<Parties> {
  if (given === undefined) return DEFAULT;
  const read = await readYaml(io, { option: "--parties", file: given }, partiesSchema);
  const { seller, buyers, terms } = read;
  return { seller, buyers: new Map(Object.entries(buyers)), terms };
}
