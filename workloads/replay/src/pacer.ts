import { MessageChannel, Worker } from "node:worker_threads";
import { PACER_CELL_COUNT, PACER_CELLS, type PacerCommand } from "./pacer-cells.ts";

/**
 * Wakes this thread at the send times of a schedule. Node's own timers have a resolution of a millisecond; a thread that
 * sleeps in `Atomics.wait` wakes within some ten microseconds and costs next to nothing.
 */
export class Pacer {
  readonly #cells = new Int32Array(new SharedArrayBuffer(PACER_CELL_COUNT * Int32Array.BYTES_PER_ELEMENT));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker;
  #onDue: (() => void) | undefined;

  constructor() {
    this.#worker = new Worker(new URL("./pacer-thread.ts", import.meta.url), {
      execArgv: [],
      workerData: { cells: this.#cells, port: this.#channel.port2 },
      transferList: [this.#channel.port2],
    });
    this.#listen();
  }

  /** Calls `onDue` at or shortly before each send time for which {@link rest} was called since the last call. */
  start(command: PacerCommand, onDue: () => void): void {
    this.#onDue = onDue;
    Atomics.store(this.#cells, PACER_CELLS.isAwake, 0);
    this.#send(command);
  }

  /** From now on the caller sleeps: the next send time calls it. What fell due just before may have been missed: look again. */
  rest(): void {
    Atomics.store(this.#cells, PACER_CELLS.isAwake, 0);
  }

  stop(): void {
    this.#onDue = undefined;
    this.#send(null);
  }

  async close(): Promise<void> {
    this.#onDue = undefined;
    this.#channel.port1.close();
    await this.#worker.terminate();
  }

  #send(command: PacerCommand | null): void {
    this.#channel.port1.postMessage(command);
    Atomics.add(this.#cells, PACER_CELLS.command, 1);
    Atomics.notify(this.#cells, PACER_CELLS.command);
  }

  #listen(): void {
    const seen = Atomics.load(this.#cells, PACER_CELLS.wake);
    const wait = Atomics.waitAsync(this.#cells, PACER_CELLS.wake, seen);
    const onWake = () => {
      this.#listen();
      this.#onDue?.();
    };
    if (wait.async) void wait.value.then(onWake);
    else setImmediate(onWake);
  }
}
