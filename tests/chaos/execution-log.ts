/** What workers did, written by themselves where no crash can take it back: the second witness beside the database. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One line of the log. */
export interface Execution {
  /** `began`: the executor has the run. `provisioned`: its container runs. `finished`: it hands back how the attempt ended. */
  readonly event: "began" | "provisioned" | "finished";
  readonly tenant: string;
  readonly runId: string;
  readonly attempt: number;
  readonly sandboxRunId: string;
  readonly worker: number;
  /** Of `finished`: the kind of the ending. */
  readonly ending?: string;
}

/** Adds a line at once: several processes may write to one file, and one of them may be killed at any moment. */
export function logExecution(file: string, execution: Execution): void {
  appendFileSync(file, `${JSON.stringify(execution)}\n`);
}

export function readExecutions(file: string): readonly Execution[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Execution);
}
