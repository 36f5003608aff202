import type { GeneratedTable, TableColumn } from "../src/generated-table.ts";
import { byCodePoint, cell, plainNumber, readSourceCsv, type SourceRow } from "./source-csv.ts";

const AUTOSCALER = "kubernetes/autoscaler: cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go";
const KARPENTER = "aws/karpenter-provider-aws: website/content/en/preview/reference/instance-types.md";
const KARPENTER_BANDWIDTH =
  "aws/karpenter-provider-aws: pkg/providers/instancetype/zz_generated.bandwidth.go; flexera-public/policy_templates (2026-08-17) where it has none";
const FLEXERA =
  "flexera-public/policy_templates: data/aws/aws_ec2_instance_types.json (DescribeInstanceTypes)";
const VANTAGE = "vantage-sh/ec2instances.info: scraper/aws/ec2/extras/manually_fetched_data.json";

interface Column extends TableColumn {
  readonly read: (row: SourceRow) => string;
}

function column(name: string, from: Omit<TableColumn, "name">, read: Column["read"]): Column {
  return { name, ...from, read };
}

const SHAPE = {
  origin: `${AUTOSCALER}; ${KARPENTER} as fallback`,
  date: "2026-01-22",
  licence: "Apache-2.0",
};
const DEVICES = {
  origin: `${KARPENTER}; vantage-sh/ec2instances.info: scraper/aws/ec2/gpu_data.go for P2, P3, G2, G3`,
  date: "2026-07-11",
  licence: "Apache-2.0; MIT",
};
const PERFORMANCE = { origin: FLEXERA, date: "2026-08-17", licence: "MIT" };

/** The full card behind the fractional L4 of g6f and gr6f, in the source's own GiB per device. */
const L4_MEMORY_GIB = 22.35;

/**
 * What the sources get wrong or leave out, corrected here with the reason.
 * - dl1: the source counts the eight accelerators without naming them; they are Habana Gaudi HL-205 with 32 GiB (EC2 DL1 product page).
 * - mac2 and mac-m4: the source says amd64; they are Apple silicon (EC2 Mac product page).
 * - t4g.large: the source says 26 credits an hour; 30 % baseline x 2 vCPU x 60 = 36 (EC2 user guide, burstable instance table).
 */
const CORRECTIONS: Readonly<Record<string, SourceRow>> = {
  "dl1.24xlarge": { gpu_name: "gaudi-hl-205", gpu_memory_gib_each: "32" },
  "t4g.large": { cpu_credits_per_hour: "36" },
};

const APPLE_SILICON = /^mac(2|-m)/;

function corrected(row: SourceRow): SourceRow {
  const name = cell(row, "instance_type");
  const architecture = APPLE_SILICON.test(name) ? { arch: "arm64" } : {};
  return { ...row, ...architecture, ...CORRECTIONS[name] };
}

/** Device names in one short form: "NVIDIA Tesla V100" and "v100" are the same card. */
function deviceName(row: SourceRow): string {
  return cell(row, "gpu_name")
    .toLowerCase()
    .replace(/^nvidia (tesla|grid) /, "")
    .replaceAll(" ", "-");
}

/** An accelerator without a GPU's programming model (Inferentia, Trainium, Qualcomm) is not listed as a GPU. */
function hasGpu(row: SourceRow): boolean {
  return cell(row, "accelerator_name") === "" && deviceName(row) !== "";
}

function isFractional(row: SourceRow): boolean {
  return cell(row, "gpu_count") === "0";
}

function gpuShare(row: SourceRow): string {
  if (!hasGpu(row) || !isFractional(row)) return "";
  // Cards are cut in powers of two; the source rounds the memory, which is why it cannot be divided directly.
  return String(2 ** Math.round(Math.log2(Number(cell(row, "gpu_memory_gib_each")) / L4_MEMORY_GIB)));
}

function networkBaselineMbps(row: SourceRow): string {
  const exact = plainNumber(cell(row, "network_baseline_mbps"));
  if (exact !== "") return exact;
  const gbps = cell(row, "network_baseline_gbps");
  return gbps === "" ? "" : plainNumber(String(Math.round(Number(gbps) * 1000)));
}

/** The peak in the source is of one network card; a machine with several sustains more than that. */
function networkPeakMbps(row: SourceRow): string {
  const gbps = cell(row, "network_peak_gbps");
  if (gbps === "") return "";
  return String(Math.max(Math.round(Number(gbps) * 1000), Number(networkBaselineMbps(row))));
}

function isCurrent(row: SourceRow): string {
  const text = cell(row, "current_generation");
  if (text === "") return "";
  return text === "True" ? "1" : "0";
}

const COLUMNS: readonly Column[] = [
  column("name", SHAPE, (row) => cell(row, "instance_type")),
  column("vcpu", SHAPE, (row) => plainNumber(cell(row, "vcpu"))),
  column("memoryGib", SHAPE, (row) => plainNumber(cell(row, "memory_gib"))),
  column("architecture", SHAPE, (row) => cell(row, "arch")),
  column("gpuName", DEVICES, (row) => (hasGpu(row) ? deviceName(row) : "")),
  column("gpuCount", DEVICES, (row) => {
    if (!hasGpu(row)) return "";
    return isFractional(row) ? "1" : plainNumber(cell(row, "gpu_count"));
  }),
  column("gpuMemoryGib", DEVICES, (row) =>
    hasGpu(row) ? plainNumber(cell(row, "gpu_memory_gib_each")) : "",
  ),
  column("gpuShare", DEVICES, gpuShare),
  column("acceleratorName", DEVICES, (row) => cell(row, "accelerator_name")),
  column("acceleratorCount", DEVICES, (row) => plainNumber(cell(row, "accelerator_count"))),
  column(
    "networkBaselineMbps",
    { origin: KARPENTER_BANDWIDTH, date: "2026-08-18", licence: "Apache-2.0; MIT" },
    networkBaselineMbps,
  ),
  column("networkPeakMbps", PERFORMANCE, networkPeakMbps),
  column("ebsMaxMbps", { ...DEVICES, origin: KARPENTER, licence: "Apache-2.0" }, (row) =>
    plainNumber(cell(row, "ebs_bandwidth_mbps")),
  ),
  column("ebsBaselineIops", PERFORMANCE, (row) => plainNumber(cell(row, "ebs_baseline_iops"))),
  column("ebsMaxIops", PERFORMANCE, (row) => plainNumber(cell(row, "ebs_max_iops"))),
  column("localNvmeGb", { ...DEVICES, origin: KARPENTER, licence: "Apache-2.0" }, (row) =>
    plainNumber(cell(row, "local_nvme_gb")),
  ),
  column("cpuCreditsPerHour", PERFORMANCE, (row) => plainNumber(cell(row, "cpu_credits_per_hour"))),
  column("isFlex", { ...DEVICES, origin: KARPENTER, licence: "Apache-2.0" }, (row) =>
    cell(row, "flex") === "true" ? "1" : "",
  ),
  column("isCurrentGeneration", PERFORMANCE, isCurrent),
  column("supersededBy", PERFORMANCE, (row) => cell(row, "superseded_by")),
  column("hypervisor", { ...DEVICES, origin: KARPENTER, licence: "Apache-2.0" }, (row) =>
    cell(row, "hypervisor"),
  ),
  column("cpuManufacturer", { ...DEVICES, origin: KARPENTER, licence: "Apache-2.0" }, (row) =>
    cell(row, "cpu_manufacturer"),
  ),
  column("coremark", { origin: VANTAGE, date: "2026-07-01", licence: "MIT" }, (row) => {
    const text = cell(row, "coremark_iterations_per_s");
    return text === "" ? "" : String(Math.round(Number(text)));
  }),
];

/** The columns of the source CSV that this reads: a missing one is an error, never an empty column. */
const AWS_INSTANCES_COLUMNS = [
  "instance_type",
  "vcpu",
  "memory_gib",
  "arch",
  "gpu_count",
  "gpu_name",
  "gpu_memory_gib_each",
  "accelerator_name",
  "accelerator_count",
  "network_baseline_mbps",
  "network_baseline_gbps",
  "network_peak_gbps",
  "ebs_bandwidth_mbps",
  "ebs_baseline_iops",
  "ebs_max_iops",
  "local_nvme_gb",
  "cpu_credits_per_hour",
  "flex",
  "current_generation",
  "superseded_by",
  "hypervisor",
  "cpu_manufacturer",
  "coremark_iterations_per_s",
  "us_east_1_on_demand_usd_per_hour",
  "eu_west_1_on_demand_usd_per_hour",
] as const;

/** The rows of aws_instances.csv, ordered by name. */
export function readAwsInstances(directory: string): readonly SourceRow[] {
  return readSourceCsv(directory, "aws_instances.csv", AWS_INSTANCES_COLUMNS)
    .map(corrected)
    .toSorted((a, b) => byCodePoint(cell(a, "instance_type"), cell(b, "instance_type")));
}

/** The shape table of EC2. Types without vCPU and memory keep their row: the name is known, the shape is not. */
export function awsMachineTypesTable(rows: readonly SourceRow[]): GeneratedTable {
  return {
    columns: COLUMNS.map(({ name, origin, date, licence }) => ({ name, origin, date, licence })),
    rows: rows.map((row) => COLUMNS.map((each) => each.read(row)).join(",")).join("\n"),
  };
}
