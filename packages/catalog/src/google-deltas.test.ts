import { GOOGLE_PRICERS } from "./terraform/google-pricers.ts";
import { GOOGLE_DELTAS } from "./testing/deltas/google.ts";
import { testDeltas } from "./testing/test-deltas.ts";

const HYPERDISK = "of Hyperdisk Balanced, whose prices only a synced list has: tested with the list";

testDeltas({
  tables: GOOGLE_DELTAS,
  types: Object.keys(GOOGLE_PRICERS),
  neutral: {
    "google_bigquery_dataset: dataset_id": "what tables point at",
    "google_compute_instance_template: self_link_unique": "what groups point at",
    "google_secret_manager_secret: secret_id": "what versions point at",
    "google_bigquery_table: location": "tables have none",
    "google_compute_instance: boot_disk.initialize_params.provisioned_throughput": HYPERDISK,
    "google_compute_disk: provisioned_throughput": HYPERDISK,
    "google_compute_region_disk: provisioned_iops": "no type of regional disk that has a price is paid by it",
    "google_compute_region_disk: provisioned_throughput": HYPERDISK,
    "google_compute_instance_template: disk.boot": "names the line",
    "google_compute_instance_template: disk.provisioned_throughput": HYPERDISK,
  },
});
