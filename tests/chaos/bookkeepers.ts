/** Those who issue invoices while runs are still charged, several at a time, and get killed doing it. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenRecordStores } from "@apex/store";
import { endWithUs } from "./at-exit.ts";
import { killed } from "./child-end.ts";
import { patiently } from "./customer.ts";
import { issueAll } from "./issue-all.ts";

const BOOKKEEPER = path.join(import.meta.dirname, "invoice-process.ts");
/** A process needs this long before it issues its first invoice. */
const START_MS = 1_200;
const PAUSE_MS = 7_000;
const STORM_SIZE = 3;

/** The bookkeepers of one round. */
export interface Bookkeepers {
  /** One after the other, each killed after a while, until `close`. */
  begin(): void;
  close(): Promise<void>;
  /** Several at a time, killed in the middle; then what is still open is issued in peace. */
  storm(): Promise<void>;
  killed(): number;
}

export function bookkeepers(settings: {
  readonly env: Readonly<Record<string, string>>;
  readonly tenants: readonly string[];
  readonly billing: OpenRecordStores["billing"];
  readonly random: () => number;
  readonly folder: string;
}): Bookkeepers {
  const { env, tenants, billing, random, folder } = settings;
  const closing = new AbortController();
  let working: Promise<void> = Promise.resolve();
  let deaths = 0;

  /** Issues until it is killed, which `signal` only makes sooner. */
  async function workAndDie(signal?: AbortSignal): Promise<void> {
    const log = openSync(path.join(folder, "bookkeepers.log"), "a");
    const child = spawn(process.execPath, [BOOKKEEPER, ...tenants], {
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    endWithUs(child);
    const lifeMs = START_MS + random() * START_MS;
    await sleep(lifeMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    await killed(child);
    deaths += 1;
  }

  async function goOn(): Promise<void> {
    while (!closing.signal.aborted) {
      await workAndDie(closing.signal);
      await sleep(PAUSE_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    begin() {
      working = goOn();
    },
    async close() {
      closing.abort();
      await working;
    },
    async storm() {
      await Promise.all(Array.from({ length: STORM_SIZE }, () => workAndDie()));
      while ((await patiently(() => issueAll(billing, tenants))) > 0);
    },
    killed: () => deaths,
  };
}
