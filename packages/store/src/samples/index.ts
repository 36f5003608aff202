/** Reading samples without the rest of the store: for threads that share the reading of a fleet. */
export { type SampleReader, sampleReader, samplesFolder } from "./sample-store.ts";
