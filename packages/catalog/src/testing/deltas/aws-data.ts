import type { DeltaTable } from "../delta-cases.ts";
import { AWS_DATABASE_DELTAS } from "./aws-databases.ts";
import { AWS_GRAPH_AND_DOCUMENT_DELTAS } from "./aws-graph-and-document.ts";
import { AWS_FILE_DELTAS } from "./aws-data-files.ts";
import { AWS_REQUEST_DELTAS } from "./aws-data-requests.ts";
import { AWS_STORE_DELTAS } from "./aws-data-stores.ts";
import { RDS_SERVERLESS_ALONE } from "./aws-serverless.ts";

/** Every type of AWS_DATA_PRICERS. */
export const AWS_DATA_DELTAS: readonly DeltaTable[] = [
  ...AWS_DATABASE_DELTAS,
  RDS_SERVERLESS_ALONE,
  ...AWS_GRAPH_AND_DOCUMENT_DELTAS,
  ...AWS_STORE_DELTAS,
  ...AWS_FILE_DELTAS,
  ...AWS_REQUEST_DELTAS,
];
