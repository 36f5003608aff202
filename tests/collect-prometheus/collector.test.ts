import { httpPrometheus, prometheusCollector } from "@apex/collectors";
import { type Collected, DAY_MS, type MetricSeries, type Resource, type TimeWindow } from "@apex/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type PrometheusServer,
  type RecordedSeries,
  startPrometheus,
  whyNoPrometheus,
} from "./prometheus-server.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Monday. */
const START = Date.UTC(2026, 5, 1);
const WINDOW: TimeWindow = { startMs: START, endMs: START + DAY_MS + 6 * HOUR_MS };
const MIB = 1024 ** 2;

function recorded(
  name: string,
  labels: Readonly<Record<string, string>>,
  value: RecordedSeries["value"],
  over: Partial<RecordedSeries> = {},
): RecordedSeries {
  return { name, labels, value, startMs: WINDOW.startMs, endMs: WINDOW.endMs, stepMs: MINUTE_MS, ...over };
}

/** Counts up by `perSecond`, from scrape to scrape. */
const rising = (perSecond: number) => (atMs: number) => ((atMs - START) / 1000) * perSecond;
const minuteOf = (atMs: number) => (atMs - START) / MINUTE_MS;

const GPU_A = { gpu: "0", Hostname: "ip-10-0-0-1", instance: "10.0.0.1:9400" };
const GPU_B = { gpu: "0", Hostname: "node-b", instance: "10.244.0.7:9400" };
const MIG = { gpu: "0", Hostname: "node-m", instance: "10.0.0.9:9400" };
const HOST_A = { instance: "10.0.0.1:9100" };
const HOST_B = { instance: "10.0.0.2:9100" };

const RECORDED: readonly RecordedSeries[] = [
  // One minute of every five at 90 %, the others at 10 %.
  recorded("DCGM_FI_PROF_SM_ACTIVE", GPU_A, (at) => (minuteOf(at) % 5 === 3 ? 0.9 : 0.1)),
  recorded("DCGM_FI_DEV_GPU_UTIL", GPU_A, () => 98),
  recorded("DCGM_FI_DEV_FB_USED", GPU_A, () => 4096),
  recorded("DCGM_FI_DEV_FB_FREE", GPU_A, () => 12_288),
  // Two pods share the GPU: dcgm-exporter gives each the GPU's value.
  ...["a", "b"].map((pod) => recorded("DCGM_FI_PROF_SM_ACTIVE", { ...GPU_B, exported_pod: pod }, () => 0.4)),
  recorded(
    "kube_node_info",
    { node: "node-b", provider_id: "aws:///eu-west-1a/i-0b", internal_ip: "10.0.0.2" },
    () => 1,
  ),
  // Under MIG the card adds up to more than itself, and its utilisation is 0 whatever runs.
  recorded("DCGM_FI_PROF_SM_ACTIVE", MIG, () => 1.7),
  recorded("DCGM_FI_DEV_GPU_UTIL", MIG, () => 0),
  recorded("DCGM_FI_PROF_SM_ACTIVE", { ...MIG, GPU_I_ID: "3", GPU_I_PROFILE: "1g.5gb" }, () => 0.85),
  // Two pods reserve a GPU each; one of them has ended.
  ...[
    ["a", "Running"],
    ["c", "Succeeded"],
  ].flatMap(([pod = "", phase = ""]) => [
    recorded(
      "kube_pod_container_resource_requests",
      {
        namespace: "ml",
        pod,
        container: "main",
        node: "node-b",
        resource: "nvidia_com_gpu",
        instance: "10.244.0.3:8080",
      },
      () => 1,
    ),
    recorded("kube_pod_status_phase", { namespace: "ml", pod, phase, instance: "10.244.0.3:8080" }, () => 1),
  ]),
  // Two cores: one busy for a quarter of the time; waiting for the disk is no work.
  recorded("node_cpu_seconds_total", { ...HOST_A, cpu: "0", mode: "idle" }, rising(0.5)),
  recorded("node_cpu_seconds_total", { ...HOST_A, cpu: "0", mode: "iowait" }, rising(0.25)),
  recorded("node_cpu_seconds_total", { ...HOST_A, cpu: "0", mode: "user" }, rising(0.25)),
  recorded("node_cpu_seconds_total", { ...HOST_A, cpu: "1", mode: "idle" }, rising(1)),
  recorded("node_memory_MemTotal_bytes", HOST_A, () => 64 * MIB),
  recorded("node_memory_MemAvailable_bytes", HOST_A, () => 16 * MIB),
  recorded("node_boot_time_seconds", HOST_A, () => 1),
  recorded("node_network_receive_bytes_total", { ...HOST_A, device: "ens5" }, rising(1000)),
  recorded("node_network_receive_bytes_total", { ...HOST_A, device: "eni12ab" }, rising(900)),
  recorded("node_disk_reads_completed_total", { ...HOST_A, device: "nvme0n1" }, rising(7)),
  recorded("node_disk_reads_completed_total", { ...HOST_A, device: "nvme0n1p1" }, rising(7)),
  // A is known by node_exporter, B by its kubelet alone.
  ...[HOST_A, HOST_B].flatMap((host) => [
    recorded("container_cpu_usage_seconds_total", { ...host, id: "/" }, rising(1)),
    recorded("container_cpu_usage_seconds_total", { ...host, id: "/kubepods" }, rising(0.5)),
    recorded("machine_cpu_cores", host, () => 4),
  ]),
];

const INVENTORY: readonly Resource[] = [
  machine("i-0a", { private_dns: "ip-10-0-0-1.eu-west-1.compute.internal", private_ip: "10.0.0.1" }),
  machine("i-0b", {}),
  machine("i-0m", {}, { Name: "node-m" }),
];

function machine(id: string, attributes: Resource["attributes"], tags: Resource["tags"] = {}): Resource {
  return { id, provider: "aws", type: "aws_instance", aliases: [], tags, attributes };
}

describe.skipIf(whyNoPrometheus() !== undefined)("a real Prometheus", () => {
  let server: PrometheusServer;
  beforeAll(async () => {
    server = await startPrometheus(RECORDED);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function collect(inventory = INVENTORY): Promise<readonly Collected[]> {
    const collector = prometheusCollector({ api: httpPrometheus({ url: server.url }) });
    const items: Collected[] = [];
    for (const part of await collector.metricParts(inventory, WINDOW, { aborted: false })) {
      for await (const item of part.collect({ aborted: false })) items.push(item);
    }
    return items;
  }

  it("gives machines under their ids in our units, by maxima and averages of five minutes", async () => {
    const items = await collect();
    expect(brief(seriesOf(items))).toMatchInlineSnapshot(`
      "i-0a  cpu_percent average: 12.5 (288)
      i-0a  cpu_percent average: 12.5 (72)
      i-0a  cpu_percent maximum: 12.5 (288)
      i-0a  cpu_percent maximum: 12.5 (72)
      i-0a  disk_read_ops_per_second average: 6.3, 7 (288)
      i-0a  disk_read_ops_per_second average: 7 (72)
      i-0a  disk_read_ops_per_second maximum: 7 (288)
      i-0a  disk_read_ops_per_second maximum: 7 (72)
      i-0a  memory_used_percent average: 75 (288)
      i-0a  memory_used_percent average: 75 (72)
      i-0a  memory_used_percent maximum: 75 (288)
      i-0a  memory_used_percent maximum: 75 (72)
      i-0a  network_in_bytes_per_second average: 1000 (72)
      i-0a  network_in_bytes_per_second average: 900, 1000 (288)
      i-0a  network_in_bytes_per_second maximum: 1000 (288)
      i-0a  network_in_bytes_per_second maximum: 1000 (72)
      i-0a gpu-0 gpu_busy_percent average: 98 (288)
      i-0a gpu-0 gpu_busy_percent average: 98 (72)
      i-0a gpu-0 gpu_busy_percent maximum: 98 (288)
      i-0a gpu-0 gpu_busy_percent maximum: 98 (72)
      i-0a gpu-0 gpu_memory_used_bytes average: 4295000000 (288)
      i-0a gpu-0 gpu_memory_used_bytes average: 4295000000 (72)
      i-0a gpu-0 gpu_memory_used_bytes maximum: 4295000000 (288)
      i-0a gpu-0 gpu_memory_used_bytes maximum: 4295000000 (72)
      i-0a gpu-0 gpu_memory_used_percent average: 25 (288)
      i-0a gpu-0 gpu_memory_used_percent average: 25 (72)
      i-0a gpu-0 gpu_sm_active_percent average: 23.33 (288)
      i-0a gpu-0 gpu_sm_active_percent average: 23.33 (72)
      i-0a gpu-0 gpu_sm_active_percent maximum: 90 (288)
      i-0a gpu-0 gpu_sm_active_percent maximum: 90 (72)
      i-0b  cpu_percent average: 22.5, 25 (288)
      i-0b  cpu_percent average: 25 (72)
      i-0b  cpu_percent maximum: 25 (288)
      i-0b  cpu_percent maximum: 25 (72)
      i-0b  gpu_requested average: 1 (288)
      i-0b  gpu_requested average: 1 (72)
      i-0b  gpu_requested maximum: 1 (288)
      i-0b  gpu_requested maximum: 1 (72)
      i-0b gpu-0 gpu_sm_active_percent average: 40 (288)
      i-0b gpu-0 gpu_sm_active_percent average: 40 (72)
      i-0b gpu-0 gpu_sm_active_percent maximum: 40 (288)
      i-0b gpu-0 gpu_sm_active_percent maximum: 40 (72)
      i-0m gpu-0-mig-3 gpu_sm_active_percent average: 85 (288)
      i-0m gpu-0-mig-3 gpu_sm_active_percent average: 85 (72)
      i-0m gpu-0-mig-3 gpu_sm_active_percent maximum: 85 (288)
      i-0m gpu-0-mig-3 gpu_sm_active_percent maximum: 85 (72)"
    `);
    const said = items.flatMap((item) => (item.kind === "diagnostic" ? [item.diagnostic.code] : []));
    expect(new Set(said)).toEqual(new Set(["mig-misread"]));
  });

  it("gives all machines by their own names where there is no inventory, with one only those in it", async () => {
    const machines = async (inventory: readonly Resource[]) =>
      [...new Set(seriesOf(await collect(inventory)).map(({ resourceId }) => resourceId))].toSorted();
    expect(await machines([])).toEqual(["10.0.0.1", "i-0b", "ip-10-0-0-1", "node-m"]);
    expect(await machines([machine("i-0b", {})])).toEqual(["i-0b"]);
    const strangers = await collect([machine("i-0z", {})]);
    expect(seriesOf(strangers)).toEqual([]);
    expect(
      strangers.flatMap((item) => (item.kind === "diagnostic" ? [item.diagnostic.summary] : [])),
    ).toContainEqual(
      expect.stringMatching(
        /^None of the 3 machines in GPU metrics .* Hostname=ip-10-0-0-1, Hostname=node-b/,
      ),
    );
  });

  it("stands at the start of each period, day by day without a gap or an overlap", async () => {
    const times = seriesOf(await collect())
      .filter(
        ({ resourceId, metric, statistic }) =>
          `${resourceId} ${metric} ${statistic}` === "i-0a gpu_sm_active_percent maximum",
      )
      .flatMap(({ timestampsMs }) => [...timestampsMs]);
    const periods = (WINDOW.endMs - WINDOW.startMs) / 300_000;
    expect(times).toEqual(Array.from({ length: periods }, (_, index) => START + index * 300_000));
  });
});

function seriesOf(items: readonly Collected[]): readonly MetricSeries[] {
  return items.flatMap((item) => (item.kind === "samples" ? [item.series] : []));
}

/** One line a series, of the first day: the machine, what, and the values that there are. */
function brief(all: readonly MetricSeries[]): string {
  const lines = all.map(({ resourceId, metric, part = "", statistic, values }) => {
    const distinct = [...new Set([...values].map((value) => Number(value.toPrecision(4))))];
    return `${resourceId} ${part} ${metric} ${statistic}: ${distinct.slice(0, 4).join(", ")} (${values.length})`;
  });
  return [...new Set(lines)].toSorted().join("\n");
}
