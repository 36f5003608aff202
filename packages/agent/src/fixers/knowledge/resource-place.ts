import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import { callsOf } from "./variable-use.ts";

/** Where the files declare what an address names. */
export interface ResourcePlace {
  readonly directory: string;
  /** Within its module, without keys: `aws_vpc.b`. */
  readonly own: string;
}

/** The place of `module.a["x"].aws_vpc.b[0]`; `undefined` where a module on the way is not read. */
export function resourcePlace({ modules }: Configuration, address: string): ResourcePlace | undefined {
  let directory = "";
  let rest = address;
  for (;;) {
    const step = /^module\.([\p{L}\p{N}_-]+)(?:\[[^\]]*\])?\./u.exec(rest);
    if (step === null) return { directory, own: rest.replace(/\[[^\]]*\]$/, "") };
    const next = modules.get(directory)?.calls.get(step[1] ?? "")?.directory;
    if (next === undefined) return undefined;
    directory = next;
    rest = rest.slice(step[0].length);
  }
}

/** Whether a block has `count` or `for_each`. */
export function isRepeated({ body }: Block): boolean {
  return attributeOf(body, "count") !== undefined || attributeOf(body, "for_each") !== undefined;
}

/** Whether the module in a directory is there exactly once: the root module, or one with a single call in such a module. */
export function isOnce(configuration: Configuration, directory: string): boolean {
  const seen = new Set<string>();
  for (let at = directory; at !== ""; ) {
    const [call, another] = callsOf(configuration, at);
    if (seen.has(at) || call === undefined || another !== undefined || isRepeated(call.block)) return false;
    seen.add(at);
    at = directoryOf(call.block.source.file);
  }
  return true;
}
