import { hostname } from "node:os";
import path from "node:path";
import { DAY_MS, type HostFacts, type WorkerIdentity } from "@apex/core";
import { type DockerEngine, sandboxHost } from "@apex/sandbox-docker";
import { type Capacity, openWorker, type WorkerEvent } from "@apex/sandbox-queue";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { queueServer } from "../campaign/queue-server.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { openProgress } from "../progress.ts";
import { printable } from "../printable.ts";
import { requireSandbox } from "../sandbox/find-sandbox.ts";
import { prepareImages } from "../sandbox/prepare-images.ts";
import { storePlace } from "../store-place.ts";
import { endWhenDone } from "../worker/end-when-done.ts";
import { claimCpus, type HostCpus } from "../worker/host-cpus.ts";
import { cpuAllotment } from "../worker/host-part.ts";
import { inputCache } from "../worker/input-cache.ts";
import { reapOnHost, type ReapingHost, removeOrphans } from "../worker/reap-on-host.ts";
import { eventTeller, type TellingOptions } from "../worker/tell-event.ts";
import { validationExecutor } from "../worker/validation-executor.ts";

/** Options of `apex worker`, as the command line gives them. */
export interface WorkerCommandOptions extends TellingOptions {
  readonly cores?: number;
  /** GiB. */
  readonly memory?: number;
  readonly once?: boolean;
}

const GIBIBYTE = 1024 ** 3;
/** Of the host's memory; the rest is the system's, and Terraform's while it plans. */
const MEMORY_SHARE = 0.9;

/** Throws a CommandError for more than there is. */
function requireThere(facts: HostFacts, { cores, memory }: WorkerCommandOptions): void {
  if (cores !== undefined && cores > facts.cpus) {
    throw new CommandError(EXIT_CODES.wrongUse, `--cores ${cores}: this machine has ${facts.cpus}`);
  }
  const has = facts.memoryBytes / GIBIBYTE;
  if (memory !== undefined && memory > has) {
    throw new CommandError(EXIT_CODES.wrongUse, `--memory ${memory}: this machine has ${has.toFixed(1)} GiB`);
  }
}

/** What the worker gives to runs: beside another worker, of the memory as much as of the CPUs. */
function capacityOf(facts: HostFacts, held: HostCpus, { memory }: WorkerCommandOptions): Capacity {
  const share = held.others.length === 0 ? 1 : held.cpus.length / facts.cpus;
  return {
    cores: held.cpus.length,
    memoryBytes: Math.floor(
      memory === undefined ? facts.memoryBytes * MEMORY_SHARE * share : memory * GIBIBYTE,
    ),
    gpus: facts.gpus,
  };
}

/** Unique for this process on this host: numbers of processes are used again. */
function identity(io: Io): WorkerIdentity {
  const host = hostname();
  return { id: `${host}/${process.pid}/${io.now().getTime().toString(36)}`, host };
}

/** At the first call, and then once a day however often it is called. */
function onceADay(work: () => Promise<unknown>): () => Promise<void> {
  let dueMs = 0;
  return async () => {
    if (performance.now() < dueMs) return;
    await work();
    dueMs = performance.now() + DAY_MS;
  };
}

/** Everything that is there before the first run. */
async function prepared(
  io: Io,
  options: WorkerCommandOptions,
): Promise<{ readonly engine: DockerEngine; readonly facts: HostFacts }> {
  const progress = openProgress(io, { quiet: options.quiet === true || options.json === true });
  progress.step("Looking for the engine and preparing the sandbox's images");
  const engine = await requireSandbox(io);
  const { facts, notes } = await sandboxHost(engine);
  requireThere(facts, options);
  await prepareImages(io, engine, progress);
  progress.done();
  for (const note of notes) io.err(`apex: warning: ${printable(note)}\n`);
  return { engine, facts };
}

/** Two workers on the same CPUs would spoil each other's measurements. */
async function heldCpus(
  io: Io,
  {
    engine,
    facts,
    me,
  }: { readonly engine: DockerEngine; readonly facts: HostFacts; readonly me: WorkerIdentity },
  { cores }: WorkerCommandOptions,
): Promise<HostCpus> {
  const held = await claimCpus({
    engine: engine.facts.id || engine.address,
    total: facts.cpus,
    ...(cores === undefined ? {} : { wanted: cores }),
    holder: `worker ${me.id}`,
  });
  if (held.others.length > 0) {
    io.err(
      `apex: warning: other CPUs of this machine are held by ${printable(held.others.join(" and "))}; this worker leaves them alone\n`,
    );
  }
  return held;
}

async function work(
  io: Io,
  options: WorkerCommandOptions,
  stores: OpenRecordStores,
  storeDirectory: string,
): Promise<ExitCode> {
  const { engine, facts } = await prepared(io, options);
  const me = identity(io);
  await using held = await heldCpus(io, { engine, facts, me }, options);
  const capacity = capacityOf(facts, held, options);
  const tell = eventTeller(io, options);
  const host: ReapingHost = {
    engine,
    storeDirectory,
    records: stores.campaigns,
    warn: (message) => tell({ kind: "trouble", what: "the reaper", message }),
  };
  const once = options.once === true ? endWhenDone() : undefined;
  const executor = validationExecutor({
    io,
    engine,
    cache: inputCache(stores.inputFiles, path.join(storeDirectory, "inputs")),
    allotment: cpuAllotment(held.cpus),
    storeDirectory,
    removeOrphans: (runIds) => removeOrphans(host, runIds),
  });
  const prune = onceADay(() => stores.campaigns.pruneHistory());
  const worker = openWorker({
    server: await queueServer(io, stores),
    records: stores.campaigns,
    executors: [executor],
    capacity,
    identity: me,
    reap: async () => {
      await reapOnHost(host);
      await prune();
    },
    onEvent: (event: WorkerEvent) => {
      tell(event);
      once?.onEvent(event);
    },
  });
  if (options.quiet !== true && options.json !== true) {
    io.err(
      `Working with ${capacity.cores} cores and ${(capacity.memoryBytes / GIBIBYTE).toFixed(1)} GiB; Ctrl-C ends it and gives back what is under way.\n`,
    );
  }
  await worker.run(once === undefined ? io.signal : AbortSignal.any([io.signal, once.signal]));
  const left = once?.left() ?? [];
  for (const sentence of left) io.err(`apex: ${sentence}\n`);
  if (left.length > 0) return EXIT_CODES.nothingToDo;
  return io.signal.aborted ? EXIT_CODES.interrupted : EXIT_CODES.done;
}

/** `apex worker`: see `apex worker --help`. A worker that is stopped has done what it was to do: exit 0 with `--once` (1 when runs are left to a larger machine, another one or the next month), else 130. */
export async function runWorker(io: Io, options: WorkerCommandOptions): Promise<ExitCode> {
  const place = storePlace(io);
  // Not ended by the signal: a worker that stops still has to give back what it holds.
  const stores = openRecordStores(place);
  try {
    return await work(io, options, stores, place.directory);
  } finally {
    await stores.close();
  }
}
