import type { DeltaTable } from "../delta-cases.ts";

/** Functions and APIs, us-east-1. */
const FUNCTIONS: readonly DeltaTable[] = [
  {
    type: "aws_lambda_function",
    base: { memory_size: 1024, architectures: ["x86_64"] },
    usage: { monthly_requests: 10_000_000, request_duration_ms: 500 },
    cases: [
      ["(all)", null, "85.3335", "10 x 0.20 + 10,000,000 x 0.5 s x 1 GB x 0.0000166667"],
      ["memory_size", 2048, "83.3335", "5,000,000 s x 1 GB x 0.0000166667"],
      ["architectures", ["arm64"], "-16.6665", "5,000,000 GB-s x (0.0000133334 - 0.0000166667)"],
      ["ephemeral_storage.size", 1024, "0.07725", "5,000,000 s x 0.5 GB x 0.0000000309"],
      ["usage: monthly_requests", 20_000_000, "85.3335", "10 x 0.20 + 5,000,000 GB-s x 0.0000166667"],
      ["usage: request_duration_ms", 1000, "83.3335", "5,000,000 GB-s x 0.0000166667"],
      [
        "usage: monthly_requests",
        40_000_000_000,
        "309581.8665",
        "39,990 x 0.20 + 5,995,000,000 x 0.0000166667 + 9,000,000,000 x 0.000015 + 5,000,000,000 x 0.0000133334",
      ],
      [
        "usage: monthly_requests",
        40_000_000_000,
        "256266.333",
        "39,990 x 0.20 + 7,495,000,000 x 0.0000133334 + 11,250,000,000 x 0.0000120001 + 1,250,000,000 x 0.0000106667",
        { architectures: ["arm64"] },
      ],
    ],
  },
  {
    type: "aws_lambda_event_source_mapping",
    base: { batch_size: 10 },
    cases: [
      ["(all)", null, "0", "0"],
      ["provisioned_poller_config", [{ minimum_pollers: 1 }], "unknown", "event pollers"],
    ],
  },
  {
    type: "aws_lambda_provisioned_concurrency_config",
    base: { function_name: "app", provisioned_concurrent_executions: 10, qualifier: "live" },
    others: { "aws_lambda_function.app": { function_name: "app", memory_size: 1024 } },
    usage: { monthly_duration_hrs: 100 },
    cases: [
      ["(all)", null, "15.00012", "10 x 100 h x 3,600 s x 1 GB x 0.0000041667"],
      ["provisioned_concurrent_executions", 20, "15.00012", "10 x 100 h x 3,600 s x 0.0000041667"],
      [
        "aws_lambda_function.app: memory_size",
        512,
        "-7.50006",
        "-0.5 GB x 10 x 100 h x 3,600 s x 0.0000041667",
      ],
      [
        "aws_lambda_function.app: architectures",
        ["arm64"],
        "-2.99988",
        "3,600,000 GB-s x (0.0000033334 - 0.0000041667)",
      ],
      ["function_name", "elsewhere", "unknown", "not in this plan"],
      ["usage: monthly_duration_hrs", 200, "15.00012", "10 x 100 h x 3,600 s x 0.0000041667"],
      ["usage: monthly_requests", 10_000_000, "2", "10 x 0.20"],
    ],
  },
  {
    type: "aws_lambda_provisioned_concurrency_config",
    base: { function_name: "elsewhere", provisioned_concurrent_executions: 10 },
    usage: { memory_mb: 1024, monthly_requests: 1_000_000, request_duration_ms: 1000 },
    cases: [
      [
        "usage: memory_mb",
        2048,
        "119.223076",
        "10 x 730 h x 3,600 s x 0.0000041667 + 1,000,000 s x 0.0000097222",
      ],
      [
        "usage: architecture",
        "arm64",
        "-23.843524",
        "26,280,000 GB-s x (0.0000033334 - 0.0000041667) + 1,000,000 s x (0.0000077778 - 0.0000097222)",
      ],
      ["usage: request_duration_ms", 2000, "9.7222", "1,000,000 s x 0.0000097222"],
    ],
  },
  {
    type: "aws_api_gateway_rest_api",
    base: { name: "api" },
    cases: [
      [
        "usage: monthly_requests",
        21_000_000_000,
        "49763.1",
        "333 x 3.50 + 667 x 2.80 + 19,000 x 2.38 + 1,000 x 1.51",
      ],
    ],
  },
  {
    type: "aws_apigatewayv2_api",
    base: { protocol_type: "HTTP" },
    usage: { monthly_requests: 100_000_000, monthly_messages: 200_000_000 },
    cases: [
      ["protocol_type", "WEBSOCKET", "100", "200 x 1.00 - 100 x 1.00"],
      ["usage: monthly_requests", 1_000_000_000, "830", "200 x 1.00 + 700 x 0.90"],
      ["usage: request_size_kb", 513, "100", "100 x 1.00"],
      [
        "usage: monthly_messages",
        1_500_000_000,
        "1200",
        "800 x 1.00 + 500 x 0.80",
        { protocol_type: "WEBSOCKET" },
      ],
      ["usage: message_size_kb", 33, "200", "200 x 1.00", { protocol_type: "WEBSOCKET" }],
      ["usage: monthly_connection_mins", 10_000_000, "2.5", "10 x 0.25", { protocol_type: "WEBSOCKET" }],
    ],
  },
  {
    type: "aws_api_gateway_stage",
    base: { cache_cluster_enabled: true, cache_cluster_size: "0.5" },
    cases: [
      ["cache_cluster_enabled", false, "-14.6", "-730 h x 0.02"],
      ["cache_cluster_size", "1.6", "13.14", "730 h x (0.038 - 0.02)"],
      ["cache_cluster_size", "237", "2759.4", "730 h x (3.80 - 0.02)"],
      ["cache_cluster_size", "7", "unknown", "cache of 7 GB"],
    ],
  },
];

/** What watches, keeps secrets and guards, us-east-1. */
const MANAGEMENT: readonly DeltaTable[] = [
  {
    type: "aws_cloudwatch_metric_alarm",
    base: { comparison_operator: "GreaterThanThreshold", period: 300 },
    cases: [
      ["(all)", null, "0.1", "1 x 0.10"],
      ["comparison_operator", "GreaterThanUpperThreshold", "0.2", "(3 - 1) x 0.10"],
      ["period", 10, "0.2", "0.30 - 0.10"],
      [
        "metric_query",
        [{ metric: [{ period: 60 }] }, { metric: [{ period: 60 }] }, { id: "e1" }],
        "0.1",
        "1 x 0.10",
      ],
      ["metric_query", [{ expression: "SELECT 1" }], "unknown", "how many metrics"],
      [
        "metric_query.metric.period",
        30,
        "0.2",
        "0.30 - 0.10",
        { metric_query: [{ metric: [{ period: 60 }] }] },
      ],
    ],
  },
  { type: "aws_cloudwatch_composite_alarm", base: {}, cases: [["(all)", null, "0.5", "1 x 0.50"]] },
  { type: "aws_cloudwatch_dashboard", base: {}, cases: [["(all)", null, "3", "1 x 3.00"]] },
  {
    type: "aws_cloudwatch_log_metric_filter",
    base: { pattern: "ERROR" },
    cases: [["(all)", null, "0", "0 by itself"]],
  },
  {
    type: "aws_cloudwatch_log_group",
    base: { log_group_class: "STANDARD" },
    usage: { monthly_data_ingested_gb: 1000 },
    cases: [
      ["(all)", null, "500", "1,000 GB x 0.50"],
      ["usage: monthly_data_ingested_gb", 1500, "250", "500 GB x 0.50"],
      ["usage: storage_gb", 500, "15", "500 GB x 0.03"],
      ["usage: monthly_data_scanned_gb", 250, "1.25", "250 GB x 0.005"],
      // What is written has another price there, which is left out and said so.
      ["log_group_class", "INFREQUENT_ACCESS", "-500", "-1,000 GB x 0.50"],
    ],
  },
  {
    type: "aws_cloudwatch_event_bus",
    base: {},
    cases: [
      ["usage: monthly_custom_events", 1_000_000, "1", "1 x 1.00"],
      ["usage: monthly_third_party_events", 2_000_000, "2", "2 x 1.00"],
      ["usage: monthly_archive_processing_gb", 100, "10", "100 GB x 0.10"],
      ["usage: archive_storage_gb", 200, "4.6", "200 GB x 0.023"],
      ["usage: monthly_schema_discovery_events", 1_000_000, "0.1", "1 x 0.10"],
    ],
  },
  ...["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"].map(
    (type): DeltaTable => ({
      type,
      base: { customer_master_key_spec: "SYMMETRIC_DEFAULT" },
      usage: { monthly_requests: 1_000_000 },
      cases: [
        ["(all)", null, "4", "1 x 1.00 + 100 x 0.03"],
        ["customer_master_key_spec", "RSA_2048", "0", "100 x (0.03 - 0.03)"],
        ["customer_master_key_spec", "RSA_3072", "12", "100 x (0.15 - 0.03)"],
        ["usage: monthly_requests", 2_000_000, "3", "100 x 0.03"],
      ],
    }),
  ),
  {
    type: "aws_secretsmanager_secret",
    base: { name: "db" },
    cases: [
      ["(all)", null, "0.4", "1 x 0.40"],
      ["replica", [{ region: "eu-west-1" }], "0.4", "1 x 0.40"],
      ["replica", [{ region: "xx-nowhere-1" }], "unknown", "xx-nowhere-1"],
      ["usage: monthly_requests", 100_000, "0.5", "10 x 0.05"],
    ],
  },
  {
    type: "aws_ssm_parameter",
    base: { tier: "Standard" },
    usage: { monthly_api_interactions: 100_000 },
    cases: [
      ["tier", "Advanced", "0.55", "1 x 0.05 + 10 x 0.05"],
      ["tier", "Intelligent-Tiering", "unknown", "tier of the parameter"],
      ["usage: monthly_api_interactions", 200_000, "0.5", "10 x 0.05", { tier: "Advanced" }],
    ],
  },
];

/** Functions, APIs and management, us-east-1. */
export const AWS_SERVICE_DELTAS: readonly DeltaTable[] = [...FUNCTIONS, ...MANAGEMENT];
