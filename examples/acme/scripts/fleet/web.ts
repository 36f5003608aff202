import type { Signal } from "../signal.ts";
import type { Ec2Machine, Load } from "./machine.ts";

/** The AMI of `var.base_ami`. */
export const BASE_AMI = "ami-0c7217cdde317cfec";

/** Memory that a long-running process holds: it hardly moves. */
export function heldMemory(mean: number, p995: number): Signal {
  return { shape: "flat", mean, p995, ceiling: 99, digits: 1 };
}

function webLoad(cpu: { mean: number; p995: number }): Load {
  return {
    cpu: { shape: "web", ...cpu, floor: 0.4, ceiling: 99.8 },
    networkIn: { shape: "web", mean: 1_900_000, p995: 6_400_000, floor: 90_000, digits: 0 },
    networkOut: { shape: "web", mean: 5_200_000, p995: 17_000_000, floor: 210_000, digits: 0 },
  };
}

function webMachine(key: string, machine: Pick<Ec2Machine, "instanceType" | "zone" | "load">, rootGb = 40) {
  return {
    address: `aws_instance.web["${key}"]`,
    name: `acme-prod-${key}`,
    role: "web",
    ami: BASE_AMI,
    securityGroups: ["aws_security_group.web", "aws_security_group.internal"],
    root: { size: rootGb, type: "gp3", isEncrypted: true },
    isUnderSavingsPlan: key !== "web-4",
    ...machine,
  } as const satisfies Ec2Machine;
}

/** The web tier of web.tf, sized in envs/prod.tfvars. */
export const WEB: readonly Ec2Machine[] = [
  webMachine(
    "web-1",
    {
      instanceType: "m5.2xlarge",
      zone: "a",
      load: { ...webLoad({ mean: 7.8, p995: 21.5 }), withCpuMaximum: true, memory: heldMemory(27, 30) },
    },
    60,
  ),
  webMachine(
    "web-2",
    {
      instanceType: "m5.2xlarge",
      zone: "b",
      load: { ...webLoad({ mean: 8.1, p995: 22 }), withCpuMaximum: true, memory: heldMemory(28, 31) },
    },
    60,
  ),
  webMachine("web-3", {
    instanceType: "m5.xlarge",
    zone: "a",
    load: { ...webLoad({ mean: 41, p995: 83 }), memory: heldMemory(62, 68) },
  }),
  webMachine("web-4", {
    instanceType: "m5.2xlarge",
    zone: "b",
    load: webLoad({ mean: 4.6, p995: 12 }),
  }),
];
