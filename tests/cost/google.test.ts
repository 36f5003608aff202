import { fileURLToPath } from "node:url";
import { pricePlan } from "@apex/catalog";
import { planDirectory } from "@apex/sandbox-terraform";
import { expect, test } from "vitest";

/** What costs something, a month, before anything of it exists: worked out by hand from the price list of us-central1. */
const MONTHLY: Readonly<Record<string, string | null>> = {
  // A machine of the plan has the one, a forwarding rule, which costs for itself, the other: google_compute_address.web.
  "google_compute_address.plain": "3.65",
  "google_compute_disk.boot": "17", // 100 x 0.17
  "google_compute_disk.fast": "712.5", // 500 x 0.125 + 10,000 x 0.065
  // The minimum of the first five rules: google_compute_forwarding_rule.web_tls is the second of them.
  "google_compute_forwarding_rule.web": "18.25",
  // 730 x (2 x 0.02399337 + 8 x 0.00321609); 10 x 0.04, in europe-west1
  "google_compute_instance.abroad": "54.2122858",
  // 730 x (0.19 + 2 x 0.35) x 0.7; 20 x 0.10; 375 x 0.08
  "google_compute_instance.plain": "486.79",
  // 730 x (4 x 0.033174 + 16 x 0.004446): what is stopped at night has no sustained use, and its disk is a resource of its own
  "google_compute_instance.scheduled": "148.79736",
  "google_compute_instance.spot": null,
  "google_compute_region_disk.main": "20", // 100 x 0.20
  // The three machines that its autoscaler leaves it: 3 x (730 x 0.0971 x 0.8 + 20 x 0.10)
  "google_compute_region_instance_group_manager.web": "176.1192",
  "google_compute_vpn_tunnel.main": "36.5", // 730 x 0.05
  "google_container_cluster.autopilot": "73", // 730 x 0.10
  // 73; 2 x (730 x 0.0971 x 0.8 + 30 x 0.10)
  "google_container_cluster.default": "192.4128",
  "google_container_cluster.main": "73",
  // In three zones: 3 x (730 x 0.13402 + 50 x 0.17 + 375 x 0.08)
  "google_container_node_pool.main": "409.0038",
  "google_dns_managed_zone.main": "0.2",
  "google_redis_cluster.main": "624.15", // 6 x 730 x 0.1425
  "google_redis_instance.main": "197.1", // 730 x 5 x 0.054
  "google_secret_manager_secret_version.key": "0.12", // in two places
  // 2 x (730 x (4 x 0.0413 + 15 x 0.007) + 100 x 0.17)
  "google_sql_database_instance.main": "428.492",
  "google_sql_database_instance.replica": "115.623", // 730 x (2 x 0.0413 + 7.5 x 0.007) + 100 x 0.17
};

test("a plan of Google Cloud is priced by the attributes of the real schema", async () => {
  const directory = fileURLToPath(new URL("google", import.meta.url));
  const { plan, diagnostics } = await planDirectory({ directory });
  expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  const { resources } = pricePlan(plan!, "after");
  const costs = resources.flatMap(({ address, monthlyCost }) =>
    monthlyCost === "0" ? [] : [[address, monthlyCost] as const],
  );
  expect(Object.fromEntries(costs)).toEqual(MONTHLY);
});
