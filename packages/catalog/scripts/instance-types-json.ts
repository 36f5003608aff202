import { z } from "zod";
import type { GeneratedTable, TableColumn } from "../src/generated-table.ts";
import { byCodePoint } from "./source-csv.ts";

const mib = z.object({ SizeInMiB: z.number().positive() });

const InstanceType = z.object({
  InstanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
  CurrentGeneration: z.boolean().optional(),
  Hypervisor: z.string().optional(),
  ProcessorInfo: z.object({
    SupportedArchitectures: z.array(z.string()).min(1),
    Manufacturer: z.string().optional(),
  }),
  VCpuInfo: z.object({ DefaultVCpus: z.number().int().positive() }),
  MemoryInfo: mib,
  InstanceStorageInfo: z.object({ TotalSizeInGB: z.number().nonnegative() }).optional(),
  EbsInfo: z
    .object({
      EbsOptimizedInfo: z
        .object({
          BaselineBandwidthInMbps: z.number(),
          BaselineIops: z.number(),
          MaximumBandwidthInMbps: z.number(),
          MaximumIops: z.number(),
        })
        .optional(),
    })
    .optional(),
  NetworkInfo: z
    .object({
      NetworkCards: z
        .array(
          z.object({
            BaselineBandwidthInGbps: z.number().optional(),
            PeakBandwidthInGbps: z.number().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  GpuInfo: z
    .object({
      Gpus: z.array(
        z.object({ Name: z.string(), Count: z.number().int().nonnegative(), MemoryInfo: mib.optional() }),
      ),
    })
    .optional(),
});
type InstanceType = z.infer<typeof InstanceType>;

/** What `aws ec2 describe-instance-types --output json` prints: only the fields used, of EC2's DescribeInstanceTypes. */
const DescribeInstanceTypes = z.object({ InstanceTypes: z.array(InstanceType).min(1) });

const MIB_PER_GIB = 1024;

function architecture(type: InstanceType): string {
  const names = type.ProcessorInfo.SupportedArchitectures;
  if (names.some((name) => name.startsWith("arm64"))) return "arm64";
  return names.some((name) => name.startsWith("x86_64")) ? "amd64" : "";
}

/** The sum over all cards in Mbit/s; "" when a card does not tell. */
function networkMbps(type: InstanceType, key: "BaselineBandwidthInGbps" | "PeakBandwidthInGbps"): string {
  const cards = type.NetworkInfo?.NetworkCards ?? [];
  const gbps = cards.map((card) => card[key]);
  if (gbps.length === 0 || gbps.includes(undefined)) return "";
  return String(Math.round(gbps.reduce<number>((sum, value) => sum + (value ?? 0), 0) * 1000));
}

function gpu(type: InstanceType): {
  readonly name: string;
  readonly count: string;
  readonly memoryGib: string;
} {
  const [first] = type.GpuInfo?.Gpus ?? [];
  // A part of a card is reported with a count of 0; what the other sources say of it stands.
  if (first === undefined || first.Count === 0) return { name: "", count: "", memoryGib: "" };
  const memory = first.MemoryInfo === undefined ? "" : String(first.MemoryInfo.SizeInMiB / MIB_PER_GIB);
  return {
    name: first.Name.toLowerCase().replaceAll(" ", "-"),
    count: String(first.Count),
    memoryGib: memory,
  };
}

const optional = (value: number | string | undefined): string => (value === undefined ? "" : String(value));

const CELLS: readonly (readonly [string, (type: InstanceType) => string])[] = [
  ["name", (type) => type.InstanceType],
  ["vcpu", (type) => String(type.VCpuInfo.DefaultVCpus)],
  ["memoryGib", (type) => String(type.MemoryInfo.SizeInMiB / MIB_PER_GIB)],
  ["architecture", architecture],
  ["gpuName", (type) => gpu(type).name],
  ["gpuCount", (type) => gpu(type).count],
  ["gpuMemoryGib", (type) => gpu(type).memoryGib],
  ["networkBaselineMbps", (type) => networkMbps(type, "BaselineBandwidthInGbps")],
  ["networkPeakMbps", (type) => networkMbps(type, "PeakBandwidthInGbps")],
  ["ebsBaselineMbps", (type) => optional(type.EbsInfo?.EbsOptimizedInfo?.BaselineBandwidthInMbps)],
  ["ebsMaxMbps", (type) => optional(type.EbsInfo?.EbsOptimizedInfo?.MaximumBandwidthInMbps)],
  ["ebsBaselineIops", (type) => optional(type.EbsInfo?.EbsOptimizedInfo?.BaselineIops)],
  ["ebsMaxIops", (type) => optional(type.EbsInfo?.EbsOptimizedInfo?.MaximumIops)],
  ["localNvmeGb", (type) => optional(type.InstanceStorageInfo?.TotalSizeInGB)],
  [
    "isCurrentGeneration",
    (type) => (type.CurrentGeneration === undefined ? "" : type.CurrentGeneration ? "1" : "0"),
  ],
  ["hypervisor", (type) => type.Hypervisor ?? ""],
  ["cpuManufacturer", (type) => (type.ProcessorInfo.Manufacturer ?? "").toLowerCase().split(" ")[0] ?? ""],
];

/** A `describe-instance-types` output. The file itself carries no date: `date` is that of the state it shows. */
export interface InstanceTypesSource {
  readonly file: string;
  readonly date: string;
  /** Who published the output, when it was not fetched from AWS. */
  readonly origin?: string;
  readonly licence?: string;
  /** Take these columns only: for an output that is older than the other sources but tells more. */
  readonly columns?: readonly string[];
}

/**
 * The shape table of a `describe-instance-types` JSON text. Throws, naming the place, when the text has another shape.
 */
export function instanceTypesTable(text: string, source: Omit<InstanceTypesSource, "file">): GeneratedTable {
  const parsed = DescribeInstanceTypes.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(`not the output of "aws ec2 describe-instance-types": ${z.prettifyError(parsed.error)}`);
  }
  const {
    date,
    origin = "AWS EC2 DescribeInstanceTypes",
    licence = "AWS customer agreement",
    columns,
  } = source;
  const unknown = (columns ?? []).filter((column) => CELLS.every(([name]) => name !== column));
  if (unknown.length > 0) throw new Error(`no such column: ${unknown.join(", ")}`);
  const cells = CELLS.filter(([name]) => name === "name" || columns === undefined || columns.includes(name));
  const facts: Omit<TableColumn, "name"> = { origin, date, licence };
  const rows = parsed.data.InstanceTypes.toSorted((a, b) => byCodePoint(a.InstanceType, b.InstanceType))
    .map((type) => cells.map(([, read]) => read(type)))
    // A row that only repeats the name says nothing.
    .filter((row) => row.slice(1).some((value) => value !== ""));
  return {
    columns: cells.map(([name]) => ({ name, ...facts })),
    rows: rows.map((row) => row.join(",")).join("\n"),
  };
}
