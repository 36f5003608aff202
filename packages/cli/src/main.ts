import { EXIT_CODES } from "./exit-codes.ts";
import { processIo } from "./io.ts";
import { runCli } from "./run-cli.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // The first signal lets running work clean up after itself; a second one is the user insisting, and `exit` still
    // ends the processes that we started.
    if (interruption.signal.aborted) process.exit(EXIT_CODES.interrupted);
    interruption.abort(new Error(`stopped by ${signal}`));
  });
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // `apex … | head` closes the pipe: that ends the output, but neither the work nor what its exit code says.
    if (error.code === "EPIPE") return;
    throw error;
  });
}
process.on("uncaughtException", (error) => {
  // A bug of ours must not look like 1, "nothing could be done", to a script.
  console.error(error);
  process.exit(EXIT_CODES.bug);
});

process.exitCode = await runCli(process.argv.slice(2), processIo(interruption.signal));
