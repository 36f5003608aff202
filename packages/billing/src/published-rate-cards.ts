import { decimal } from "@apex/core";
import type { RateCard } from "./rate-card.ts";

/**
 * GPUs by the hour: the on-demand price of the smallest EC2 machine with whole ones (Linux, us-east-1, the catalogue's table of
 * 2026-07-20), less its vCPUs and memory at the card's own prices, by its GPUs: those are lines of their own, and nothing is to be paid
 * twice.
 */
const GPU_HOUR_2026_11 = {
  // g4dn.xlarge
  "nvidia-t4": decimal("0.29296"),
  // g5.xlarge
  "nvidia-a10g": decimal("0.77296"),
  // g6.xlarge
  "nvidia-l4": decimal("0.57176"),
  // g6e.xlarge
  "nvidia-l40s": decimal("1.55684"),
  // p3.2xlarge
  "nvidia-v100": decimal("2.465015"),
  // p4d.24xlarge
  "nvidia-a100": decimal("1.61886525"),
  // p5.48xlarge
  "nvidia-h100": decimal("4.77056"),
  // p5en.48xlarge
  "nvidia-h200": decimal("5.80256"),
  // p6-b200.48xlarge
  "nvidia-b200": decimal("12.13216"),
} as const;

/** The cards that Apex charges by, the oldest first. None is ever changed: a new price is a new card below. */
export const PUBLISHED_RATE_CARDS: readonly RateCard[] = [
  {
    id: "bvm-2026-11-01",
    // 2026-11-01T00:00:00Z
    validFromMs: 1_793_491_200_000,
    currency: "USD",
    base: {
      vcpuHour: decimal("0.04048"),
      gibHour: decimal("0.004445"),
      gpuHour: GPU_HOUR_2026_11,
    },
    margin: decimal("0.5"),
    // Keeps an invoice line from costing less than what it takes to keep and to show it.
    minimum: decimal("0.01"),
    source:
      "vCPU and memory: AWS Fargate, Linux on x86, us-east-1, public price list. GPUs: Amazon EC2 on demand, Linux, us-east-1, 2026-07-20, less vCPUs and memory.",
  },
];
