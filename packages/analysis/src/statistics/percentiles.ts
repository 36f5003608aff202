/** Exact percentiles without the rest of the analysis: for threads that need nothing else. */
export { percentilesOfSamples } from "./distribution.ts";
