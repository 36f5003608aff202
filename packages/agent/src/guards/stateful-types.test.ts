import { expect, test } from "vitest";
import { isStateful } from "./stateful-types.ts";

test.each([
  "aws_db_instance",
  "aws_dynamodb_table",
  "aws_cloudwatch_log_group",
  "aws_cloudtrail_event_data_store",
  "aws_prometheus_workspace",
  "aws_kms_key",
  "google_sql_database_instance",
  "google_compute_disk",
  "random_password",
])("%s holds what no apply brings back", (type) => {
  expect(isStateful(type)).toBe(true);
});

test.each([
  "aws_instance",
  "aws_security_group",
  "aws_batch_job_queue",
  "google_compute_instance",
  "aws_kms_alias",
])("%s is made again from its configuration", (type) => {
  expect(isStateful(type)).toBe(false);
});

test("a type of a known family counts before anybody has listed it", () => {
  expect(isStateful("aws_rds_of_next_year")).toBe(true);
});
