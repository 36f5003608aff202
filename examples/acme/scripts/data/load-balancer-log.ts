import { cloudId, privateIp } from "../ids.ts";
import { WEB } from "../fleet/web.ts";
import { hexFor, normal, type Random, randomFor } from "../random.ts";
import { samplesOf } from "../signal.ts";
import { LOAD_BALANCER_NAME, TARGET_GROUP_ARN } from "../state/network.ts";
import { PERIOD_MS, timeOf } from "../time-grid.ts";
import { AGENTS, client, pick, ROUTES, type Route } from "./shop-requests.ts";

/** Whose requests the log holds, and when: its busiest ten minutes of the fortnight, by CPU. */
export const PEAK = {
  address: 'aws_instance.web["web-1"]',
  vcpus: 8,
  /** 14 October 2026, 17:15 UTC. */
  firstSample: 783,
  samples: 2,
  /** CPU time that a request takes on average, in seconds of one vCPU: what rate the recorded utilisation stands for. */
  demandSeconds: 0.05,
} as const;

/** A first visit loads what the browser does not have yet, all at once: arrivals come in clumps. */
const FIRST_VISIT_SHARE = 0.14;
const FIRST_VISIT_ASSETS = 3;
const ASSET_GAP_MS = 40;
/** How far the rate strays from its course, and over how many quarters of a second it finds back. */
const STRAY = 0.08;
const STRAY_MEMORY = 0.9;
const STEP_MS = 250;

/** What a kind of request costs next to the average one in CPU, and how long it waits for cache and database, milliseconds. */
const COSTS: readonly { readonly path: RegExp; readonly cpu: number; readonly waitMs: number }[] = [
  { path: /^\/assets\//, cpu: 0.2, waitMs: 1 },
  { path: /^\/search/, cpu: 1.7, waitMs: 34 },
  { path: /^\/c\//, cpu: 1.3, waitMs: 18 },
  { path: /^\/api\/checkout/, cpu: 1.6, waitMs: 62 },
  { path: /^\/api\//, cpu: 0.7, waitMs: 14 },
  { path: /^\//, cpu: 1.1, waitMs: 12 },
];

/** Everything but the load balancer's own checks, which it does not log. */
const ASKED: readonly Route[] = ROUTES.filter((route) => route.path(() => 0) !== "/healthz");
const ASSETS = ASKED.filter((route) => route.path(() => 0).startsWith("/assets/"));
const PAGES = ASKED.filter((route) => !ASSETS.includes(route));

interface Arrival {
  readonly timeMs: number;
  readonly route: Route;
  readonly connection: Connection;
}

interface Connection {
  readonly client: string;
  readonly agent: string;
}

function pageRoute(random: Random): Route {
  let left = random() * PAGES.reduce((sum, { share }) => sum + share, 0);
  for (const candidate of PAGES) {
    left -= candidate.share;
    if (left < 0) return candidate;
  }
  return PAGES[0] ?? ROUTES[0];
}

function connectionOf(random: Random): Connection {
  return {
    client: `${client(random)}:${1024 + Math.floor(random() * 64_000)}`,
    agent: pick(AGENTS, random),
  };
}

/** The share of the machine's vCPUs in use, 0–1, of each period, as CloudWatch recorded it. */
function recordedCpuShares(): readonly number[] {
  const machine = WEB.find(({ address }) => address === PEAK.address);
  if (machine?.load === undefined) throw new Error(`${PEAK.address} has no load`);
  const cpu = samplesOf({ ceiling: 100, ...machine.load.cpu }, `${cloudId("i", PEAK.address)} cpu`);
  return Array.from(
    cpu.subarray(PEAK.firstSample, PEAK.firstSample + PEAK.samples),
    (percent) => percent / 100,
  );
}

/** Page views by a rate that wanders around what the CPU says, and what each of them loads. In order of arrival. */
function arrivals(random: Random): Arrival[] {
  const shares = recordedCpuShares();
  const requestsPerView = 1 + FIRST_VISIT_SHARE * FIRST_VISIT_ASSETS;
  const found: Arrival[] = [];
  let stray = 0;
  for (let k = 0; k < PEAK.samples; k += 1) {
    const rate = ((shares[k] ?? 0) * PEAK.vcpus) / PEAK.demandSeconds / requestsPerView;
    for (let step = 0; step < PERIOD_MS / STEP_MS; step += 1) {
      stray = STRAY_MEMORY * stray + Math.sqrt(1 - STRAY_MEMORY ** 2) * normal(random);
      const startMs = timeOf(PEAK.firstSample + k) + step * STEP_MS;
      const views = poisson((rate * (1 + STRAY * stray) * STEP_MS) / 1000, random);
      for (let view = 0; view < views; view += 1) {
        found.push(...pageView(startMs + Math.floor(random() * STEP_MS), random));
      }
    }
  }
  return found.toSorted((a, b) => a.timeMs - b.timeMs);
}

function pageView(timeMs: number, random: Random): Arrival[] {
  const connection = connectionOf(random);
  const view: Arrival[] = [{ timeMs, route: pageRoute(random), connection }];
  if (random() >= FIRST_VISIT_SHARE) return view;
  for (let asset = 0; asset < FIRST_VISIT_ASSETS; asset += 1) {
    const at = timeMs + 30 + Math.floor(ASSET_GAP_MS * (asset + random()));
    view.push({ timeMs: at, route: ASSETS[0] ?? ROUTES[0], connection });
  }
  return view;
}

/** A Poisson count of a small mean, by counting how many uniforms multiply to e^-mean. */
function poisson(mean: number, random: Random): number {
  // The series for e^-mean: Math.exp may differ in its last digit between engines.
  let limit = 1;
  let term = 1;
  for (let i = 1; i < 60; i += 1) {
    term *= mean / i;
    limit += term;
  }
  limit = 1 / limit;
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** How long the machine took, in whole milliseconds: CPU time of this kind of request and its waits, both with a tail. */
function targetMs(path: string, random: Random): number {
  const { cpu, waitMs } = COSTS.find((cost) => cost.path.test(path)) ?? { cpu: 1, waitMs: 10 };
  const tail = () => {
    const u = random();
    // A heavy tail without a logarithm: 1 at the median, 3 at the 90th percentile, 20 at the 99.5th.
    return Math.min(20, Math.sqrt(u / (1 - u)));
  };
  const cpuMs = PEAK.demandSeconds * 1000 * cpu * (0.8 + 0.25 * Math.abs(normal(random)));
  return Math.max(1, Math.round(cpuMs + waitMs * tail()));
}

/** Six digits as AWS writes them, of which its creation times use three. */
function stamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Every node of a load balancer counts its own: unique, and small when compressed. */
function traceOf(timeMs: number, ordinal: number): string {
  const node = hexFor(`load balancer node ${ordinal % 2}`, 16);
  return `Root=1-${Math.floor(timeMs / 1000).toString(16)}-${node}${ordinal.toString(16).padStart(8, "0")}`;
}

function line({ timeMs, route, connection }: Arrival, ordinal: number, random: Random): string {
  const path = route.path(random);
  const status = route.status(random);
  const isTimeout = status === 504;
  const size =
    status === 304 ? 0 : Math.max(0, Math.round(route.bytes * (1 + route.spread * normal(random))));
  const received = 200 + connection.agent.length + (route.method === "POST" ? 180 : 0);
  const tookMs = targetMs(path, random);
  const requestMs = random() < 0.8 ? 0 : 1;
  const timings = isTimeout ? "-1 -1 -1" : `${seconds(requestMs)} ${seconds(tookMs)} 0.000`;
  const answeredMs = isTimeout ? timeMs + 60_000 : timeMs + requestMs + tookMs;
  const target = `${privateIp(PEAK.address, "a")}:80`;
  return [
    "http",
    stamp(answeredMs),
    LOAD_BALANCER_NAME,
    connection.client,
    target,
    timings,
    status,
    isTimeout ? "-" : status,
    received,
    size,
    `"${route.method} http://shop.acme.example:80${path} HTTP/1.1"`,
    `"${connection.agent}"`,
    "- -",
    TARGET_GROUP_ARN,
    `"${traceOf(timeMs, ordinal)}"`,
    `"-" "-" 0`,
    stamp(timeMs),
    `"forward" "-" "-" "${target}" "${isTimeout ? "-" : status}" "-" "-"`,
  ].join(" ");
}

/**
 * What web-1 served in its busiest ten minutes, as the load balancer logs it: every request, by the time of its answer.
 * The rate follows from the recorded CPU by the utilisation law, rate = utilisation × vCPUs / CPU time of a request.
 */
export function renderLoadBalancerLog(): string {
  const random = randomFor("web-1 peak");
  const lines = arrivals(random).map((arrival, ordinal) => line(arrival, ordinal, random));
  return `${lines.toSorted(byAnswer).join("\n")}\n`;
}

function byAnswer(a: string, b: string): number {
  const left = a.slice(5, 32);
  const right = b.slice(5, 32);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
