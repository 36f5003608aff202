import type { Engine } from "./duckdb/engine.ts";

/** What the stores of one directory share. */
export interface StoreContext {
  readonly engine: Engine;
  /** Runs work as the directory's only writer. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ends long work with its reason. */
  readonly signal: AbortSignal | undefined;
}
