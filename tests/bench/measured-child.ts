import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { ROOT } from "../run-apex.ts";

/** What a command took in a process of its own: start and end of the process included. */
export interface Measured {
  readonly ms: number;
  /** The most memory that it held at once, in MiB, threads included. */
  readonly peakMib: number;
  readonly stdout: string;
}

const PRELOAD = fileURLToPath(new URL("./peak-memory.ts", import.meta.url));

/** Runs a TypeScript file and measures it. Throws with what it told when it does not end with one of `codes`. */
export async function measuredChild(
  file: string,
  args: readonly string[],
  options: {
    readonly peakFile: string;
    readonly codes?: readonly number[];
    readonly env?: NodeJS.ProcessEnv;
  },
): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--import", PRELOAD, path.join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...options.env, APEX_BENCH_PEAK_FILE: options.peakFile },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const ms = performance.now() - startedMs;
  if (code === null || !(options.codes ?? [0]).includes(code)) {
    throw new Error(`${file} ${args.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`);
  }
  const peakMib = Number(await readFile(options.peakFile, "utf8"));
  await rm(options.peakFile);
  return { ms, peakMib, stdout: Buffer.concat(out).toString() };
}
