import { readFile, stat } from "node:fs/promises";
import { AdapterError, type RunEvent } from "@apex/core";
import { runEventSchema } from "@apex/report";
import { z } from "zod";

/** Some ten replays take a megabyte; this is no journal of ours. */
const BYTES_MAX = 256 * 1024 ** 2;

/**
 * The events of a journal in their order. What a crash left of a line, the last one or the one before another `started`, is
 * passed over: nobody was told that it was kept. Throws an AdapterError, `not-found` or, with the line, `invalid`.
 */
export async function readRunJournal(file: string): Promise<readonly RunEvent[]> {
  const lines = (await textOf(file)).split("\n");
  const events: RunEvent[] = [];
  let torn: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const event = parsed(file, index + 1, line);
    if (torn !== undefined && event?.kind !== "started") throw damaged(file, torn, "is no whole JSON object");
    torn = event === undefined ? index + 1 : undefined;
    if (event !== undefined) events.push(event);
  }
  return events;
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > BYTES_MAX) {
      throw new AdapterError(
        "invalid",
        `${file} has ${size} bytes; a run's journal has at most ${BYTES_MAX}`,
      );
    }
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof AdapterError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new AdapterError("not-found", `there is no journal ${file}`, { cause });
    throw new AdapterError(code === "EACCES" ? "denied" : "unavailable", `cannot read ${file}: ${message}`, {
      cause,
    });
  }
}

/** Undefined when the line was not written to its end. */
function parsed(file: string, line: number, text: string): RunEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const event = z.safeDecode(runEventSchema, value as z.input<typeof runEventSchema>);
  if (event.success) return event.data;
  const issue = event.error.issues[0];
  throw damaged(file, line, `is no event: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function damaged(file: string, line: number, what: string): AdapterError {
  return new AdapterError(
    "invalid",
    `${file}, line ${line} ${what}; the journal was changed by something else than Apex, its run cannot be read`,
  );
}
