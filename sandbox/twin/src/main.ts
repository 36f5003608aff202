/** The twin: a server that stands for a service we have no image of, burning the CPU that its requests ask for. */
import { setFlagsFromString } from "node:v8";

// V8 would let its space for young objects grow to 32 MiB in two halves and keep it: 60 MiB of a container that may have 100.
// All else is loaded after this, because loading alone makes it grow.
setFlagsFromString("--semi-space-growth-factor=1");
const { readSettings } = await import("./settings.ts");
const { serve } = await import("./serve.ts");

try {
  await serve(readSettings(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
