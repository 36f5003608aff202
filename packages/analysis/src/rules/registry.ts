import { ec2Idle } from "./ec2-idle.ts";
import { gpuIdle } from "./gpu-idle.ts";
import { ec2Resize } from "./ec2-resize.ts";
import type { Rule } from "./rule.ts";

/** Every rule, in the order of reports. */
export const RULES: readonly Rule[] = [ec2Idle, ec2Resize, gpuIdle];
