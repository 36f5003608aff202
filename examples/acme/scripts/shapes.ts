import { normal, type Random } from "./random.ts";
import { dayOfWeek, hourOfDay, SAMPLES, SAMPLES_PER_DAY, SAMPLES_PER_HOUR } from "./time-grid.ts";

/**
 * How load moves over two weeks. The numbers below are summaries (means by hour and weekday, burst lengths) of
 * recorded series; no recorded sample is in this repository.
 *
 * - NAB: Numenta Anomaly Benchmark, realAWSCloudWatch, MIT licence (github.com/numenta/NAB).
 * - Bitbrains: fastStorage, GWA-T-12; Shen, van Beek, Iosup, "Statistical characterization of business-critical
 *   workloads hosted in cloud datacenters", CCGrid 2015.
 * - PlanetLab: CoMon project, Park and Pai; published with Beloglazov and Buyya, 2012.
 */
export type Shape =
  | "idle"
  | "flat"
  | "web"
  | "office"
  | "nightly"
  | "database"
  | "monday"
  | "bursty"
  | "saturated"
  | "training"
  | "steps";

interface Rhythm {
  /** Mean of each hour of day (UTC) over the overall mean. */
  readonly hours: readonly number[];
  /** Mean of each weekday, Monday first, over the overall mean. */
  readonly days: readonly number[];
  /** Standard deviation of what rhythm leaves unexplained, over the mean. */
  readonly noise: number;
  /** How much of one sample's deviation is still there in the next. */
  readonly memory: number;
  /** Share of samples that leap, and how high over the mean. */
  readonly leapShare: number;
  readonly leap: number;
}

/** NAB elb_request_count_8c0756: requests of a public load balancer. */
const WEB: Rhythm = {
  hours: [
    0.92, 1, 0.85, 0.84, 0.82, 0.77, 0.68, 0.72, 0.73, 0.73, 0.76, 0.73, 0.99, 1.11, 1.21, 1.22, 1.21, 1.53,
    1.23, 1.38, 1.49, 1.26, 0.9, 0.93,
  ],
  days: [0.99, 1.14, 1.16, 1.1, 1.03, 0.82, 0.74],
  noise: 0.12,
  memory: 0.6,
  leapShare: 0.006,
  leap: 1.2,
};

/** Bitbrains VM 997: a business application used in European office hours. */
const OFFICE: Rhythm = {
  hours: [
    0.93, 0.89, 0.9, 0.88, 0.87, 0.87, 0.96, 0.97, 1.01, 1, 1.07, 1.11, 1.15, 1.12, 1.15, 1.14, 1.16, 1.04, 1,
    0.96, 0.98, 1.01, 0.97, 0.89,
  ],
  days: [0.97, 1.03, 1.08, 1.04, 1.01, 0.94, 0.92],
  noise: 0.15,
  memory: 0.83,
  leapShare: 0.002,
  leap: 0.6,
};

/** Bitbrains VM 677: work that runs after midnight. */
const NIGHTLY: Rhythm = {
  hours: [
    2.11, 2.17, 1.92, 1.24, 0.57, 0.56, 0.56, 0.56, 0.57, 0.93, 1.05, 1.19, 1.13, 1.22, 1.16, 1.12, 0.73,
    0.86, 0.53, 0.56, 0.61, 0.65, 0.74, 1.27,
  ],
  days: [1, 0.71, 0.94, 1.38, 1.39, 1.15, 0.51],
  noise: 0.35,
  memory: 0.95,
  leapShare: 0.01,
  leap: 3,
};

/** NAB rds_cpu_utilization_cc0c53: a database that hardly knows day from night. */
const DATABASE: Rhythm = {
  hours: [
    1, 0.99, 0.98, 0.98, 0.97, 0.96, 0.96, 1.05, 1.04, 1.04, 1.05, 1.05, 1.05, 1.05, 1.02, 0.97, 0.98, 0.98,
    0.98, 0.98, 0.98, 0.99, 0.98, 0.98,
  ],
  days: [0.95, 1.06, 1.12, 1.13, 1.04, 0.86, 0.84],
  noise: 0.12,
  memory: 0.97,
  leapShare: 0.002,
  leap: 0.5,
};

/** PlanetLab, 44 of 1,052 VM-days: mean 5.3 %, 1.1 % of samples at 80 % or more, in bursts of one or two samples. */
const BURST = { quietMean: 4.6, share: 0.014, low: 91, high: 99.2 };

/** Red noise of standard deviation 1 whose samples resemble their predecessor by `memory`. */
function rednoise(random: Random, memory: number): () => number {
  const fresh = Math.sqrt(1 - memory * memory);
  let value = normal(random);
  return () => {
    value = memory * value + fresh * normal(random);
    return value;
  };
}

function at(table: readonly number[], position: number): number {
  const low = Math.floor(position) % table.length;
  const high = (low + 1) % table.length;
  const part = position - Math.floor(position);
  return (table[low] ?? 0) * (1 - part) + (table[high] ?? 0) * part;
}

function rhythmic(rhythm: Rhythm, random: Random): Float64Array {
  const noise = rednoise(random, rhythm.memory);
  return Float64Array.from({ length: SAMPLES }, (_, k) => {
    const level = at(rhythm.hours, hourOfDay(k)) * (rhythm.days[dayOfWeek(k)] ?? 1);
    const leap = random() < rhythm.leapShare ? rhythm.leap * random() : 0;
    return Math.max(0.02, level * (1 + rhythm.noise * noise()) + leap);
  });
}

/** NAB ec2_cpu_utilization_24ae8d: 0.13 % for two weeks, now and then a cron job. */
function idle(random: Random): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, k) => {
    const cron = k % SAMPLES_PER_DAY === 3 * SAMPLES_PER_HOUR + 2 ? 1.5 * random() : 0;
    return 0.126 + 0.004 * normal(random) + (random() < 0.01 ? 0.1 * random() : 0) + cron;
  });
}

/** NAB ec2_cpu_utilization_825cc2: full for as long as anyone looked, with a deploy in between. */
function saturated(random: Random): Float64Array {
  const noise = rednoise(random, 0.9);
  return Float64Array.from({ length: SAMPLES }, (_, k) => {
    const isDeploy = dayOfWeek(k) === 2 && hourOfDay(k) >= 10 && hourOfDay(k) < 11;
    return Math.min(99.1, Math.max(30, (isDeploy ? 55 : 91.5) + 2.6 * noise()));
  });
}

/** Quiet all week but for Monday morning, when the week's reports are made. */
function monday(random: Random): Float64Array {
  const noise = rednoise(random, 0.7);
  return Float64Array.from({ length: SAMPLES }, (_, k) => {
    const isReport = dayOfWeek(k) === 0 && hourOfDay(k) >= 6 && hourOfDay(k) < 10;
    const isWeekend = dayOfWeek(k) >= 5;
    const level = isReport ? 86 : isWeekend ? 1.2 : 3.6;
    return Math.min(99.5, Math.max(0.3, level + (isReport ? 5 : 0.5) * noise()));
  });
}

function bursty(random: Random): Float64Array {
  const noise = rednoise(random, 0.5);
  let left = 0;
  return Float64Array.from({ length: SAMPLES }, () => {
    if (left === 0 && random() < BURST.share / 1.4) left = random() < 0.6 ? 1 : 2;
    if (left > 0) {
      left -= 1;
      return BURST.low + (BURST.high - BURST.low) * random();
    }
    return Math.max(0.4, BURST.quietMean * (1 + 0.35 * noise()));
  });
}

/** Epochs of about five hours with a checkpoint after each; GPUs full in between. */
function training(random: Random): Float64Array {
  const noise = rednoise(random, 0.6);
  const epoch = 5 * SAMPLES_PER_HOUR + 4;
  return Float64Array.from({ length: SAMPLES }, (_, k) => {
    const isCheckpoint = k % epoch < 2;
    return Math.min(99, Math.max(2, (isCheckpoint ? 22 : 88) + 3 * noise()));
  });
}

/** Whole levels that follow the web's rhythm with a delay: what an autoscaled group's size looks like. */
function steps(random: Random): Float64Array {
  const load = rhythmic({ ...WEB, noise: 0.05, leapShare: 0 }, random);
  return Float64Array.from({ length: SAMPLES }, (_, k) => load[Math.max(0, k - (k % 6) - 6)] ?? 1);
}

function flat(random: Random): Float64Array {
  const noise = rednoise(random, 0.3);
  return Float64Array.from({ length: SAMPLES }, () => 1 + 0.05 * noise());
}

/** The raw course of a shape over the window; its scale has no meaning except for idle, monday, bursty, saturated and training, which are percent. */
export function course(shape: Shape, random: Random): Float64Array {
  switch (shape) {
    case "idle":
      return idle(random);
    case "flat":
      return flat(random);
    case "web":
      return rhythmic(WEB, random);
    case "office":
      return rhythmic(OFFICE, random);
    case "nightly":
      return rhythmic(NIGHTLY, random);
    case "database":
      return rhythmic(DATABASE, random);
    case "monday":
      return monday(random);
    case "bursty":
      return bursty(random);
    case "saturated":
      return saturated(random);
    case "training":
      return training(random);
    case "steps":
      return steps(random);
  }
}
