import { tmpdir } from "node:os";
import { AdapterError } from "@apex/core";
import { runAction } from "./run-action.ts";
import { openActionIo } from "./runner/action-io.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stopping.abort(new AdapterError("unavailable", "the workflow was cancelled")));
}
const io = openActionIo({
  env: process.env,
  cwd: process.cwd(),
  temporary: tmpdir(),
  write: (text) => process.stdout.write(text),
  signal: stopping.signal,
  now: () => new Date(),
});
process.exitCode = await runAction(io);
