/**
 * On-demand list prices of us-east-1, Linux, shared tenancy, USD per hour, of the machines in this fleet.
 * EC2: kubernetes-sigs Karpenter's generated price table of 2026-07-20 (Apache-2.0). RDS: Flexera policy templates'
 * AWS RDS price list of 2023-03-01 (MIT).
 */
const HOURLY: Readonly<Record<string, string>> = {
  "t3.micro": "0.0104",
  "m5.large": "0.096",
  "m5.xlarge": "0.192",
  "m5.2xlarge": "0.384",
  "m5.4xlarge": "0.768",
  "c5.xlarge": "0.17",
  "c5.2xlarge": "0.34",
  "c5.4xlarge": "0.68",
  "r5.xlarge": "0.252",
  "r5.2xlarge": "0.504",
  "g5.xlarge": "1.006",
  "g5.2xlarge": "1.212",
  "g5.12xlarge": "5.672",
  "g6.xlarge": "0.8048",
  "p4d.24xlarge": "21.957642",
  "db.r5.4xlarge postgres multi-az": "4.00",
  "db.r5.2xlarge postgres": "1.00",
  "db.m5.2xlarge mysql": "0.684",
  "db.m5.xlarge mysql": "0.342",
};

/** Storage and network list prices of us-east-1 (AWS price list): USD per unit named. */
export const UNIT_PRICES = {
  "gp2 GB-month": "0.10",
  "gp3 GB-month": "0.08",
  "io1 GB-month": "0.125",
  "io1 IOPS-month": "0.065",
  "st1 GB-month": "0.045",
  "RDS gp3 GB-month": "0.115",
  "RDS gp3 GB-month multi-az": "0.23",
  "RDS gp2 GB-month": "0.115",
  "NAT gateway hour": "0.045",
  "NAT gateway GB": "0.045",
  "load balancer hour": "0.0225",
  "load balancer LCU-hour": "0.008",
  "public IPv4 hour": "0.005",
} as const;

/** USD per hour of a machine type or database class; throws for one that is not in the table. */
export function hourly(type: string): string {
  const price = HOURLY[type];
  if (price === undefined) throw new Error(`no list price for ${type}: add it to prices.ts`);
  return price;
}
