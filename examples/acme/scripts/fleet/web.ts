import { heldMemory, lightDisk, traffic } from "./load.ts";
import type { Ec2Machine, Load } from "./machine.ts";

/** The AMI of `var.base_ami`. */
export const BASE_AMI = "ami-0c7217cdde317cfec";

function webLoad(cpu: { mean: number; p995: number }): Load {
  return {
    cpu: { shape: "web", ...cpu, floor: 0.4, ceiling: 99.8 },
    ...traffic("web", 1_900_000, 5_200_000),
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
      load: {
        ...webLoad({ mean: 11.2, p995: 30 }),
        withCpuMaximum: true,
        memory: heldMemory(29, 31),
        disk: lightDisk(150, 70),
      },
    },
    60,
  ),
  webMachine(
    "web-2",
    {
      instanceType: "m5.2xlarge",
      zone: "b",
      load: {
        ...webLoad({ mean: 11.6, p995: 31 }),
        withCpuMaximum: true,
        memory: heldMemory(30, 32),
        disk: lightDisk(12, 30),
      },
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
