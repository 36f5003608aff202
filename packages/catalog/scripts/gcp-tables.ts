import type { GeneratedTable, PriceTable, TableColumn } from "../src/generated-table.ts";
import { priceRows } from "./aws-prices.ts";
import { byCodePoint, cell, plainNumber, readSourceCsv, type SourceRow } from "./source-csv.ts";

const CYCLENERD = "Cyclenerd/google-cloud-pricing-cost-calculator";
const SHAPE = { origin: `${CYCLENERD}: tools/machinetypes.csv`, date: "2026-07-01", licence: "Apache-2.0" };
const DEVICES = {
  origin: `${CYCLENERD}: build/gcp.yml; flexera-public/policy_templates: data/google/google_compute_instance_types.json for the newest GPUs`,
  date: "2026-08-01",
  licence: "Apache-2.0; MIT",
};
const COREMARK = {
  origin:
    "Cyclenerd/google-cloud-compute-machine-types: instances/series/cpu/coremark.csv (the fastest CPU platform of the type)",
  date: "2026-03-01",
  licence: "Apache-2.0",
};
const FLEXERA = {
  origin: "flexera-public/policy_templates: data/google/google_compute_instance_types.json",
  date: "2026-08-01",
  licence: "MIT",
};

interface Column extends TableColumn {
  readonly read: (row: SourceRow) => string;
}

/**
 * The share of a core that the old shared-core types are entitled to; the source repeats the vCPU count for them.
 * Google Compute Engine documentation, "Shared-core machine types".
 */
const BASELINE_VCPU: Readonly<Record<string, string>> = { "f1-micro": "0.2", "g1-small": "0.5" };

function isTpu(row: SourceRow): boolean {
  return /^(ct\d|tpu)/.test(cell(row, "family"));
}

function hasGpu(row: SourceRow): boolean {
  return Number(cell(row, "gpu_count")) > 0 && !isTpu(row);
}

/** "nvidia-h200-141gb" and "h200-141gb" are the same card. */
function deviceName(row: SourceRow): string {
  return cell(row, "gpu_name").replace(/^nvidia-/, "");
}

function isFractional(row: SourceRow): boolean {
  return Number(cell(row, "gpu_count")) < 1;
}

/** GiB per device; of a fraction of a card, the memory of that fraction. */
function gpuMemory(row: SourceRow): string {
  const each = cell(row, "gpu_memory_gib_each");
  if (!hasGpu(row) || each === "") return "";
  return isFractional(row) ? String(Number(each) * Number(cell(row, "gpu_count"))) : plainNumber(each);
}

function baselineVcpu(row: SourceRow): string {
  if (cell(row, "shared_cpu") !== "True") return "";
  return BASELINE_VCPU[cell(row, "machine_type")] ?? plainNumber(cell(row, "effective_vcpu"));
}

const COLUMNS: readonly Column[] = [
  { name: "name", ...SHAPE, read: (row) => cell(row, "machine_type") },
  { name: "vcpu", ...SHAPE, read: (row) => plainNumber(cell(row, "vcpu")) },
  { name: "memoryGib", ...SHAPE, read: (row) => plainNumber(cell(row, "memory_gib")) },
  { name: "architecture", ...SHAPE, read: (row) => cell(row, "arch") },
  { name: "baselineVcpu", ...DEVICES, read: baselineVcpu },
  { name: "gpuName", ...DEVICES, read: (row) => (hasGpu(row) ? deviceName(row) : "") },
  {
    name: "gpuCount",
    ...DEVICES,
    read: (row) => {
      if (!hasGpu(row)) return "";
      return isFractional(row) ? "1" : plainNumber(cell(row, "gpu_count"));
    },
  },
  { name: "gpuMemoryGib", ...DEVICES, read: gpuMemory },
  {
    name: "gpuShare",
    ...DEVICES,
    read: (row) => (hasGpu(row) && isFractional(row) ? cell(row, "gpu_count") : ""),
  },
  { name: "acceleratorName", ...DEVICES, read: (row) => (isTpu(row) ? cell(row, "gpu_name") : "") },
  {
    name: "acceleratorCount",
    ...DEVICES,
    read: (row) => (isTpu(row) ? plainNumber(cell(row, "gpu_count")) : ""),
  },
  { name: "localNvmeGb", ...DEVICES, read: (row) => plainNumber(cell(row, "local_ssd_gb")) },
  { name: "isCurrentGeneration", ...SHAPE, read: (row) => (cell(row, "deprecated") === "True" ? "0" : "1") },
  { name: "supersededBy", ...FLEXERA, read: (row) => cell(row, "superseded_by") },
  { name: "coremark", ...COREMARK, read: (row) => plainNumber(cell(row, "coremark_max")) },
];

/** The rows of gcp_machine_types.csv, ordered by name. */
export function readGcpMachineTypes(directory: string): readonly SourceRow[] {
  return readSourceCsv(directory, "gcp_machine_types.csv", [
    "machine_type",
    "family",
    "vcpu",
    "effective_vcpu",
    "shared_cpu",
    "memory_gib",
    "arch",
    "gpu_count",
    "gpu_name",
    "gpu_memory_gib_each",
    "local_ssd_gb",
    "deprecated",
    "in_us_central1",
    "us_central1_on_demand_usd_per_hour",
    "price_source",
    "coremark_max",
    "superseded_by",
  ]).toSorted((a, b) => byCodePoint(cell(a, "machine_type"), cell(b, "machine_type")));
}

/** The shape table of Compute Engine. */
export function gcpMachineTypesTable(rows: readonly SourceRow[]): GeneratedTable {
  return {
    columns: COLUMNS.map(({ name, origin, date, licence }) => ({ name, origin, date, licence })),
    rows: rows.map((row) => COLUMNS.map((each) => each.read(row)).join(",")).join("\n"),
  };
}

const PRICE_SOURCES: Readonly<Record<string, Pick<PriceTable, "origin" | "date" | "licence">>> = {
  "k8s-autoscaler-2026-06 table": {
    origin: "kubernetes/autoscaler: cluster-autoscaler/cloudprovider/gce/gce_price_info.go, instancePrices",
    date: "2026-06-23",
    licence: "Apache-2.0",
  },
  "k8s-autoscaler-2026-06 family rate x size": {
    origin:
      "kubernetes/autoscaler: cluster-autoscaler/cloudprovider/gce/gce_price_info.go, family rate x size",
    date: "2026-06-23",
    licence: "Apache-2.0",
  },
  "gcp-sku-2023(libcloud)": {
    origin: "apache/libcloud: libcloud/data/pricing.json, compute.gce_instances (Google SKU prices)",
    date: "2023-08-06",
    licence: "Apache-2.0",
  },
};

/**
 * Whether a price of the source is one we stand behind. A family's rate per vCPU and GiB leaves out the local SSD that
 * a type bundles, and is not the rate of the N1 mega- and ultramem types; the derived H100 rows mix regions.
 */
function isTrusted(row: SourceRow): boolean {
  if (cell(row, "us_central1_on_demand_usd_per_hour") === "" || cell(row, "in_us_central1") !== "True")
    return false;
  const source = cell(row, "price_source");
  if (source.startsWith("derived")) return false;
  if (PRICE_SOURCES[source] === undefined)
    throw new Error(`gcp_machine_types.csv: unknown price_source ${source}`);
  if (!source.endsWith("family rate x size")) return true;
  return cell(row, "local_ssd_gb") === "" && !/^n1-(mega|ultra)mem-/.test(cell(row, "machine_type"));
}

/** On-demand us-central1 list prices, without sustained-use discount: one table per source. */
export function gcpPriceTables(rows: readonly SourceRow[]): readonly PriceTable[] {
  const groups = Map.groupBy(rows.filter(isTrusted), (row) => cell(row, "price_source"));
  return Object.entries(PRICE_SOURCES).map(([source, facts]) => ({
    region: "us-central1",
    variant: "linux",
    ...facts,
    rows: priceRows(
      new Map(
        (groups.get(source) ?? []).map((row) => [
          cell(row, "machine_type"),
          cell(row, "us_central1_on_demand_usd_per_hour"),
        ]),
      ),
    ),
  }));
}

/**
 * Prices of GPUs that are attached with `guest_accelerator`. Derived rows are left out: those cards come bundled with
 * their machine types, whose price already holds them.
 */
export function gcpGpuPriceTables(directory: string): readonly PriceTable[] {
  const rows = readSourceCsv(directory, "gcp_gpu_prices.csv", [
    "gpu",
    "us_central1_on_demand_usd_per_gpu_hour",
    "source",
  ]);
  const attachable = rows.filter(
    (row) =>
      cell(row, "source").startsWith("kubernetes/autoscaler") &&
      cell(row, "us_central1_on_demand_usd_per_gpu_hour") !== "",
  );
  return [
    {
      region: "us-central1",
      variant: "gpu",
      origin: "kubernetes/autoscaler: cluster-autoscaler/cloudprovider/gce/gce_price_info.go, gpuPrices",
      date: "2026-06-23",
      licence: "Apache-2.0",
      rows: priceRows(
        new Map(
          attachable.map((row) => [cell(row, "gpu"), cell(row, "us_central1_on_demand_usd_per_gpu_hour")]),
        ),
      ),
    },
  ];
}
