/** Whether a name matches a pattern in which `*` stands for any text; everything else is literal. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let position = first.length;
  const last = rest.pop() ?? "";
  for (const part of rest) {
    const at = name.indexOf(part, position);
    if (at === -1) return false;
    position = at + part.length;
  }
  return name.length - position >= last.length && name.endsWith(last);
}
