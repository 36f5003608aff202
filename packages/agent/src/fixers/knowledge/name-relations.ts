import { wordsOf } from "../../world/nearest.ts";

/** Words of names of which one thing can have one only. */
const OPPOSITES: readonly ReadonlySet<string>[] = [
  "public private isolated internal external",
  "prod production dev development stage staging test qa",
  "primary secondary replica standby",
  "blue green",
  "east west north south",
  "first second third",
  "old new",
  "http https",
  "tcp udp",
].map((words) => new Set(words.split(" ")));

/** Whether two names say that they belong to two things: `public` and `private_a`, `web_1` and `web_2`. */
export function areOpposed(a: string, b: string): boolean {
  const opposed = (one: readonly string[], other: readonly string[]): boolean =>
    one.length > 0 && other.length > 0 && !one.some((word) => other.includes(word));
  const within = (name: string, words: ReadonlySet<string>) =>
    wordsOf(name).filter((word) => words.has(word));
  const digits = (name: string): readonly string[] => name.match(/\d+/g) ?? [];
  return (
    opposed(digits(a), digits(b)) || OPPOSITES.some((words) => opposed(within(a, words), within(b, words)))
  );
}

/** Words that tell nothing of the thing which is called so. Source: Terraform's own examples and modules. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  "this main default example my the it self own all".split(" "),
);

function tellingWords(name: string): readonly string[] {
  return wordsOf(name).filter((word) => word.length > 1 && !EMPTY_WORDS.has(word));
}

/** Whether both names tell something, and not a word of it is the same: `logs` and `artifacts`. */
export function areApart(a: string, b: string): boolean {
  const [own, other] = [tellingWords(a), tellingWords(b)];
  return own.length > 0 && other.length > 0 && !own.some((word) => other.includes(word));
}
