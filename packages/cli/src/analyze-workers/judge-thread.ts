import { parentPort, workerData } from "node:worker_threads";
import { isPlain, type JudgedProfiles, judgeProfiles, type JudgingInput } from "@apex/analysis";
import { priceBook } from "@apex/catalog";
import { AdapterError, type ResourceRange, type UtilizationProfile } from "@apex/core";
import { sampleReader } from "@apex/store/samples";
import type { FromThread, PlainInput, ThreadJudged } from "./thread-messages.ts";

/** Profiles between two words on how far it is. */
const PROGRESS_INTERVAL = 50;

const { folder, input: plain } = workerData as { readonly folder: string; readonly input: PlainInput };
const { priceTables, ...rest } = plain;
const input: JudgingInput = priceTables === undefined ? rest : { ...rest, prices: priceBook(priceTables) };
const samples = sampleReader(folder);

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
function forTransfer({ judged, strangers }: JudgedProfiles): ThreadJudged {
  return {
    strangers,
    judged: judged.map((one) => (isPlain(one.verdict) ? one : { ...one, verdict: null })),
  };
}

parentPort?.on("message", (range: ResourceRange) => {
  judgeProfiles(input, counted(samples.profiles(input.window, range))).then(
    (judged) => tell({ kind: "judged", part: forTransfer(judged) }),
    (cause: unknown) => {
      // The class of an error does not survive the way to another thread.
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const kind = error instanceof AdapterError ? error.kind : undefined;
      tell({ kind: "failed", error, adapterErrorKind: kind });
    },
  );
});
