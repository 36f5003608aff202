/** Characters that go on a file's name: "a.env" does not name ".env", nor does ".envrc". */
const NAME_PART = /[\w.*-]/;

/** A file as a source names it. */
interface Mention {
  /** What stands before the name in its string, back to the quote or the blank. */
  readonly before: string;
}

/** Where a text names a file by a path: after a quote or a slash. What only looks like its name, such as `var.env`, does not. */
function mentions(text: string, name: string): readonly Mention[] {
  const found: Mention[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const next = text[at + name.length];
    const previous = text[at - 1];
    const isEnd = next === undefined || !NAME_PART.test(next);
    if (!isEnd || (previous !== '"' && previous !== "/")) continue;
    found.push({ before: /[^"'\s]*$/.exec(text.slice(Math.max(0, at - 4_096), at))?.[0] ?? "" });
  }
  return found;
}

/** Directories before a name, without what is only known when Terraform runs, and without the way up. */
function directoriesOf({ before }: Mention): readonly string[] {
  return before
    .slice(before.lastIndexOf("}") + 1)
    .split("/")
    .filter((step) => step !== "" && step !== "." && step !== "..");
}

function endsWith(steps: readonly string[], last: readonly string[]): boolean {
  return last.every((step, index) => steps.at(index - last.length) === step);
}

/**
 * Whether a text names the file at `place`, a path below the project's directory: what the text says of its directories has to be its
 * own. A name without any directory is that of a file of `root`, from where Terraform looks for it.
 */
export function namesFile(text: string, place: string, root: string): boolean {
  const steps = place.split("/");
  const name = steps.at(-1) ?? place;
  const directories = steps.slice(0, -1);
  return mentions(text, name).some((mention) => {
    if (mention.before === "" || mention.before === "./") return directories.join("/") === root;
    const said = directoriesOf(mention);
    return endsWith(directories, said) || (mention.before.startsWith("/") && endsWith(said, directories));
  });
}
