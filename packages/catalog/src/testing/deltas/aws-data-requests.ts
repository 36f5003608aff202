import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const TABLE: JsonObject = {
  arn: "arn:aws:dynamodb:us-east-1:1:table/t",
  billing_mode: "PROVISIONED",
  table_class: "STANDARD",
  read_capacity: 10,
  write_capacity: 10,
  global_secondary_index: [{ name: "i", read_capacity: 5, write_capacity: 5 }],
  stream_enabled: true,
  point_in_time_recovery: [{ enabled: true }],
};
const TABLE_USE: JsonObject = {
  storage_gb: 100,
  pitr_backup_storage_gb: 100,
  on_demand_backup_storage_gb: 100,
  monthly_data_restored_gb: 10,
  monthly_read_request_units: 8_000_000,
  monthly_write_request_units: 3_000_000,
  monthly_streams_read_request_units: 2_000_000,
};
const IRELAND: JsonObject = { replica: [{ region_name: "eu-west-1", point_in_time_recovery: false }] };
const ON_DEMAND: JsonObject = { billing_mode: "PAY_PER_REQUEST" };

const DYNAMODB: readonly DeltaTable[] = [
  {
    type: "aws_dynamodb_table",
    base: TABLE,
    usage: TABLE_USE,
    cases: [
      ["read_capacity", 20, "0.949", "10 RCU x 730 h x 0.00013"],
      ["write_capacity", 20, "4.745", "10 WCU x 730 h x 0.00065"],
      ["global_secondary_index.read_capacity", 15, "0.949", "10 RCU x 730 h x 0.00013"],
      ["global_secondary_index.write_capacity", 15, "4.745", "10 WCU x 730 h x 0.00065"],
      ["write_capacity", null, "unknown", "the write capacity of the table or an index is not known"],
      // 8 million reads and 3 million writes instead of 15 units of each.
      [
        "billing_mode",
        "PAY_PER_REQUEST",
        "-5.666",
        "8 x 0.125 + 3 x 0.625 - 15 x 730 h x (0.00013 + 0.00065)",
      ],
      // Infrequent access: dearer units, cheaper storage.
      [
        "table_class",
        "STANDARD_INFREQUENT_ACCESS",
        "-12.9195",
        "15 x 730 h x (0.00016 - 0.00013 + 0.00081 - 0.00065) + 100 GB x (0.1 - 0.25)",
      ],
      ["table_class", "toString", "unknown", "the class of the table has no known price"],
      // A replica has the table's and its indexes' capacity, and its data.
      ["replica.region_name", "eu-west-1", "37.9579", "15 x 730 h x (0.000735 + 0.000147) + 100 GB x 0.283"],
      ["replica.point_in_time_recovery", true, "22", "100 GB x 0.22", IRELAND],
      ["read_capacity", 20, "2.0221", "10 RCU x 730 h x (0.00013 + 0.000147)", IRELAND],
      ["stream_enabled", false, "-0.4", "-2 x 0.2"],
      ["point_in_time_recovery.enabled", false, "-20", "-100 GB x 0.2"],
      ["usage: storage_gb", 200, "25", "100 GB x 0.25"],
      ["usage: pitr_backup_storage_gb", 200, "20", "100 GB x 0.2"],
      ["usage: on_demand_backup_storage_gb", 200, "10", "100 GB x 0.1"],
      ["usage: monthly_data_restored_gb", 20, "1.5", "10 GB x 0.15"],
      ["usage: monthly_streams_read_request_units", 4_000_000, "0.4", "2 x 0.2"],
      ["usage: monthly_read_request_units", 16_000_000, "1", "8 x 0.125", ON_DEMAND],
      ["usage: monthly_write_request_units", 6_000_000, "1.875", "3 x 0.625", ON_DEMAND],
      [
        "usage: monthly_write_request_units",
        6_000_000,
        "3.99",
        "3 x 0.625 + 3 x 0.705",
        { ...ON_DEMAND, ...IRELAND },
      ],
    ],
  },
  {
    type: "aws_dynamodb_table_replica",
    base: { global_table_arn: "arn:aws:dynamodb:us-east-1:1:table/t", point_in_time_recovery: false },
    others: { "aws_dynamodb_table.t": TABLE },
    region: "eu-west-1",
    usage: TABLE_USE,
    cases: [
      ["point_in_time_recovery", true, "22", "100 GB x 0.22"],
      [
        "global_table_arn",
        "arn:aws:dynamodb:us-east-1:1:table/u",
        "unknown",
        "the table that is replicated is not in this plan",
      ],
      // The table itself stands in us-east-1, by its ARN.
      ["aws_dynamodb_table.t: write_capacity", 20, "10.1105", "10 WCU x 730 h x (0.00065 + 0.000735)"],
      ["usage: storage_gb", 200, "28.3", "100 GB x 0.283"],
      ["usage: pitr_backup_storage_gb", 200, "22", "100 GB x 0.22", { point_in_time_recovery: true }],
    ],
  },
];

const STREAM_USE: JsonObject = {
  monthly_provisioned_put_units: 10_000_000,
  monthly_provisioned_long_term_retention_gb: 100,
  monthly_provisioned_long_term_retrieval_gb: 100,
  monthly_provisioned_efo_data_out_gb: 100,
  monthly_provisioned_efo_consumer_hours: 100,
  monthly_on_demand_data_in_gb: 100,
  monthly_on_demand_data_out_gb: 100,
  monthly_on_demand_efo_data_out_gb: 100,
  monthly_on_demand_extended_retention_gb: 100,
  monthly_on_demand_long_term_retention_gb: 100,
};
const KEPT_LONG: JsonObject = { retention_period: 200 };
const STREAM_ON_DEMAND: JsonObject = { stream_mode_details: [{ stream_mode: "ON_DEMAND" }], ...KEPT_LONG };

const KINESIS: DeltaTable = {
  type: "aws_kinesis_stream",
  base: { shard_count: 2, retention_period: 24, stream_mode_details: [{ stream_mode: "PROVISIONED" }] },
  usage: STREAM_USE,
  cases: [
    ["shard_count", 4, "21.9", "2 x 730 h x 0.015"],
    ["shard_count", 4, "51.1", "2 x 730 h x (0.015 + 0.02)", { retention_period: 48 }],
    // Beyond a day by the shard-hour; beyond a week the data as well.
    ["retention_period", 48, "29.2", "2 x 730 h x 0.02"],
    ["retention_period", 200, "33.6", "2 x 730 h x 0.02 + 100 GB x (0.023 + 0.021)"],
    [
      "stream_mode_details.stream_mode",
      "ON_DEMAND",
      "21.36",
      "730 h x 0.04 + 100 GB x (0.08 + 0.04 + 0.05) - 2 x 730 h x 0.015 - 10 x 0.014 - 100 GB x 0.013 - 100 h x 0.015",
    ],
    ["usage: monthly_provisioned_put_units", 20_000_000, "0.14", "10 x 0.014"],
    ["usage: monthly_provisioned_long_term_retention_gb", 200, "2.3", "100 GB x 0.023", KEPT_LONG],
    ["usage: monthly_provisioned_long_term_retrieval_gb", 200, "2.1", "100 GB x 0.021", KEPT_LONG],
    ["usage: monthly_provisioned_efo_data_out_gb", 200, "1.3", "100 GB x 0.013"],
    ["usage: monthly_provisioned_efo_consumer_hours", 200, "1.5", "100 h x 0.015"],
    ["usage: monthly_on_demand_data_in_gb", 200, "8", "100 GB x 0.08", STREAM_ON_DEMAND],
    ["usage: monthly_on_demand_data_out_gb", 200, "4", "100 GB x 0.04", STREAM_ON_DEMAND],
    ["usage: monthly_on_demand_efo_data_out_gb", 200, "5", "100 GB x 0.05", STREAM_ON_DEMAND],
    ["usage: monthly_on_demand_extended_retention_gb", 200, "10", "100 GB x 0.1", STREAM_ON_DEMAND],
    ["usage: monthly_on_demand_long_term_retention_gb", 200, "2.3", "100 GB x 0.023", STREAM_ON_DEMAND],
  ],
};

const CONSUMER: DeltaTable = {
  type: "aws_kinesis_stream_consumer",
  base: { stream_arn: "arn:aws:kinesis:us-east-1:1:stream/s" },
  others: {
    "aws_kinesis_stream.s": {
      arn: "arn:aws:kinesis:us-east-1:1:stream/s",
      shard_count: 2,
      stream_mode_details: [{ stream_mode: "PROVISIONED" }],
    },
  },
  cases: [
    // A shard more costs its own hours, too.
    ["aws_kinesis_stream.s: shard_count", 3, "21.9", "730 h x (0.015 + 0.015)"],
    [
      "aws_kinesis_stream.s: stream_mode_details.stream_mode",
      "ON_DEMAND",
      "-14.6",
      "730 h x (0.04 - 2 x 0.015 - 2 x 0.015)",
    ],
    [
      "stream_arn",
      "arn:aws:kinesis:us-east-1:1:stream/t",
      "unknown",
      "the stream of the consumer is not in this plan",
    ],
  ],
};

const SQS: DeltaTable = {
  type: "aws_sqs_queue",
  base: { fifo_queue: false },
  usage: { monthly_requests: 10_000_000, request_size_kb: 64 },
  cases: [
    ["fifo_queue", true, "1", "10 x (0.5 - 0.4)"],
    ["usage: monthly_requests", 20_000_000, "4", "10 x 0.4"],
    // A request of 100 KB counts as two.
    ["usage: request_size_kb", 100, "4", "10 x (2 - 1) x 0.4"],
  ],
};

const SNS_USE: JsonObject = {
  monthly_requests: 1_000_000,
  request_size_kb: 64,
  http_subscriptions: 1,
  email_subscriptions: 1,
  kinesis_subscriptions: 1,
  mobile_push_subscriptions: 1,
  fifo_subscriptions: 1,
};
const FIFO: JsonObject = { fifo_topic: true };

const SNS: DeltaTable = {
  type: "aws_sns_topic",
  base: { fifo_topic: false },
  usage: SNS_USE,
  cases: [
    // Deliveries by HTTP, email, Firehose and push fall away; FIFO pays for what is published and delivered by the GB.
    [
      "fifo_topic",
      true,
      "-20.328",
      "0.3 + 64 GB x 0.017 + 0.01 + 64 GB x 0.001 - (0.5 + 10 x 0.06 + 10 x 2 + 0.19 + 0.5)",
    ],
    ["usage: monthly_requests", 2_000_000, "21.79", "0.5 + 10 x 0.06 + 10 x 2 + 0.19 + 0.5"],
    ["usage: monthly_requests", 2_000_000, "1.462", "0.3 + 64 GB x 0.017 + 0.01 + 64 GB x 0.001", FIFO],
    ["usage: request_size_kb", 128, "21.79", "0.5 + 10 x 0.06 + 10 x 2 + 0.19 + 0.5"],
    ["usage: request_size_kb", 128, "1.152", "64 GB x (0.017 + 0.001)", FIFO],
    ["usage: http_subscriptions", 2, "0.6", "10 x 0.06"],
    ["usage: email_subscriptions", 2, "20", "10 x 2"],
    ["usage: kinesis_subscriptions", 2, "0.19", "1 x 0.19"],
    ["usage: mobile_push_subscriptions", 2, "0.5", "1 x 0.5"],
    ["usage: fifo_subscriptions", 2, "0.074", "0.01 + 64 GB x 0.001", FIFO],
  ],
};

/** Tables, streams, queues and topics. */
export const AWS_REQUEST_DELTAS: readonly DeltaTable[] = [...DYNAMODB, KINESIS, CONSUMER, SQS, SNS];
