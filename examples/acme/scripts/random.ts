/** Numbers in [0, 1) from a seed; the same seed always gives the same numbers, on every machine. */
export type Random = () => number;

/** 32-bit FNV-1a: spreads similar names to unrelated seeds. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** A mulberry32 generator seeded by a name, so that a new series never shifts the numbers of the others. */
export function randomFor(name: string): Random {
  let state = hash32(name);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** About a standard normal: twelve uniforms less six. No logarithm or cosine, whose last digit differs between engines. */
export function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += random();
  return sum;
}

/** `length` hexadecimal digits that belong to a name. */
export function hexFor(name: string, length: number): string {
  const random = randomFor(`hex:${name}`);
  let text = "";
  for (let i = 0; i < length; i += 1) text += Math.floor(random() * 16).toString(16);
  return text;
}
