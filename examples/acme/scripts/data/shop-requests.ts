import type { Random } from "../random.ts";

/** One kind of request to the shop. */
export interface Route {
  readonly share: number;
  readonly method: string;
  readonly path: (random: Random) => string;
  readonly status: (random: Random) => number;
  /** Typical size of the answer in bytes, and how far it strays. */
  readonly bytes: number;
  readonly spread: number;
}

/** One of the items, each as likely. */
export function pick<T>(items: readonly [T, ...T[]], random: Random): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

const ok = () => 200;
const product = (random: Random) => 1000 + Math.floor(random() * random() * 24_000);
const TERMS = ["lamp", "desk", "chair", "rug", "oak+shelf", "wardrobe", "led+strip", "mirror"] as const;
const CATEGORIES = ["lighting", "tables", "chairs", "storage", "textiles", "outlet"] as const;

/** What the shop is asked for. Shares of status codes as in the Apache sample log of elastic/examples (Apache-2.0): 91 % 200, 4 % 304, 2 % 404. */
export const ROUTES: readonly [Route, ...Route[]] = [
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

/** Browsers, and one crawler. */
export const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
] as const;

/** A route by its share. */
export function route(random: Random): Route {
  let left = random();
  for (const candidate of ROUTES) {
    left -= candidate.share;
    if (left < 0) return candidate;
  }
  return ROUTES[0];
}

/** The few addresses that most requests come from, and the many others; documentation ranges only. */
export function client(random: Random): string {
  const net = pick(["192.0.2", "198.51.100", "203.0.113"], random);
  return `${net}.${Math.floor(random() * random() * 254) + 1}`;
}
