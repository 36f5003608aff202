/** Reading samples without the rest of the store: for threads that share the reading of a fleet. */
export { openSampleReader, type SampleSource } from "./open-sample-reader.ts";
export { type SampleReader, sampleReader, samplesFolder } from "./sample-store.ts";
