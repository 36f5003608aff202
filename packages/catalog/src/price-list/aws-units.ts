import { type Decimal, decimal, divide, multiply } from "@apex/core";
import type { UnitPriceName } from "../unit-price-table.ts";
import type { OfferRow } from "./offer-row.ts";
import { withoutRegion } from "./usage-type.ts";

/** A price that a usage type stands for. */
interface UnitUsage {
  readonly name: UnitPriceName;
  /** What the price list counts, where its price is to be multiplied to be ours. */
  readonly perUnit?: (listed: Decimal) => Decimal;
  readonly productFamily?: string;
}

const million = (listed: Decimal): Decimal => multiply(listed, decimal(1_000_000));
/** Throughput of gp3 is listed per GiB/s, its API and ours count MiB/s. */
const perMebibyte = (listed: Decimal): Decimal => divide(listed, decimal(1024));

/**
 * Usage types without the region's prefix, by offer. Where several products share one, the product family tells them apart.
 * Source: AWS Price List of each offer; the Cost and Usage Report writes the same usage types.
 */
const USAGES: Readonly<Record<string, Readonly<Record<string, UnitUsage | readonly UnitUsage[]>>>> = {
  AmazonEC2: {
    "EBS:VolumeUsage": { name: "ebs-standard-gb-month" },
    "EBS:VolumeIOUsage": { name: "ebs-standard-million-requests", perUnit: million },
    "EBS:VolumeUsage.gp2": { name: "ebs-gp2-gb-month" },
    "EBS:VolumeUsage.gp3": { name: "ebs-gp3-gb-month" },
    "EBS:VolumeP-IOPS.gp3": { name: "ebs-gp3-iops-month" },
    "EBS:VolumeP-Throughput.gp3": { name: "ebs-gp3-mbps-month", perUnit: perMebibyte },
    "EBS:VolumeUsage.piops": { name: "ebs-io1-gb-month" },
    "EBS:VolumeP-IOPS.piops": { name: "ebs-io1-iops-month" },
    "EBS:VolumeUsage.io2": { name: "ebs-io2-gb-month" },
    "EBS:VolumeP-IOPS.io2": { name: "ebs-io2-iops-month" },
    "EBS:VolumeP-IOPS.io2.tier2": { name: "ebs-io2-second-tier-iops-month" },
    "EBS:VolumeP-IOPS.io2.tier3": { name: "ebs-io2-third-tier-iops-month" },
    "EBS:VolumeUsage.st1": { name: "ebs-st1-gb-month" },
    "EBS:VolumeUsage.sc1": { name: "ebs-sc1-gb-month" },
    "EBS:SnapshotUsage": { name: "ebs-snapshot-gb-month" },
    "EBS:SnapshotArchiveStorage": { name: "ebs-snapshot-archive-gb-month" },
    "EBS:FastSnapshotRestore": { name: "ebs-fast-snapshot-restore-hour" },
    "EBSOptimized:r3.xlarge": { name: "ebs-optimised-r3-xlarge-hour" },
    "HostUsage:c5": { name: "dedicated-host-c5-hour" },
    "HostUsage:mac1": { name: "dedicated-host-mac1-hour" },
    "NatGateway-Hours": { name: "nat-gateway-hour", productFamily: "NAT Gateway" },
    "NatGateway-Bytes": { name: "nat-gateway-gb", productFamily: "NAT Gateway" },
    "CPUCredits:t3": { name: "surplus-cpu-credit-vcpu-hour" },
  },
  AmazonVPC: {
    "PublicIPv4:InUseAddress": { name: "public-ipv4-hour" },
    "VpcEndpoint-Hours": { name: "vpc-endpoint-hour" },
    "VpcEndpoint-Bytes": { name: "vpc-endpoint-gb" },
    "VpcEndpoint-GWLBE-Hours": { name: "gateway-endpoint-hour" },
    "VpcEndpoint-GWLBE-Bytes": { name: "gateway-endpoint-gb" },
    "VPN-Usage-Hours:ipsec.1": { name: "vpn-connection-hour" },
    "ClientVPN-EndpointHours": { name: "client-vpn-association-hour" },
    "ClientVPN-ConnectionHours": { name: "client-vpn-connection-hour" },
    "TransitGateway-Hours": { name: "transit-gateway-attachment-hour" },
    "TransitGateway-Bytes": { name: "transit-gateway-gb" },
  },
  AWSELB: {
    LoadBalancerUsage: [
      { name: "application-load-balancer-hour", productFamily: "Load Balancer-Application" },
      { name: "network-load-balancer-hour", productFamily: "Load Balancer-Network" },
      { name: "gateway-load-balancer-hour", productFamily: "Load Balancer-Gateway" },
      { name: "classic-load-balancer-hour", productFamily: "Load Balancer" },
    ],
    LCUUsage: [
      { name: "application-load-balancer-lcu-hour", productFamily: "Load Balancer-Application" },
      { name: "network-load-balancer-lcu-hour", productFamily: "Load Balancer-Network" },
      { name: "gateway-load-balancer-lcu-hour", productFamily: "Load Balancer-Gateway" },
    ],
    "DataProcessing-Bytes": { name: "classic-load-balancer-gb", productFamily: "Load Balancer" },
  },
  AWSLambda: {
    "Lambda-GB-Second": { name: "lambda-gb-second" },
    "Lambda-GB-Second-ARM": { name: "lambda-arm-gb-second" },
    Request: { name: "lambda-million-requests", perUnit: million },
    "Lambda-Storage-GB-Second": { name: "lambda-ephemeral-storage-gb-second" },
    "Lambda-Provisioned-Concurrency": { name: "lambda-provisioned-gb-second" },
    "Lambda-Provisioned-Concurrency-ARM": { name: "lambda-provisioned-arm-gb-second" },
    "Lambda-Provisioned-GB-Second": { name: "lambda-provisioned-duration-gb-second" },
    "Lambda-Provisioned-GB-Second-ARM": { name: "lambda-provisioned-duration-arm-gb-second" },
  },
  AmazonS3: {
    "TimedStorage-ByteHrs": { name: "s3-standard-gb-month" },
    "TimedStorage-SIA-ByteHrs": { name: "s3-standard-ia-gb-month" },
    "TimedStorage-ZIA-ByteHrs": { name: "s3-one-zone-ia-gb-month" },
    "TimedStorage-GIR-ByteHrs": { name: "s3-glacier-instant-gb-month" },
    "TimedStorage-GlacierByteHrs": { name: "s3-glacier-gb-month" },
    "TimedStorage-GDA-ByteHrs": { name: "s3-deep-archive-gb-month" },
  },
  AmazonEKS: { "AmazonEKS-Hours:perCluster": { name: "eks-cluster-hour" } },
  AmazonES: {
    "ES:GP2-Storage": { name: "opensearch-gp2-gb-month" },
    "ES:GP3-Storage": { name: "opensearch-gp3-gb-month" },
    "ES:PIOPS-Storage": { name: "opensearch-io1-gb-month" },
    "ES:PIOPS": { name: "opensearch-io1-iops-month" },
    "ES:Magnetic-Storage": { name: "opensearch-standard-gb-month" },
  },
  AmazonMSK: {
    "Kafka.Storage.GP2": { name: "msk-gb-month" },
    "Kafka.Throughput": { name: "msk-throughput-mbps-month" },
    "Kafka.Storage.Tiered": { name: "msk-tiered-gb-month" },
    "Express.Storage": { name: "msk-express-gb-month" },
    "Express.In-Bytes": { name: "msk-express-ingress-gb" },
    "KafkaServerless-ClusterHours": { name: "msk-serverless-cluster-hour" },
    "KafkaServerless-PartitionHours": { name: "msk-serverless-partition-hour" },
    "KafkaServerless-StorageHours": { name: "msk-serverless-gb-month" },
    "KafkaServerless-In-Bytes": { name: "msk-serverless-ingress-gb" },
    "KafkaServerless-Out-Bytes": { name: "msk-serverless-egress-gb" },
  },
  AmazonMQ: {
    "TimedStorage-ByteHrs": { name: "mq-efs-gb-month" },
    "TimedStorage-EBS-ByteHrs": { name: "mq-ebs-gb-month" },
  },
  AmazonDocDB: {
    StorageUsage: { name: "docdb-gb-month" },
    StorageIOUsage: { name: "docdb-million-requests", perUnit: million },
    BackupUsage: { name: "docdb-backup-gb-month" },
  },
  AmazonNeptune: {
    StorageUsage: { name: "neptune-gb-month" },
    StorageIOUsage: { name: "neptune-million-requests", perUnit: million },
    BackupUsage: { name: "neptune-backup-gb-month" },
  },
  AmazonKinesis: {
    "Storage-ShardHour": { name: "kinesis-shard-hour" },
    PutRequestPayloadUnits: { name: "kinesis-million-put-units", perUnit: million },
    "Extended-ShardHour": { name: "kinesis-extended-retention-shard-hour" },
    "LongTermRetention-ByteHrs": { name: "kinesis-long-term-gb-month" },
    "LongTermRetention-ReadBytes": { name: "kinesis-long-term-read-gb" },
    "OnDemand-StreamHour": { name: "kinesis-on-demand-stream-hour" },
    "OnDemand-BilledIncomingBytes": { name: "kinesis-on-demand-ingress-gb" },
    "OnDemand-BilledOutgoingBytes": { name: "kinesis-on-demand-egress-gb" },
    "OnDemand-BilledOutgoingEFOBytes": { name: "kinesis-on-demand-fan-out-gb" },
    "OnDemand-ExtendedRetention-ByteHrs": { name: "kinesis-on-demand-extended-retention-gb-month" },
  },
  AmazonRDS: {
    "RDS:PIOPS-Storage-IO2": { name: "rds-io2-gb-month" },
    "RDS:Multi-AZCluster-GP3-Storage": { name: "rds-multi-az-cluster-gp3-gb-month" },
    "RDS:StorageUsage": { name: "rds-standard-gb-month" },
    "RDS:StorageIOUsage": { name: "rds-standard-million-requests", perUnit: million },
    "Aurora:IO-OptimizedStorageUsage": { name: "aurora-io-optimized-gb-month" },
    "Aurora:ServerlessV2Usage": { name: "aurora-serverless-v2-acu-hour" },
    "Aurora:ServerlessV2IOOptimizedUsage": { name: "aurora-serverless-v2-io-optimized-acu-hour" },
    "Aurora:ServerlessUsage": { name: "aurora-serverless-v1-acu-hour" },
    "Aurora:BacktrackUsage": { name: "aurora-backtrack-million-records", perUnit: million },
    "Aurora:SnapshotExportToS3": { name: "aurora-snapshot-export-gb" },
    "RDS:GP2-Storage": { name: "rds-gp2-gb-month" },
    "RDS:GP3-Storage": { name: "rds-gp3-gb-month" },
    "RDS:GP3-PIOPS": { name: "rds-gp3-iops-month" },
    "RDS:PIOPS-Storage": { name: "rds-io1-gb-month" },
    "RDS:PIOPS": { name: "rds-io1-iops-month" },
    "RDS:ChargedBackupUsage": { name: "rds-backup-gb-month" },
    "Aurora:StorageUsage": { name: "aurora-gb-month" },
    "Aurora:StorageIOUsage": { name: "aurora-million-requests", perUnit: million },
    "Aurora:BackupUsage": { name: "aurora-backup-gb-month" },
  },
};

/** The unit price that a row of an offer is; `undefined` for everything that the catalogue has no name for. */
export function awsUnitPrice(
  offer: string,
  row: OfferRow,
): { readonly name: UnitPriceName; readonly usd: Decimal } | undefined {
  if (row.termType !== "OnDemand" || row.startingRange !== "0") return undefined;
  const usages = USAGES[offer] ?? {};
  const usageType = withoutRegion(row.usageType);
  const found = Object.hasOwn(usages, usageType) ? usages[usageType] : undefined;
  const candidates = found === undefined ? [] : "name" in found ? [found] : found;
  const usage = candidates.find(
    ({ productFamily }) => productFamily === undefined || productFamily === row.productFamily,
  );
  if (usage === undefined) return undefined;
  const listed = decimal(row.pricePerUnit);
  return { name: usage.name, usd: usage.perUnit?.(listed) ?? listed };
}
