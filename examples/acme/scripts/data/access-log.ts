import { normal, type Random, randomFor } from "../random.ts";
import { AGENTS, client, pick, route } from "./shop-requests.ts";
import { course } from "../shapes.ts";
import { SAMPLES_PER_DAY, timeOf } from "../time-grid.ts";

/** Tuesday and Wednesday of the first week: the days with most requests. */
const FIRST_SAMPLE = SAMPLES_PER_DAY;
const SAMPLE_COUNT = 2 * SAMPLES_PER_DAY;
/** One request in a hundred was kept, as the log shipper is set; about seventy in five minutes are left. */
const MEAN_REQUESTS = 52;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As NGINX writes `$time_local`: 13/Oct/2026:00:00:04 +0000. */
function logTime(epochMs: number): string {
  const [date = "", time = ""] = new Date(epochMs).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1] ?? ""}/${year}:${time.slice(0, 8)} +0000`;
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
