import { openClickHouse, openStore, type Store } from "@apex/store";
import { temporaryDirectory } from "@apex/store/testing";
import { afterAll, beforeAll } from "vitest";
import { type LocalClickHouse, startClickHouse } from "./chdb.ts";

/** What every home of samples and bills is. */
export type AnalyticsStore = Pick<Store, "samples" | "costs" | "close">;

/** A new and empty home, which can be opened more than once. */
export interface Home extends AsyncDisposable {
  open(signal?: AbortSignal): Promise<AnalyticsStore>;
}

/** The homes that a test file holds to one suite, by name; ClickHouse lives as long as the file's tests. */
export function homes(): readonly (readonly [name: string, home: () => Promise<Home>])[] {
  let server: LocalClickHouse | undefined;
  let databases = 0;
  beforeAll(async () => {
    server = await startClickHouse();
  }, 60_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  return [
    ["files of segments and Parquet", filesHome],
    [
      "ClickHouse",
      () => {
        databases += 1;
        const url = `${server?.url}/home_${databases}`;
        return Promise.resolve({
          open: (signal) => openClickHouse({ url, ...(signal === undefined ? {} : { signal }) }),
          [Symbol.asyncDispose]: () => Promise.resolve(),
        });
      },
    ],
  ];
}

async function filesHome(): Promise<Home> {
  const directory = await temporaryDirectory();
  return {
    open: (signal) => openStore({ directory: directory.path, ...(signal === undefined ? {} : { signal }) }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/** Runs `work` on a new store and closes it. */
export async function withStore<T>(
  home: () => Promise<Home>,
  work: (store: AnalyticsStore) => Promise<T>,
): Promise<T> {
  await using place = await home();
  const store = await place.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
