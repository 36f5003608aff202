import type { FilePlace, Problem } from "../diagnostics/problem.ts";
import { declarationsIn } from "../world/declared.ts";
import type { World } from "../world/world.ts";

/** Declarations that a problem without a place is taken to speak of. */
const NAMED_MAX = 6;

/** Whether a text names a declaration as a whole: `aws_vpc.main`, not within `aws_vpc.main_2` or `data.aws_vpc.main`. */
function names(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    const isStart = at === 0 || !/[\w.-]/.test(text[at - 1] ?? "");
    const isEnd = !/[\w-]/.test(text[at + key.length] ?? "");
    if (isStart && isEnd) return true;
  }
  return false;
}

/**
 * Where a problem is. Terraform tells no place of cycles and of some things of providers: then where that is declared what its message
 * names. Names are compared, not obeyed: at worst other lines are shown.
 */
export function placesOf(problem: Problem, { configuration }: World): readonly FilePlace[] {
  const { place, diagnostic, address } = problem;
  if (place !== undefined) return [place];
  const text = `${diagnostic.summary}\n${diagnostic.detail ?? ""}\n${address ?? ""}`;
  return [...configuration.modules.keys()]
    .flatMap((directory) => declarationsIn(configuration, directory))
    .filter(({ key }) => names(text, key))
    .slice(0, NAMED_MAX)
    .map(({ at }) => ({ file: at.source.file, start: at.start, end: at.start }));
}
