import { processIo } from "./io.ts";
import { runCli } from "./run-cli.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The first signal lets running work clean up after itself; a second one is the user insisting.
  process.once(signal, () => interruption.abort(new Error(`stopped by ${signal}`)));
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `apex … | head` closes the pipe: that ends the output, it is no failure.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), processIo(interruption.signal));
