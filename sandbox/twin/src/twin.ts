import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { monotonicUs, processCpuUs } from "./clocks.ts";
import { type Demand, readDemand } from "./demand.ts";
import { type Lanes, type Slots, startLanes } from "./lanes.ts";
import { PROTOCOL } from "./protocol.ts";
import { WorkQueue } from "./work-queue.ts";

/** A power of two; a minute of queue at a thousand requests a second. */
const QUEUE_MAX = 65_536;
/** Requests that wait for their I/O at once. */
const WAITING_MAX = 65_536;
const BODY_BYTES_MAX = 64 * 2 ** 20;
const HEADER_BYTES_MAX = 16 * 2 ** 10;
const CONNECTIONS_MAX = 16_384;
const ANSWER = "ok\n";
const ANSWER_HEADERS = { "content-length": ANSWER.length };

/** What the twin has done since it got ready. Times are microseconds. */
export interface TwinStatistics {
  readonly isReady: boolean;
  readonly slots: number;
  readonly slotCores: number;
  readonly residentBytes: number;
  /** CPU that a request costs by itself, as measured while warming up: no request can ask for less. */
  readonly ownCostUs: number;
  /** Requests with a readable demand; Σ of the work they asked for. */
  readonly accepted: number;
  readonly acceptedWorkUs: number;
  readonly completed: number;
  /** Answered 503 because the queue was full, and 4xx because the demand or the body was out of its limits. */
  readonly rejectedFull: number;
  readonly rejectedInvalid: number;
  readonly waiting: number;
  readonly queued: number;
  readonly queuedMax: number;
  readonly inSlot: number;
  readonly inSlotMax: number;
  /** By arithmetic. What was asked and not burned, the program spent on the requests otherwise. */
  readonly burnedUs: number;
  /** CPU of all threads. */
  readonly cpuUs: number;
  /** Threads that burn; the server's own is the first where it burns itself. */
  readonly lanes: readonly { readonly burnedUs: number; readonly cpuUs: number }[];
}

/** What a twin is beside its slots. */
export interface TwinOptions {
  /** Told in the statistics; whoever made the twin holds it. */
  readonly residentBytes: number;
  /** Requests that may wait for a slot: a power of two. */
  readonly queueMax?: number;
}

/** The server: takes requests, lets each wait and have its CPU in a slot, and answers. */
export class Twin {
  readonly server: Server;
  readonly #slots: Slots;
  readonly #residentBytes: number;
  readonly #queue: WorkQueue;
  readonly #lanes: Lanes;
  readonly #responses = new Map<number, ServerResponse>();
  #ownCostUs = 0;
  #isReady = false;
  #base: Pick<TwinStatistics, "cpuUs" | "lanes"> = { cpuUs: 0, lanes: [] };
  #count = zeroCounts();
  #waiting = 0;

  constructor(slots: Slots, { residentBytes, queueMax = QUEUE_MAX }: TwinOptions) {
    this.#slots = slots;
    this.#residentBytes = residentBytes;
    this.#queue = WorkQueue.create(queueMax);
    this.#lanes = startLanes(slots, this.#queue, (ticket) => this.#finish(ticket));
    this.server = createServer(
      // Who sends keeps its connections for as long as it likes: closing one while a request is under way would be an error
      // that no service of the user made.
      { keepAliveTimeout: 0, maxHeaderSize: HEADER_BYTES_MAX, noDelay: true },
      (request, response) => this.#serve(request, response),
    );
    this.server.maxConnections = CONNECTIONS_MAX;
  }

  /** Requests that have not been answered. */
  get open(): number {
    return this.#responses.size + this.#waiting;
  }

  /** Everything is warm and filled: forgets what was counted until now. */
  getReady(ownCostUs: number): void {
    this.#ownCostUs = ownCostUs;
    this.#base = { cpuUs: processCpuUs(), lanes: this.#lanes.usage() };
    this.#count = zeroCounts();
    this.#queue.resetMax();
    this.#isReady = true;
  }

  statistics(): TwinStatistics {
    const lanes = this.#lanes.usage().map((usage, lane) => ({
      burnedUs: usage.burnedUs - (this.#base.lanes[lane]?.burnedUs ?? 0),
      cpuUs: usage.cpuUs - (this.#base.lanes[lane]?.cpuUs ?? 0),
    }));
    return {
      isReady: this.#isReady,
      slots: this.#slots.slots,
      slotCores: this.#slots.slotCores,
      residentBytes: this.#residentBytes,
      ownCostUs: this.#ownCostUs,
      ...this.#count,
      waiting: this.#waiting,
      queued: this.#queue.length,
      inSlot: this.#queue.inSlot,
      inSlotMax: this.#queue.inSlotMax,
      burnedUs: lanes.reduce((sum, lane) => sum + lane.burnedUs, 0),
      cpuUs: processCpuUs() - this.#base.cpuUs,
      lanes,
    };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    response.sendDate = false;
    if (request.url === PROTOCOL.readyPath) return answerEmpty(request, response, this.#isReady ? 204 : 503);
    if (request.url === PROTOCOL.statsPath)
      return answerText(request, response, JSON.stringify(this.statistics()));
    const demand = readDemand(request.headers);
    if (!demand) {
      this.#count.rejectedInvalid += 1;
      return answerEmpty(request, response, 400);
    }
    const { headers } = request;
    if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
      request.resume();
      this.#accept(demand, response);
    } else this.#acceptAfterBody(demand, request, response);
  }

  #acceptAfterBody(demand: Demand, request: IncomingMessage, response: ServerResponse): void {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES_MAX || response.headersSent) return;
      this.#count.rejectedInvalid += 1;
      response.writeHead(413, { "content-length": 0, connection: "close" }).end();
      request.destroy();
    });
    request.on("end", () => {
      if (!response.headersSent) this.#accept(demand, response);
    });
  }

  #accept(demand: Demand, response: ServerResponse): void {
    this.#count.accepted += 1;
    this.#count.acceptedWorkUs += demand.workUs;
    if (demand.waitUs < 1) return this.#enqueue(demand.workUs, response);
    if (this.#waiting >= WAITING_MAX) return this.#reject(response);
    this.#waiting += 1;
    setTimeout(
      () => {
        this.#waiting -= 1;
        this.#enqueue(demand.workUs, response);
      },
      Math.round(demand.waitUs / 1e3),
    );
  }

  #enqueue(workUs: number, response: ServerResponse): void {
    if (workUs === 0) return this.#answer(response);
    const ticket = this.#queue.push(workUs, monotonicUs());
    if (ticket === null) return this.#reject(response);
    this.#responses.set(ticket, response);
    this.#count.queuedMax = Math.max(this.#count.queuedMax, this.#queue.length);
    this.#lanes.wake();
  }

  #finish(ticket: number): void {
    const response = this.#responses.get(ticket);
    this.#responses.delete(ticket);
    if (response) this.#answer(response);
  }

  #answer(response: ServerResponse): void {
    this.#count.completed += 1;
    response.writeHead(200, ANSWER_HEADERS).end(ANSWER);
  }

  #reject(response: ServerResponse): void {
    this.#count.rejectedFull += 1;
    response.writeHead(503, { "content-length": 0 }).end();
  }
}

function zeroCounts() {
  return { accepted: 0, acceptedWorkUs: 0, completed: 0, rejectedFull: 0, rejectedInvalid: 0, queuedMax: 0 };
}

function answerEmpty(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  response.writeHead(status, status === 204 ? {} : { "content-length": 0 }).end();
}

function answerText(request: IncomingMessage, response: ServerResponse, text: string): void {
  request.resume();
  response
    .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text);
}
