import { parentPort, workerData } from "node:worker_threads";
import { isPlain, type JudgedProfiles, judgeProfiles, type JudgingInput } from "@apex/analysis";
import { priceBook } from "@apex/catalog";
import { AdapterError, type ResourceRange, type UtilizationProfile } from "@apex/core";
import { openSampleReader, type SampleSource } from "@apex/store/samples";
import type { FromThread, PlainInput, ThreadJudged } from "./thread-messages.ts";

/** Profiles between two words on how far it is. */
const PROGRESS_INTERVAL = 50;

const { source, input: plain } = workerData as {
  readonly source: SampleSource;
  readonly input: PlainInput;
};
const { priceTables, ...rest } = plain;
const input: JudgingInput = priceTables === undefined ? rest : { ...rest, prices: priceBook(priceTables) };
const opening = openSampleReader(source);

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

async function* counted(profiles: AsyncIterable<UtilizationProfile>): AsyncGenerator<UtilizationProfile> {
  let count = 0;
  for await (const profile of profiles) {
    yield profile;
    count += 1;
    if (count % PROGRESS_INTERVAL === 0) tell({ kind: "progress", profiles: PROGRESS_INTERVAL });
  }
  tell({ kind: "progress", profiles: count % PROGRESS_INTERVAL });
}

/** What holds a function is judged again by who gets it. */
function forTransfer({ judged, ...unused }: JudgedProfiles): ThreadJudged {
  return {
    ...unused,
    judged: judged.map((one) => (isPlain(one.verdict) ? one : { ...one, verdict: null })),
  };
}

async function judged(range: ResourceRange): Promise<JudgedProfiles> {
  const samples = await opening;
  return judgeProfiles(input, counted(samples.profiles(input.window, range)));
}

parentPort?.on("message", (range: ResourceRange) => {
  judged(range).then(
    (part) => tell({ kind: "judged", part: forTransfer(part) }),
    (cause: unknown) => {
      // The class of an error does not survive the way to another thread.
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const kind = error instanceof AdapterError ? error.kind : undefined;
      tell({ kind: "failed", error, adapterErrorKind: kind });
    },
  );
});
