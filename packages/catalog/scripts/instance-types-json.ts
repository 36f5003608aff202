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

/**
 * The shape table of a `describe-instance-types` JSON text. The file carries no date: `date` is the day it was fetched.
 * Throws, naming the place, when the text has another shape.
 */
export function instanceTypesTable(text: string, date: string): GeneratedTable {
  const parsed = DescribeInstanceTypes.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(`not the output of "aws ec2 describe-instance-types": ${z.prettifyError(parsed.error)}`);
  }
  const types = parsed.data.InstanceTypes.toSorted((a, b) => byCodePoint(a.InstanceType, b.InstanceType));
  const facts: Omit<TableColumn, "name"> = {
    origin: "AWS EC2 DescribeInstanceTypes",
    date,
    licence: "AWS customer agreement",
  };
  return {
    columns: CELLS.map(([name]) => ({ name, ...facts })),
    rows: types.map((type) => CELLS.map(([, read]) => read(type)).join(",")).join("\n"),
  };
}
