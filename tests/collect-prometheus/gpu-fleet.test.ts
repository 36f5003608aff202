/** From a real Prometheus to a recommendation: series that are made by code, with a seed, of a fleet that does little. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DAY_MS, seededRng } from "@apex/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { runApex } from "../run-apex.ts";
import { type RecordedSeries, startPrometheus, whyNoPrometheus } from "./prometheus-server.ts";

const MINUTE_MS = 60_000;
const DAYS = 6;
const MACHINES = 6;

/** The private DNS name of a machine, as Kubernetes and dcgm-exporter call it. */
const nameOf = (index: number) => `ip-10-0-0-${index + 1}.ec2.internal`;

/** Inference servers: each has requests in its own hour, kernels run most of the time, but on few SMs. */
function* recorded(endMs: number): Generator<RecordedSeries> {
  const span = { startMs: endMs - DAYS * DAY_MS, endMs, stepMs: MINUTE_MS };
  for (let index = 0; index < MACHINES; index += 1) {
    const random = seededRng(index);
    const gpu = {
      gpu: "0",
      modelName: "NVIDIA A10G",
      Hostname: nameOf(index),
      instance: `10.1.${index}.9:9400`,
    };
    const host = { instance: `10.0.0.${index + 1}:9100` };
    const since = (perSecond: number) => (atMs: number) => ((atMs - span.startMs) / 1000) * perSecond;
    const series = (name: string, labels: RecordedSeries["labels"], value: RecordedSeries["value"]) => ({
      ...span,
      name,
      labels,
      value,
    });
    yield series("DCGM_FI_PROF_SM_ACTIVE", gpu, () => Number((0.08 + 0.06 * random()).toFixed(4)));
    yield series("DCGM_FI_PROF_DRAM_ACTIVE", gpu, () => 0.05);
    yield series("DCGM_FI_DEV_GPU_UTIL", gpu, () => 90);
    yield series("DCGM_FI_DEV_FB_USED", gpu, () => 3000);
    yield series("DCGM_FI_DEV_FB_FREE", gpu, () => 19_500);
    yield series("node_uname_info", { ...host, nodename: nameOf(index) }, () => 1);
    yield series("node_cpu_seconds_total", { ...host, cpu: "0", mode: "idle" }, since(0.9));
    yield series("node_cpu_seconds_total", { ...host, cpu: "0", mode: "user" }, since(0.1));
    yield series("node_memory_MemTotal_bytes", host, () => 16e9);
    yield series("node_memory_MemAvailable_bytes", host, () => 13.6e9);
    yield series("node_network_receive_bytes_total", { ...host, device: "ens5" }, since(2e5));
    yield series("node_network_transmit_bytes_total", { ...host, device: "ens5" }, since(4e5));
  }
}

function stateFile(folder: string): string {
  const instances = Array.from({ length: MACHINES }, (_, index) => ({
    index_key: index,
    schema_version: 1,
    attributes: {
      id: `i-0gpu${index}`,
      instance_type: "g5.xlarge",
      instance_state: "running",
      availability_zone: "us-east-1a",
      private_dns: nameOf(index),
      private_ip: `10.0.0.${index + 1}`,
      tenancy: "default",
      tags: { Name: "inference" },
    },
  }));
  const resource = {
    mode: "managed",
    type: "aws_instance",
    name: "inference",
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances,
  };
  const file = path.join(folder, "terraform.tfstate");
  writeFileSync(
    file,
    JSON.stringify({
      version: 4,
      terraform_version: "1.11.4",
      serial: 1,
      lineage: "a",
      outputs: {},
      resources: [resource],
    }),
  );
  return file;
}

/** What a command prints as JSON; its errors where it fails. */
async function jsonOf(home: string, args: readonly string[]) {
  const { code, stdout, stderr } = await runApex(home, args);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe.skipIf(whyNoPrometheus() !== undefined)("a fleet of lightly used GPUs in a real Prometheus", () => {
  it("is collected, joined with the state by its private names, and told to share fewer", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "apex-gpu-fleet-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const collection = path.join(folder, "collection");
    mkdirSync(collection);
    const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    await using server = await startPrometheus(recorded(endMs));

    const collect = ["collect", "prometheus", "--url", server.url, "--into", collection, "--format", "json"];
    const { collected, diagnostics } = await jsonOf(folder, collect);
    expect(diagnostics).toEqual([]);
    // Averages and maxima of eight metrics, and the share of GPU memory.
    expect(collected.samples).toBeGreaterThan(MACHINES * 17 * (DAYS * 288 - 5));

    // What was collected is not collected again: two hours and the last period are, for what comes late.
    const second = await jsonOf(folder, collect);
    expect(second.collected.samples).toBeLessThan(collected.samples / 20);

    const analyze = ["analyze", "--from", collection, "--state", stateFile(folder), "--format", "json"];
    const { recommendations } = await jsonOf(folder, analyze);
    expect(recommendations.map((one: { rule: string }) => one.rule)).toEqual(Array(4).fill("gpu-sharing"));
    expect(recommendations[0]).toMatchObject({
      action: "share-gpus",
      address: "aws_instance.inference[1]",
      from: "g5.xlarge",
      changes: [],
      summary: expect.stringMatching(/^The work of 6 g5.xlarge fits on 2; .* by MPS$/),
    });
    // 6 × 11 % of SMs, though GPU utilisation says 90 %.
    const [compute] = recommendations[0].evidence.dimensions;
    expect(compute).toMatchObject({ metric: "gpu_sm_active_percent", capacityNow: 600, capacityAfter: 200 });
    expect(compute.demand).toBeGreaterThan(60);
    expect(compute.demand).toBeLessThan(80);
  }, 180_000);
});
