import type { Planner } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { type AsideRepair, repairAside } from "./repair-aside.ts";
import type { RepairRun } from "./run-repair.ts";
import { tellNews } from "./tell-news.ts";

/** Runs a repair that another command makes on its way, and tells a person how it goes; `step` is its name. */
export function repairAloud(
  io: Io,
  planner: Planner,
  aside: Omit<AsideRepair, "tell" | "think" | "onWork" | "onDone">,
  { progress, step }: { readonly progress: Progress; readonly step: string },
): Promise<RepairRun> {
  const { tell, think } = tellNews(io, progress);
  return repairAside(io, planner, {
    ...aside,
    tell,
    think,
    onWork: (work) => progress.step(work === "ask" ? `Asking ${aside.inputs.model?.model ?? ""}` : step),
    onDone: () => progress.done(),
  });
}
