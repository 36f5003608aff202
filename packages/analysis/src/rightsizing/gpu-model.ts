import type { MachineGpu } from "@apex/catalog";

/** What a GPU model can do, dense, without sparsity. */
export interface GpuModel {
  /**
   * CUDA compute capability: what was built for a higher one may not start on a lower one, nor find its number
   * formats (bf16 from 8.0, fp8 from 8.9).
   */
  readonly computeCapability: number;
  readonly tensorTflops: number;
  readonly fp32Tflops: number;
  readonly memoryGbPerSecond: number;
}

/**
 * NVIDIA's data sheets, FP16 tensor and FP32 peak at boost, memory bandwidth; the A10G's are AWS's and NVIDIA's
 * figures for G5.
 */
const GPU_MODELS: Readonly<Record<string, GpuModel>> = {
  // The 16 GB card for PCIe; without tensor cores, so FP16.
  p100: { computeCapability: 6.0, tensorTflops: 18.7, fp32Tflops: 9.3, memoryGbPerSecond: 732 },
  v100: { computeCapability: 7.0, tensorTflops: 125, fp32Tflops: 15.7, memoryGbPerSecond: 900 },
  t4: { computeCapability: 7.5, tensorTflops: 65, fp32Tflops: 8.1, memoryGbPerSecond: 320 },
  a100: { computeCapability: 8.0, tensorTflops: 312, fp32Tflops: 19.5, memoryGbPerSecond: 1555 },
  "a100-80gb": { computeCapability: 8.0, tensorTflops: 312, fp32Tflops: 19.5, memoryGbPerSecond: 2039 },
  a10g: { computeCapability: 8.6, tensorTflops: 70, fp32Tflops: 35, memoryGbPerSecond: 600 },
  l4: { computeCapability: 8.9, tensorTflops: 121, fp32Tflops: 30.3, memoryGbPerSecond: 300 },
  l40s: { computeCapability: 8.9, tensorTflops: 362, fp32Tflops: 91.6, memoryGbPerSecond: 864 },
  h100: { computeCapability: 9.0, tensorTflops: 989, fp32Tflops: 67, memoryGbPerSecond: 3350 },
  h200: { computeCapability: 9.0, tensorTflops: 989, fp32Tflops: 67, memoryGbPerSecond: 4800 },
};

/** Names of the catalogue's sources for one model; only the A100 comes in two that differ in more than memory. */
const SYNONYMS: Readonly<Record<string, string>> = {
  "h100-80gb": "h100",
  "h100-80gb-mega": "h100",
  "h200-141gb": "h200",
};

/** How people write a model: "A10G". */
export function gpuLabel(gpu: MachineGpu): string {
  return gpu.name.toUpperCase();
}

/** The figures of a GPU of the catalogue; `undefined` for models that are not in the table. */
function gpuModel(gpu: MachineGpu): GpuModel | undefined {
  const name = SYNONYMS[gpu.name] ?? gpu.name;
  return Object.hasOwn(GPU_MODELS, name) ? GPU_MODELS[name] : undefined;
}

/**
 * One GPU of `after` in percent of one whole GPU of `now`, by the worse of tensor and FP32 peak, or by FP32 alone for work that was
 * seen to leave the tensor cores alone; `null` when they cannot be compared.
 */
export function relativeCompute(now: MachineGpu, after: MachineGpu, usesTensor = true): number | null {
  const share = (after.share ?? 1) / (now.share ?? 1);
  if (now.name === after.name) return 100 * share;
  const from = gpuModel(now);
  const to = gpuModel(after);
  if (from === undefined || to === undefined) return null;
  const fp32 = to.fp32Tflops / from.fp32Tflops;
  return 100 * share * (usesTensor ? Math.min(to.tensorTflops / from.tensorTflops, fp32) : fp32);
}

/** Memory bandwidth of one GPU of `after` in percent of one of `now`; `null` when they cannot be compared. */
export function relativeBandwidth(now: MachineGpu, after: MachineGpu): number | null {
  const share = (after.share ?? 1) / (now.share ?? 1);
  if (now.name === after.name) return 100 * share;
  const from = gpuModel(now);
  const to = gpuModel(after);
  return from === undefined || to === undefined
    ? null
    : (100 * share * to.memoryGbPerSecond) / from.memoryGbPerSecond;
}

/**
 * Whether what runs on `now` can be expected to start on `after`: the same model, or one of a compute capability
 * that is no lower.
 */
export function isCompatible(now: MachineGpu, after: MachineGpu): boolean {
  if (now.name === after.name) return true;
  const from = gpuModel(now);
  const to = gpuModel(after);
  return from !== undefined && to !== undefined && to.computeCapability >= from.computeCapability;
}
