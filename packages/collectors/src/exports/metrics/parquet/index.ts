/** Reading the samples of foreign Parquet by series, without the rest of the collectors: for threads that share what comes after. */
export { readParquetSamples } from "./read-parquet-samples.ts";
export { gathered, type SortedSamples } from "./sorted-samples.ts";
