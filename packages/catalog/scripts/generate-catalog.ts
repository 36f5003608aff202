import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { awsMachineTypesTable, readAwsInstances } from "./aws-machine-types.ts";
import { ec2PriceTables, rdsPriceTables } from "./aws-prices.ts";
import { ec2OfferTables } from "./ec2-offer.ts";
import {
  gcpGpuPriceTables,
  gcpMachineTypesTable,
  gcpPriceTables,
  readGcpMachineTypes,
} from "./gcp-tables.ts";
import { priceTablesModule, tablesModule } from "./generated-module.ts";
import { type InstanceTypesSource, instanceTypesTable } from "./instance-types-json.ts";

/** What the catalogue is made from. */
export interface CatalogSources {
  /** Directory with aws_instances.csv, aws_rds_prices.csv, gcp_machine_types.csv and gcp_gpu_prices.csv. */
  readonly directory: string;
  /** AWS Price List offer files of AmazonEC2: index.json or a region's CSV. They win where their date is later. */
  readonly ec2Offers?: readonly string[];
  /** Output of `aws ec2 describe-instance-types`; it wins over the directory, cell by cell. */
  readonly instanceTypes?: InstanceTypesSource;
}

/** The generated modules by file name: the same sources give the same bytes. */
export async function generateCatalog(sources: CatalogSources): Promise<ReadonlyMap<string, string>> {
  const { directory, ec2Offers = [], instanceTypes } = sources;
  const instances = readAwsInstances(directory);
  const machineTypes = readGcpMachineTypes(directory);
  const shapes = [awsMachineTypesTable(instances)];
  if (instanceTypes !== undefined) {
    shapes.push(instanceTypesTable(readFileSync(instanceTypes.file, "utf8"), instanceTypes));
  }
  const offers = await Promise.all(ec2Offers.map(ec2OfferTables));
  return new Map([
    ["aws-machine-types.generated.ts", tablesModule("AWS_MACHINE_TYPES", shapes)],
    [
      "ec2-prices.generated.ts",
      priceTablesModule("EC2_PRICES", [...ec2PriceTables(instances), ...offers.flat()]),
    ],
    ["rds-prices.generated.ts", priceTablesModule("RDS_PRICES", rdsPriceTables(directory))],
    [
      "gcp-machine-types.generated.ts",
      tablesModule("GCP_MACHINE_TYPES", [gcpMachineTypesTable(machineTypes)]),
    ],
    ["gce-prices.generated.ts", priceTablesModule("GCE_PRICES", gcpPriceTables(machineTypes))],
    ["gce-gpu-prices.generated.ts", priceTablesModule("GCE_GPU_PRICES", gcpGpuPriceTables(directory))],
  ]);
}

const USAGE = `usage: generate-catalog.ts --source DIR [--ec2-offer FILE]... [--out DIR]
  [--instance-types FILE --instance-types-date YYYY-MM-DD [--instance-types-origin TEXT --instance-types-licence TEXT]
   [--instance-types-columns NAME,NAME]]`;

interface WrittenArguments {
  readonly "instance-types"?: string;
  readonly "instance-types-date"?: string;
  readonly "instance-types-origin"?: string;
  readonly "instance-types-licence"?: string;
  readonly "instance-types-columns"?: string;
}

function instanceTypesSource(values: WrittenArguments): { readonly instanceTypes?: InstanceTypesSource } {
  const file = values["instance-types"];
  const date = values["instance-types-date"];
  const origin = values["instance-types-origin"];
  const licence = values["instance-types-licence"];
  const columns = values["instance-types-columns"]?.split(",");
  if (file === undefined) return {};
  if (date === undefined || !/^\d{4}-\d\d-\d\d$/.test(date))
    throw new Error(`the date of ${file} is missing\n${USAGE}`);
  return {
    instanceTypes: {
      file,
      date,
      ...(origin === undefined ? {} : { origin }),
      ...(licence === undefined ? {} : { licence }),
      ...(columns === undefined ? {} : { columns }),
    },
  };
}

function readArguments(): { readonly sources: CatalogSources; readonly out: string } {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      source: text,
      "ec2-offer": { type: "string", multiple: true, default: [] },
      "instance-types": text,
      "instance-types-date": text,
      "instance-types-origin": text,
      "instance-types-licence": text,
      "instance-types-columns": text,
      out: { type: "string", default: join(import.meta.dirname, "../src") },
    },
  });
  if (values.source === undefined) throw new Error(USAGE);
  const sources = {
    directory: values.source,
    ec2Offers: values["ec2-offer"],
    ...instanceTypesSource(values),
  };
  return { sources, out: values.out };
}

if (import.meta.main) {
  const { sources, out } = readArguments();
  mkdirSync(out, { recursive: true });
  for (const [file, text] of await generateCatalog(sources)) {
    writeFileSync(join(out, file), text);
    console.log(`${join(out, file)}: ${text.length} bytes`);
  }
}
