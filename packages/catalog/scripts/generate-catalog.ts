import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { awsMachineTypesTable, readAwsInstances } from "./aws-machine-types.ts";
import { ec2PriceTables, rdsPriceTables } from "./aws-prices.ts";
import {
  gcpGpuPriceTables,
  gcpMachineTypesTable,
  gcpPriceTables,
  readGcpMachineTypes,
} from "./gcp-tables.ts";
import { priceTablesModule, tablesModule } from "./generated-module.ts";

/** What the catalogue is made from. */
export interface CatalogSources {
  /** Directory with the four source CSVs. */
  readonly directory: string;
}

/** The generated modules by file name: the same sources give the same bytes. */
export async function generateCatalog(sources: CatalogSources): Promise<ReadonlyMap<string, string>> {
  const instances = readAwsInstances(sources.directory);
  const machineTypes = readGcpMachineTypes(sources.directory);
  return new Map([
    ["aws-machine-types.generated.ts", tablesModule("AWS_MACHINE_TYPES", [awsMachineTypesTable(instances)])],
    ["ec2-prices.generated.ts", priceTablesModule("EC2_PRICES", ec2PriceTables(instances))],
    ["rds-prices.generated.ts", priceTablesModule("RDS_PRICES", rdsPriceTables(sources.directory))],
    [
      "gcp-machine-types.generated.ts",
      tablesModule("GCP_MACHINE_TYPES", [gcpMachineTypesTable(machineTypes)]),
    ],
    ["gce-prices.generated.ts", priceTablesModule("GCE_PRICES", gcpPriceTables(machineTypes))],
    [
      "gce-gpu-prices.generated.ts",
      priceTablesModule("GCE_GPU_PRICES", gcpGpuPriceTables(sources.directory)),
    ],
  ]);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      source: { type: "string" },
      out: { type: "string", default: join(import.meta.dirname, "../src") },
    },
  });
  if (values.source === undefined) throw new Error("usage: generate-catalog.ts --source DIR [--out DIR]");
  const modules = await generateCatalog({ directory: values.source });
  mkdirSync(values.out, { recursive: true });
  for (const [file, text] of modules) {
    writeFileSync(join(values.out, file), text);
    console.log(`${join(values.out, file)}: ${text.length} bytes`);
  }
}
