/** FOCUS's names of data sizes: one form for one and for many. */
const SIZES = [
  "b",
  "B",
  ...["K", "M", "G", "T", "P", "E"].flatMap((p) => [`${p}b`, `${p}B`, `${p}ib`, `${p}iB`]),
];
const TIMES = ["Year", "Month", "Day", "Hour", "Minute", "Second"];
const TIMES_MANY = TIMES.map((time) => `${time}s`);
/** A noun that counts things, which FOCUS leaves open but for its capital: "GPU", "vCPU" is a name. */
const NOUN = /^(vCPU|[A-Z][A-Za-z]*)$/;
/** What has an abbreviation among the sizes and is to be written so. */
const SPELLED_OUT = /^(kilo|mega|giga|tera|peta|exa|kibi|mebi|gibi|tebi|pebi|exbi)?(bit|byte)s?$/i;
const WHOLE = /^[1-9]\d*$/;

function isNoun(word: string): boolean {
  return NOUN.test(word) && !SPELLED_OUT.test(word) && !SIZES.includes(word.replace(/s$/, ""));
}

function isMany(unit: string): boolean {
  if (SIZES.includes(unit) || TIMES_MANY.includes(unit)) return true;
  return isNoun(unit) && unit.endsWith("s") && !TIMES.includes(unit);
}

function isOne(unit: string): boolean {
  return SIZES.includes(unit) || TIMES.includes(unit) || (isNoun(unit) && !TIMES_MANY.includes(unit));
}

/**
 * Whether a unit is spelled as FOCUS's UnitFormat has it: "GiB", "Runs", "1000 Tokens", "vCPU-Hours", "Requests/Day",
 * "Units/3 Months".
 */
export function isFocusUnit(unit: string): boolean {
  const [rate, interval, ...more] = unit.split("/");
  if (rate === undefined || more.length > 0) return false;
  if (interval !== undefined) {
    const [count, times, ...rest] = interval.split(" ");
    const isInterval =
      times === undefined ? isTime(count) : WHOLE.test(count ?? "") && TIMES_MANY.includes(times);
    return isInterval && rest.length === 0 && isMany(rate);
  }
  const [one, many, ...others] = rate.split("-");
  if (one === undefined || others.length > 0) return false;
  if (many !== undefined) return isOne(one) && TIMES_MANY.includes(many);
  const [first, second, ...words] = one.split(" ");
  if (second === undefined) return isMany(first ?? "");
  return words.length === 0 && WHOLE.test(first ?? "") && isMany(second);
}

function isTime(word: string | undefined): boolean {
  return word !== undefined && TIMES.includes(word);
}
