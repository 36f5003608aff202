import { normal, type Random, randomFor } from "../random.ts";
import { course } from "../shapes.ts";
import { SAMPLES_PER_DAY, timeOf } from "../time-grid.ts";

/** Tuesday and Wednesday of the first week: the days with most requests. */
const FIRST_SAMPLE = SAMPLES_PER_DAY;
const SAMPLE_COUNT = 2 * SAMPLES_PER_DAY;
/** One request in a hundred was kept, as the log shipper is set; about seventy in five minutes are left. */
const MEAN_REQUESTS = 52;

interface Route {
  readonly share: number;
  readonly method: string;
  readonly path: (random: Random) => string;
  readonly status: (random: Random) => number;
  /** Typical size of the answer in bytes, and how far it strays. */
  readonly bytes: number;
  readonly spread: number;
}

function pick<T>(items: readonly [T, ...T[]], random: Random): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

const ok = () => 200;
const product = (random: Random) => 1000 + Math.floor(random() * random() * 24_000);
const TERMS = ["lamp", "desk", "chair", "rug", "oak+shelf", "wardrobe", "led+strip", "mirror"] as const;
const CATEGORIES = ["lighting", "tables", "chairs", "storage", "textiles", "outlet"] as const;

/** Shares of status codes as in the Apache sample log of elastic/examples (Apache-2.0): 91 % 200, 4 % 304, 2 % 404. */
const ROUTES: readonly [Route, ...Route[]] = [
  { share: 0.09, method: "GET", path: () => "/", status: ok, bytes: 18_400, spread: 0.05 },
  {
    share: 0.27,
    method: "GET",
    path: (random) => `/p/${product(random)}`,
    status: (random) => (random() < 0.03 ? 404 : 200),
    bytes: 31_000,
    spread: 0.3,
  },
  {
    share: 0.16,
    method: "GET",
    path: (random) => `/c/${pick(CATEGORIES, random)}?page=${1 + Math.floor(random() * 6)}`,
    status: ok,
    bytes: 44_000,
    spread: 0.25,
  },
  {
    share: 0.11,
    method: "GET",
    path: (random) => `/search?q=${pick(TERMS, random)}`,
    status: (random) => (random() < 0.002 ? 504 : 200),
    bytes: 27_000,
    spread: 0.4,
  },
  {
    share: 0.25,
    method: "GET",
    path: (random) =>
      `/assets/${pick(["app", "vendor", "shop"], random)}.${pick(["js", "css"], random)}?v=2026.41`,
    status: (random) => (random() < 0.16 ? 304 : 200),
    bytes: 88_000,
    spread: 0.6,
  },
  { share: 0.06, method: "POST", path: () => "/api/cart", status: () => 201, bytes: 640, spread: 0.2 },
  {
    share: 0.02,
    method: "POST",
    path: () => "/api/checkout",
    status: (random) => (random() < 0.012 ? 500 : random() < 0.05 ? 402 : 200),
    bytes: 1_250,
    spread: 0.2,
  },
  { share: 0.04, method: "GET", path: () => "/healthz", status: ok, bytes: 2, spread: 0 },
];

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
] as const;

function route(random: Random): Route {
  let left = random();
  for (const candidate of ROUTES) {
    left -= candidate.share;
    if (left < 0) return candidate;
  }
  return ROUTES[0];
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As NGINX writes `$time_local`: 13/Oct/2026:00:00:04 +0000. */
function logTime(epochMs: number): string {
  const [date = "", time = ""] = new Date(epochMs).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1] ?? ""}/${year}:${time.slice(0, 8)} +0000`;
}

/** The few addresses that most requests come from, and the many others; documentation ranges only. */
function client(random: Random): string {
  const net = pick(["192.0.2", "198.51.100", "203.0.113"], random);
  return `${net}.${Math.floor(random() * random() * 254) + 1}`;
}

function line(epochMs: number, random: Random): string {
  const { method, path, status, bytes, spread } = route(random);
  const target = path(random);
  const code = status(random);
  const isHealth = target === "/healthz";
  const size = code === 304 ? 0 : Math.max(0, Math.round(bytes * (1 + spread * normal(random))));
  const agent = isHealth ? "ELB-HealthChecker/2.0" : pick(AGENTS, random);
  const referer = isHealth || random() < 0.4 ? "-" : "https://shop.acme.example/";
  const from = isHealth ? "10.20.0.181" : client(random);
  return `${from} - - [${logTime(epochMs)}] "${method} ${target} HTTP/1.1" ${code} ${size} "${referer}" "${agent}"`;
}

/** Two days of the web tier in NGINX's combined format, every hundredth request, in order of time. */
export function renderAccessLog(): string {
  const random = randomFor("access log");
  const load = course("web", randomFor("access log load"));
  const lines: string[] = [];
  for (let k = FIRST_SAMPLE; k < FIRST_SAMPLE + SAMPLE_COUNT; k += 1) {
    const count = Math.max(0, Math.round(MEAN_REQUESTS * (load[k] ?? 1) + 2 * normal(random)));
    const seconds = Array.from({ length: count }, () => Math.floor(random() * 300)).toSorted((a, b) => a - b);
    for (const second of seconds) lines.push(line(timeOf(k) + second * 1000, random));
  }
  return `${lines.join("\n")}\n`;
}
