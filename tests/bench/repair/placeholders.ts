/** What the stand-ins make up is written in these: `eipalloc-e57374028a5d20550`, or is base64 of `stand-in-…`. */
const MADE_UP = /[0-9a-f]{8,}|c3RhbmQtaW4t[\w+/=]+/g;
/** Addresses that they make up, from a range that nobody has. There are few: two resources can have the same. */
const ADDRESS = /\b198\.1[89](?:\.\d{1,3}){2}\b/g;

/**
 * Facts with what was made up on applying named for where it is, `(applied aws_eip.nat["a"] 2)`: of resources that are equal in all that
 * is known, like the instances of one block, the order in which they are applied decides which gets which, and that is no part of what is
 * meant. `ids` are the resources' own, by place: others who refer to them have the same name there. What `known` holds is not made up:
 * the texts, the state and the plan.
 */
export function withoutChance(
  facts: ReadonlyMap<string, string>,
  ids: ReadonlyMap<string, string>,
  known: string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const nameIn = (place: string, fact: string): string => {
    let count = 0;
    return fact.replaceAll(ADDRESS, "(address)").replaceAll(MADE_UP, (made) => {
      count++;
      const name = names.get(made) ?? (known.includes(made) ? made : `(${place} ${count})`);
      names.set(made, name);
      return name;
    });
  };
  for (const [place, id] of ids) nameIn(`id of ${place}`, id);
  const sorted = [...facts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([place, fact]) => [place, nameIn(place, fact)]));
}
