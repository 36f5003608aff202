import { type SampleReader, sampleReader, samplesFolder } from "./sample-store.ts";

/** Where samples lie, as a plain value that can be sent to a thread. */
export interface SampleSource {
  /** The directory of the store. */
  readonly directory: string;
  /** The ClickHouse database that holds them in place of files. */
  readonly clickHouseUrl?: string | undefined;
}

/** A reader that is closed when nothing more is read. */
interface OpenSampleReader extends SampleReader {
  close(): Promise<void>;
}

/** Opens samples for reading alone, beside whoever has the store open. Throws the AdapterErrors of the store. */
export async function openSampleReader(
  { directory, clickHouseUrl }: SampleSource,
  signal?: AbortSignal,
): Promise<OpenSampleReader> {
  if (clickHouseUrl === undefined) {
    return { ...sampleReader(samplesFolder(directory), signal), close: () => Promise.resolve() };
  }
  // Loading its client is the price of whoever uses it: each thread that reads files would pay it too.
  const { connectClickHouse } = await import("../clickhouse/clickhouse-connection.ts");
  const { openClickHouseSamples } = await import("../clickhouse/clickhouse-samples.ts");
  const connection = await connectClickHouse({
    url: clickHouseUrl,
    ...(signal === undefined ? {} : { signal }),
  });
  const samples = await openClickHouseSamples(connection, signal);
  return {
    window: () => samples.window(),
    split: (count, bytesMin) => samples.split(count, bytesMin),
    profiles: (window, range) => samples.profiles(window, range),
    close: () => connection.close(),
  };
}
