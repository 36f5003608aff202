import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { AdapterError } from "@apex/core";

/** CPUs that no other worker of this machine uses until they are given back, or this process ends. */
export interface HostCpus extends AsyncDisposable {
  /** Indices, in their order. */
  readonly cpus: readonly number[];
  /** Who has others of this machine: "worker host/12/abc (process 12)". */
  readonly others: readonly string[];
}

/** Whose CPUs they are to be. */
export interface CpuWish {
  /** Names the engine, whose containers share the CPUs. */
  readonly engine: string;
  /** Of the machine. */
  readonly total: number;
  /** Absent: all that are free. */
  readonly wanted?: number;
  /** The worker's name, for others. */
  readonly holder: string;
}

const ANSWER_TIMEOUT_MS = 1_000;
const NAME_LENGTH_MAX = 200;

/** A name that the kernel keeps for one process at a time and frees when that ends, however it ends: nothing is left behind. */
function nameOf(engine: string, cpu: number): string {
  return `\0apex-cpu/${createHash("sha256").update(engine).digest("hex").slice(0, 16)}/${cpu}`;
}

/** `undefined` when another process has it. */
async function claim(name: string, holder: string): Promise<Server | undefined> {
  const server = createServer((asking) => {
    asking.on("error", () => undefined);
    asking.end(holder);
  });
  // A worker that has nothing else to do ends.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(new AdapterError("unavailable", `cannot take CPUs for this worker: ${error.message}`));
    });
    server.listen(name, () => resolve(server));
  });
}

/** Who has a name, as it says itself. */
async function holderOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const asking = connect(name);
    const done = () => {
      asking.destroy();
      resolve(said.slice(0, NAME_LENGTH_MAX) || "a process that does not answer");
    };
    asking.setTimeout(ANSWER_TIMEOUT_MS, done);
    asking.setEncoding("utf8");
    asking.on("data", (text: string) => {
      said += text;
    });
    asking.on("error", done);
    asking.on("close", done);
  });
}

async function closeAll(servers: Iterable<Server>): Promise<void> {
  for (const server of servers) await new Promise((resolve) => void server.close(resolve));
}

function refusal({ total, wanted }: CpuWish, free: number, others: readonly string[]): AdapterError {
  const asks = wanted === undefined ? "" : `--cores ${wanted}: `;
  const next = free === 0 ? "end one of them" : `give --cores ${free}, or end one of them`;
  return new AdapterError(
    "unavailable",
    `${asks}${free} of this machine's ${total} CPUs are free, the others are held by ${others.join(" and ")}; two runs on one CPU would spoil each other's measurements: ${next}`,
  );
}

/** Takes CPUs for a worker. Throws an AdapterError (`unavailable`) that names their holders when too few are free. */
export async function claimCpus(wish: CpuWish): Promise<HostCpus> {
  const { engine, total, wanted = total, holder } = wish;
  const taken = new Map<number, Server>();
  const others = new Set<string>();
  for (let cpu = 0; cpu < total && taken.size < wanted; cpu += 1) {
    const name = nameOf(engine, cpu);
    const server = await claim(name, `${holder} (process ${process.pid})`);
    if (server === undefined) others.add(await holderOf(name));
    else taken.set(cpu, server);
  }
  if (taken.size === 0 || (wish.wanted !== undefined && taken.size < wanted)) {
    await closeAll(taken.values());
    throw refusal(wish, taken.size, [...others]);
  }
  return {
    cpus: [...taken.keys()],
    others: [...others],
    [Symbol.asyncDispose]: () => closeAll(taken.values()),
  };
}
