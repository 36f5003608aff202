import type { GpuLoad, GpuMachine } from "../fleet/gpu.ts";
import { cloudId, privateIp } from "../ids.ts";
import { hexFor } from "../random.ts";
import { type Signal, samplesOf } from "../signal.ts";
import { SAMPLES, timeOf } from "../time-grid.ts";

interface DcgmField {
  readonly name: string;
  readonly signal: (gpu: GpuLoad) => Signal;
  /** The signal's number as DCGM prints it: profiling fields are ratios. */
  readonly print: (value: number, gpu: GpuLoad) => string;
}

const asRatio = (value: number) => String(Math.round(value * 10) / 1000);
const asNumber = (value: number) => String(value);

const FIELDS: readonly DcgmField[] = [
  { name: "DCGM_FI_PROF_SM_ACTIVE", signal: (gpu) => gpu.smActive, print: asRatio },
  { name: "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", signal: (gpu) => gpu.tensorActive, print: asRatio },
  { name: "DCGM_FI_PROF_DRAM_ACTIVE", signal: (gpu) => gpu.dramActive, print: asRatio },
  { name: "DCGM_FI_DEV_GPU_UTIL", signal: (gpu) => gpu.utilization, print: asNumber },
  { name: "DCGM_FI_DEV_FB_USED", signal: (gpu) => gpu.memoryUsedMib, print: asNumber },
  {
    name: "DCGM_FI_DEV_FB_FREE",
    signal: (gpu) => gpu.memoryUsedMib,
    print: (used, gpu) => String(gpu.memoryMib - used),
  },
];

/** The labels of dcgm-exporter, and those that EC2 service discovery adds. */
function labels(machine: GpuMachine, gpu: GpuLoad, index: number, name: string) {
  const ip = privateIp(machine.address, machine.zone);
  const uuid = hexFor(`${machine.address} gpu ${index}`, 32);
  return {
    __name__: name,
    DCGM_FI_DRIVER_VERSION: "570.172.08",
    Hostname: `ip-${ip.replaceAll(".", "-")}`,
    UUID: `GPU-${uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`,
    device: `nvidia${index}`,
    gpu: String(index),
    instance: `${ip}:9400`,
    instance_id: cloudId("i", machine.address),
    job: "dcgm-exporter",
    modelName: gpu.model,
    pci_bus_id: `00000000:00:${(0x1b + index).toString(16).toUpperCase()}.0`,
  };
}

function seriesOf(machine: GpuMachine, field: DcgmField): object[] {
  return machine.gpus.map((gpu, index) => {
    // One seed for used and free, so that they add up to the card.
    const samples = samplesOf(
      field.signal(gpu),
      `${machine.address} gpu ${index} ${field.name.replace("FREE", "USED")}`,
    );
    return {
      metric: labels(machine, gpu, index, field.name),
      values: Array.from({ length: SAMPLES }, (_, k) => [
        timeOf(k) / 1000,
        field.print(samples[k] ?? 0, gpu),
      ]),
    };
  });
}

/** The answer of `/api/v1/query_range?query={__name__=~"DCGM_.*"}&step=300` for the GPU machines. */
export function renderDcgm(machines: readonly GpuMachine[]): string {
  const result = FIELDS.flatMap((field) => machines.flatMap((machine) => seriesOf(machine, field)));
  const lines = result.map((series) => JSON.stringify(series)).join(",\n");
  return `{"status":"success","data":{"resultType":"matrix","result":[\n${lines}\n]}}\n`;
}
