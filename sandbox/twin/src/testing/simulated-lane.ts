import { SlotPacer } from "../slot-pacer.ts";

/** A task on its way through a simulated lane. Times in microseconds. */
export interface SimulatedTask {
  readonly arrivalUs: number;
  readonly workUs: number;
}

/** How a task went. */
export interface SimulatedRun {
  readonly startedUs: number;
  readonly endedUs: number;
  readonly burnedUs: number;
}

/** One uninterrupted burn. */
export interface SimulatedBurn {
  readonly task: number;
  readonly fromUs: number;
  readonly us: number;
}

/** The thread stands still from then on for so long: throttled, or another one runs. */
export interface Stall {
  readonly atUs: number;
  readonly forUs: number;
}

/** A lane and its fate. */
export interface Simulation {
  readonly slots: number;
  readonly slotCores: number;
  readonly quantumUs: number;
  readonly leadUs: number;
  readonly catchUpUs: number;
  readonly stalls: readonly Stall[];
}

/** Runs tasks, in the order of their arrival, through a pacer on a thread that is nothing but a clock. */
export function simulateLane(simulation: Simulation, tasks: readonly SimulatedTask[]) {
  const pacer = new SlotPacer(simulation);
  const stalls = simulation.stalls.toSorted((a, b) => b.atUs - a.atUs);
  const runs: SimulatedRun[] = [];
  const burns: SimulatedBurn[] = [];
  const order: number[] = [];
  const taskOfSlot = new Map<number, number>();
  let taken = 0;
  let nowUs = 0;
  let busyMax = 0;
  for (;;) {
    const stall = stalls.at(-1);
    if (stall && stall.atUs <= nowUs) {
      stalls.pop();
      nowUs += stall.forUs;
    }
    for (let task = tasks[taken]; task && task.arrivalUs <= nowUs && pacer.hasFreeSlot; task = tasks[taken]) {
      const slot = pacer.start(task.workUs, task.arrivalUs, nowUs);
      taskOfSlot.set(slot, taken);
      runs[taken] = { startedUs: nowUs, endedUs: Number.NaN, burnedUs: 0 };
      taken += 1;
      busyMax = Math.max(busyMax, taskOfSlot.size);
    }
    const step = pacer.next(nowUs);
    if (step.kind === "idle") {
      const task = tasks[taken];
      if (!task) return { runs, burns, order, busyMax, endedUs: nowUs };
      nowUs = Math.max(nowUs, task.arrivalUs);
    } else if (step.kind === "sleep") {
      const arrivalUs = pacer.hasFreeSlot
        ? (tasks[taken]?.arrivalUs ?? Number.POSITIVE_INFINITY)
        : step.untilUs;
      nowUs = Math.max(nowUs, Math.min(step.untilUs, arrivalUs));
    } else {
      const task = taskOfSlot.get(step.slot) ?? -1;
      const run = runs[task];
      if (!run) throw new Error("a slot without a task was chosen");
      if (step.kind === "burn") {
        burns.push({ task, fromUs: nowUs, us: step.us });
        nowUs += step.us;
        pacer.burned(step.slot, step.us);
        runs[task] = { ...run, burnedUs: run.burnedUs + step.us };
      } else {
        pacer.finish(step.slot);
        taskOfSlot.delete(step.slot);
        runs[task] = { ...run, endedUs: nowUs };
        order.push(task);
      }
    }
  }
}
