import type { SampleStatistic } from "@apex/core";
import { level, type MetricRule } from "../exports/metrics/metric-rule.ts";
import { prometheusRule } from "../exports/metrics/prometheus-rules.ts";

/** What a query is written with. */
export interface QueryScope {
  /** Labels that name the machine, for `by (…)`. */
  readonly machine: readonly string[];
  /** Matchers that every selector has: `cluster="prod"`, `instance=~"a|b"`. */
  readonly matchers: readonly string[];
  /** Those of them that all series of the server have, machines or not. */
  readonly common: readonly string[];
}

/** One metric of ours and how Prometheus is asked for it: each expression gives one value for five minutes. */
export interface MetricQuery {
  readonly rule: MetricRule;
  /** The metric that has to be there. */
  readonly source: string;
  readonly expressions: readonly {
    readonly statistic: SampleStatistic;
    readonly write: (scope: QueryScope) => string;
  }[];
}

/** Metrics that are asked for together. */
export interface QueryFamily {
  /** In the keys of parts; never changes. */
  readonly name: "gpu" | "machine" | "kubelet" | "requests";
  readonly title: string;
  readonly queries: readonly MetricQuery[];
  /** A source of the same metrics that is better where a machine has it: its machines are left out. */
  readonly betterSource?: string;
}

/** CloudWatch's period, in which all rules think. */
export const PERIOD_MS = 300_000;
const PERIOD = "5m";

/** A rate needs two scrapes, which are a minute apart at most by Prometheus' default. */
const RATE = "[2m]";
const RESOLUTION = "1m";
const GPU_LABELS: readonly string[] = ["gpu", "GPU_I_ID"];

/** Physical disks: partitions, loop devices and what is made of other disks would count twice. */
const DISKS = 'device=~"(nvme[0-9]+n[0-9]+|[svx]v?d[a-z]+|mmcblk[0-9]+)"';
/** The network cards of the machine itself, without the bridges and the ends of its containers' links (`eni…` are those of Amazon's CNI). */
const CARDS =
  'device!~"(lo|veth.*|cali.*|cilium.*|lxc.*|docker.*|br-.*|cni.*|flannel.*|virbr.*|vxlan.*|tun.*|tap.*|eni.*|dummy.*|kube.*|nodelocaldns)"';

/**
 * What DCGM says of GPUs, as its gauges. One GPU may have several series at a time, one for each pod that shares it, with the same value:
 * hence the largest and not the sum.
 */
const GPU: QueryFamily = {
  name: "gpu",
  title: "GPU metrics (DCGM)",
  queries: [
    gpuGauge("DCGM_FI_PROF_SM_ACTIVE"),
    gpuGauge("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"),
    gpuGauge("DCGM_FI_PROF_DRAM_ACTIVE"),
    gpuGauge("DCGM_FI_DEV_GPU_UTIL"),
    gpuGauge("DCGM_FI_DEV_FB_USED"),
    // What is free beside the average of what is used gives the size; the maxima of both belong to different moments.
    gpuGauge("DCGM_FI_DEV_FB_FREE", ["average"]),
  ],
};

/** node_exporter. CPU as its own mixin has it: neither waiting for disks nor time that the host took is use. */
const MACHINE: QueryFamily = {
  name: "machine",
  title: "machine metrics (node_exporter)",
  queries: [
    peaked(level("cpu_percent", 100), "node_cpu_seconds_total", (scope) => {
      const seconds = (...matchers: readonly string[]) =>
        `sum by (${scope.machine.join(", ")}) (rate(node_cpu_seconds_total${selector(scope, ...matchers)}${RATE}))`;
      // By the sum of all modes and not by the number of cores: in its first minutes a rate falls short of both alike.
      return `1 - ${seconds('mode=~"idle|iowait|steal"')} / ${seconds()}`;
    }),
    peaked(level("memory_used_percent", 100), "node_memory_MemAvailable_bytes", (scope) => {
      const of = (name: string) => `max by (${scope.machine.join(", ")}) (${name}${selector(scope)})`;
      return `1 - ${of("node_memory_MemAvailable_bytes")} / ${of("node_memory_MemTotal_bytes")}`;
    }),
    counter("network_in_bytes_per_second", "node_network_receive_bytes_total", CARDS),
    counter("network_out_bytes_per_second", "node_network_transmit_bytes_total", CARDS),
    counter("disk_read_bytes_per_second", "node_disk_read_bytes_total", DISKS),
    counter("disk_write_bytes_per_second", "node_disk_written_bytes_total", DISKS),
    counter("disk_read_ops_per_second", "node_disk_reads_completed_total", DISKS),
    counter("disk_write_ops_per_second", "node_disk_writes_completed_total", DISKS),
  ],
};

/** The kubelet's cAdvisor on its root group, for nodes without node_exporter. The working set counts cache that is in use. */
const KUBELET: QueryFamily = {
  name: "kubelet",
  title: "node metrics (cAdvisor)",
  betterSource: "node_boot_time_seconds",
  queries: [
    peaked(level("cpu_percent", 100), "container_cpu_usage_seconds_total", (scope) => {
      const by = scope.machine.join(", ");
      const used = `max by (${by}) (rate(container_cpu_usage_seconds_total${selector(scope, 'id="/"')}${RATE}))`;
      return `${used} / max by (${by}) (machine_cpu_cores${selector(scope)})`;
    }),
    peaked(level("memory_used_percent", 100), "container_memory_working_set_bytes", (scope) => {
      const by = scope.machine.join(", ");
      const used = `max by (${by}) (container_memory_working_set_bytes${selector(scope, 'id="/"')})`;
      return `${used} / max by (${by}) (machine_memory_bytes${selector(scope)})`;
    }),
  ],
};

/** kube-state-metrics: what running pods have reserved. Its own address is in `instance`, so that only the node counts. */
const REQUESTS: QueryFamily = {
  name: "requests",
  title: "GPU requests (kube-state-metrics)",
  queries: [
    peaked(level("gpu_requested"), "kube_pod_container_resource_requests", (scope) => {
      const asked = `max by (node, namespace, pod, container) (kube_pod_container_resource_requests${selector(scope, 'resource="nvidia_com_gpu"')})`;
      const running = `max by (namespace, pod) (kube_pod_status_phase${selector({ matchers: scope.common }, 'phase="Running"')} == 1)`;
      return `sum by (node) (${asked} * on (namespace, pod) group_left () ${running})`;
    }),
  ],
};

/** Everything that is asked, in the order of reports. */
export const FAMILIES: readonly QueryFamily[] = [GPU, MACHINE, KUBELET, REQUESTS];

/** A selector's braces with all matchers; nothing where there are none. */
export function selector({ matchers }: Pick<QueryScope, "matchers">, ...more: readonly string[]): string {
  const all = [...more, ...matchers];
  return all.length === 0 ? "" : `{${all.join(",")}}`;
}

/** `label=~"a|b"` for exactly these values. */
export function oneOf(label: string, values: readonly string[]): string {
  const alternatives = values.map((value) => value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`));
  return `${label}=~${JSON.stringify(alternatives.join("|"))}`;
}

function gpuGauge(
  name: string,
  statistics: readonly SampleStatistic[] = ["average", "maximum"],
): MetricQuery {
  const rule = prometheusRule(name);
  if (rule === undefined) throw new Error(`${name} has no rule`);
  return {
    rule,
    source: name,
    expressions: statistics.map((statistic) => ({
      statistic,
      write: (scope) =>
        `max by (${[...scope.machine, ...GPU_LABELS].join(", ")}) (${overTime(statistic)}(${name}${selector(scope)}[${PERIOD}]))`,
    })),
  };
}

function counter(component: Parameters<typeof level>[0], source: string, of: string): MetricQuery {
  return peaked(
    level(component),
    source,
    (scope) => `sum by (${scope.machine.join(", ")}) (rate(${source}${selector(scope, of)}${RATE}))`,
  );
}

/** An expression that is looked at every minute, so that the maximum of five shows peaks. */
function peaked(rule: MetricRule, source: string, write: (scope: QueryScope) => string): MetricQuery {
  return {
    rule,
    source,
    expressions: (["average", "maximum"] as const).map((statistic) => ({
      statistic,
      write: (scope) => `${overTime(statistic)}((${write(scope)})[${PERIOD}:${RESOLUTION}])`,
    })),
  };
}

function overTime(statistic: SampleStatistic): string {
  return statistic === "maximum" ? "max_over_time" : "avg_over_time";
}
