/**
 * Sends a recorded workload again, open loop and on time, and measures the answers.
 * Not for reading logs and not for judging.
 */
export { openReplayer, type OpenReplayer } from "./open-replayer.ts";
