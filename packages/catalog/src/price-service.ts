/** The services that have price tables, with their names for people. */
export const SERVICE_NAMES = {
  ec2: "EC2",
  rds: "RDS",
  elasticache: "ElastiCache",
  opensearch: "OpenSearch",
  redshift: "Redshift",
  msk: "MSK",
  mq: "Amazon MQ",
  docdb: "DocumentDB",
  neptune: "Neptune",
  gce: "Compute Engine",
  "gce-gpu": "Compute Engine GPUs",
  /** Everything that is no machine: storage, addresses, gateways, requests. */
  units: "unit prices",
} as const;

/** Which service a price table belongs to. */
export type PriceService = keyof typeof SERVICE_NAMES;

/** All of {@link PriceService}. */
export const PRICE_SERVICES = Object.keys(SERVICE_NAMES) as readonly PriceService[];
