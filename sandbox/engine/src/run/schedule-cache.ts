import type { ReplaySchedule } from "@apex/core";
import { scheduleFor, type ValidationPlan } from "./plan-validation.ts";
import type { PlannedReplay } from "./validation-request.ts";

/** Two sides, of which each has its own share of the load at worst. */
const SCHEDULES_MAX = 2;

/** The last schedules: both sides of a pair are sent the same requests, and a window may hold millions. */
export class ScheduleCache {
  readonly #plan: ValidationPlan;
  readonly #schedules = new Map<string, ReplaySchedule>();

  constructor(plan: ValidationPlan) {
    this.#plan = plan;
  }

  get(replay: PlannedReplay, workUs: number | null): ReplaySchedule {
    const { loadShare } = this.#plan.fit[replay.side];
    const isPeak = replay.purpose === "peak";
    const key = [isPeak, loadShare, replay.loadFactor, replay.durationMs, replay.pair ?? 0, workUs].join(" ");
    const schedule = this.#schedules.get(key) ?? scheduleFor(this.#plan, replay, workUs);
    this.#schedules.delete(key);
    this.#schedules.set(key, schedule);
    const [oldest] = this.#schedules.keys();
    if (this.#schedules.size > SCHEDULES_MAX && oldest !== undefined) this.#schedules.delete(oldest);
    return schedule;
  }
}
