import { heldMemory, lightDisk, traffic } from "./load.ts";
import type { Ec2Machine } from "./machine.ts";
import { BASE_AMI } from "./web.ts";

const INTERNAL = ["aws_security_group.internal"] as const;

/** The machines of legacy.tf and legacy-erp.tf. */
export const LEGACY: readonly Ec2Machine[] = [
  {
    address: "aws_instance.bastion",
    name: "acme-prod-bastion",
    role: "bastion",
    instanceType: "t3.micro",
    zone: "a",
    subnet: "public",
    ami: BASE_AMI,
    securityGroups: INTERNAL,
    root: { size: 8, type: "gp2", isEncrypted: false },
    userData: `#!/bin/sh
# instance_type = "not a real one, just text in a script"
echo "acme-prod bastion" > /etc/motd
systemctl restart sshd
`,
    load: {
      cpu: { shape: "office", mean: 2.4, p995: 9.5, floor: 0.2 },
      memory: heldMemory(55, 58),
      ...traffic("office", 900, 1_400),
    },
  },
  {
    address: "aws_instance.mail",
    name: "acme-prod-mail",
    role: "mail",
    instanceType: "t3.large",
    zone: "b",
    ami: BASE_AMI,
    securityGroups: INTERNAL,
    root: { size: 100, type: "gp2", isEncrypted: false },
  },
  {
    address: "aws_instance.erp",
    name: "acme-prod-erp",
    role: "erp",
    instanceType: "m5.2xlarge",
    zone: "b",
    ami: "ami-0a7d80731ae1b2435",
    securityGroups: INTERNAL,
    root: { size: 200, type: "gp2", isEncrypted: false },
    load: {
      cpu: { shape: "office", mean: 14, p995: 25, floor: 1 },
      memory: heldMemory(34, 36),
      ...traffic("office", 150_000, 260_000),
      disk: lightDisk(180, 210),
    },
  },
];
