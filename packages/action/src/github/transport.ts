import { Octokit } from "@octokit/core";
import { z } from "zod";
import { type Failure, readFailure, toAdapterError, unreadable } from "./failure.ts";
import type { RepositoryName } from "./github.ts";
import type { Timing } from "./timing.ts";

const ATTEMPTS_MAX = 4;
const FIRST_PAUSE_MILLISECONDS = 1_000;
/** Longer waits are left to whoever runs the Action: a runner's minutes cost money. */
const WAIT_MILLISECONDS_MAX = 90_000;
const PAGE_SIZE = 100;

/** What requests are signed with. */
export interface Credentials {
  /** The header's value. `isRefresh` asks for a new one where there can be one: the last was refused. */
  authorization(isRefresh: boolean): Promise<string>;
  /** Whether a refused token can be replaced. */
  readonly canRefresh: boolean;
}

/**
 * What asking again does. "converges": the same as asking once. Otherwise it is never blindly asked again: `findDone` looks whether it
 * was done after an answer that leaves that open.
 */
type Effect<T> = "converges" | { readonly findDone: () => Promise<T | undefined> };

/** One request. */
export interface Question<T> {
  /** Completes "GitHub refused to …": "create a comment on pull request 7". */
  readonly purpose: string;
  /** "POST /repos/{owner}/{repo}/pulls"; owner and repo are filled in. */
  readonly route: string;
  readonly parameters?: { readonly [name: string]: unknown };
  readonly answer: z.ZodType<T>;
  readonly effect: Effect<T>;
  /** An app's own credentials, for the two requests that an app makes as itself. */
  readonly authorization?: string;
}

export interface TransportOptions {
  readonly repository: RepositoryName;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly userAgent: string;
  /** Until a request without an answer is given up. */
  readonly requestMillisecondsMax: number;
  readonly timing: Timing;
  readonly signal: AbortSignal | undefined;
}

/** Asks GitHub: signs, waits where GitHub says so, asks again where that converges, and reads the answers. */
export class Transport {
  readonly repository: RepositoryName;
  readonly #options: TransportOptions;
  readonly #octokit: Octokit;
  #credentials: Credentials | undefined;

  constructor(options: TransportOptions) {
    this.repository = options.repository;
    this.#options = options;
    const { baseUrl, userAgent } = options;
    this.#octokit = new Octokit({ baseUrl, userAgent, log: SILENT, request: { log: SILENT } });
  }

  signWith(credentials: Credentials): void {
    this.#credentials = credentials;
  }

  /** The answer; throws an AdapterError, or the signal's reason. */
  async ask<T>(question: Question<T>): Promise<T> {
    return (await this.#asked(question)).value;
  }

  /** As `ask`, with `undefined` for what does not exist. */
  async askFor<T>(question: Question<T>): Promise<T | undefined> {
    return (await this.#asked(question, [404]))?.value;
  }

  /** As `ask`, with `undefined` where the answer has one of the statuses. */
  async askUnless<T>(statuses: readonly number[], question: Question<T>): Promise<T | undefined> {
    return (await this.#asked(question, statuses))?.value;
  }

  /** All items of a collection, page by page; at most `itemsMax`, in hundreds. */
  async list<T>(
    question: Omit<Question<T>, "effect">,
    itemsMax = Number.POSITIVE_INFINITY,
  ): Promise<readonly T[]> {
    const items: T[] = [];
    for (let page = 1; items.length < itemsMax; page += 1) {
      const { value, hasNext } = await this.#asked({
        ...question,
        parameters: { ...question.parameters, per_page: PAGE_SIZE, page },
        answer: z.array(question.answer),
        effect: "converges",
      });
      items.push(...value);
      if (!hasNext || value.length === 0) break;
    }
    return items;
  }

  async #asked<T>(question: Question<T>): Promise<Answered<T>>;
  async #asked<T>(question: Question<T>, statuses: readonly number[]): Promise<Answered<T> | undefined>;
  async #asked<T>(question: Question<T>, statuses: readonly number[] = []): Promise<Answered<T> | undefined> {
    let mayRefresh = this.#credentials?.canRefresh === true && question.authorization === undefined;
    let isRefresh = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome: Answered<T> | Failure = await this.#attempt(question, isRefresh);
      if (outcome.kind === "answered") return outcome;
      if (outcome.kind === "refused" && statuses.includes(outcome.status)) return undefined;
      isRefresh = outcome.status === 401 && mayRefresh;
      if (isRefresh) {
        mayRefresh = false;
        continue;
      }
      const wait = this.#waitAfter(outcome, attempt);
      if (wait !== undefined) await this.#options.timing.sleep(wait, this.#options.signal);
      if (outcome.kind === "unclear" && question.effect !== "converges") {
        const done = await question.effect.findDone();
        if (done !== undefined) return { kind: "answered", value: done, hasNext: false };
      }
      if (wait === undefined) throw this.#error(outcome, question);
    }
  }

  /** Milliseconds until it makes sense to ask again; `undefined` where it makes none. */
  #waitAfter(failure: Failure, attempt: number): number | undefined {
    if (failure.kind === "refused" || attempt === ATTEMPTS_MAX) return undefined;
    const pause = FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1);
    const least = failure.kind === "limited" ? failure.waitMilliseconds : pause;
    if (least > WAIT_MILLISECONDS_MAX) return undefined;
    // Upward, so that GitHub's own wait is kept and many runs do not come back at once.
    return least + this.#options.timing.random() * pause;
  }

  async #attempt<T>(question: Question<T>, isRefresh: boolean): Promise<Answered<T> | Failure> {
    const { signal, timing } = this.#options;
    signal?.throwIfAborted();
    const authorization = question.authorization ?? (await this.#credentials?.authorization(isRefresh)) ?? "";
    const timeout = AbortSignal.timeout(this.#options.requestMillisecondsMax);
    try {
      const { owner, name: repo } = this.repository;
      const { data, headers } = await this.#octokit.request(question.route, {
        ...(question.route.includes("{owner}") ? { owner, repo } : {}),
        ...question.parameters,
        headers: { authorization, "x-github-api-version": API_VERSION },
        request: { signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]) },
      });
      const parsed = question.answer.safeParse(data);
      if (!parsed.success) return unreadable(z.prettifyError(parsed.error), parsed.error);
      return { kind: "answered", value: parsed.data, hasNext: /rel="next"/.test(headers.link ?? "") };
    } catch (error) {
      signal?.throwIfAborted();
      return readFailure(error, timing.now());
    }
  }

  #error(failure: Failure, { purpose }: Question<unknown>): Error {
    const { owner, name } = this.repository;
    return toAdapterError(failure, purpose, `${owner}/${name} at ${this.#options.baseUrl}`);
  }
}

const API_VERSION = "2022-11-28";
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

interface Answered<T> {
  readonly kind: "answered";
  readonly value: T;
  /** Whether there is another page. */
  readonly hasNext: boolean;
}

function ignore(): void {
  // What went wrong is told by errors.
}
