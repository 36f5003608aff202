import { type AddressRange, parseRange, rangesCover } from "./cidr.ts";
import type { Grant, NetworkGrant, PolicyGrant } from "./grant.ts";

/** How a value that the files do not tell (`${aws_vpc.main.id}`) stands for what a plan knows. */
export interface CoverOptions {
  /** True: it may be any one value, though no wildcard. False: it is that text and no other. */
  readonly unknownIsAny: boolean;
}

/** Shorter prefixes than these are no network of anyone's own. Sources: RFC 1918 (10.0.0.0/8), RFC 4193 (fd00::/8). */
const OWN_PREFIX_MIN = 8;

/** How the facts of a plan write a value that is known only after apply. */
export const UNKNOWN = "${unknown}";

const PLACEHOLDER = /\$\{[^}]*\}/;

/** One step of a pattern: a single character or, as a run, any number of them; `excluded` are those that it does not take. */
interface PatternStep {
  readonly character?: string;
  readonly isRun: boolean;
  readonly excluded: string;
}

function stepsOf(pattern: string, { unknownIsAny }: CoverOptions): readonly PatternStep[] {
  return pattern.split(/(\$\{[^}]*\}|\*+|\?)/).flatMap((part): readonly PatternStep[] => {
    if (part === "?") return [{ isRun: false, excluded: "*" }];
    if (/^\*+$/.test(part)) return [{ isRun: true, excluded: "" }];
    if (unknownIsAny && PLACEHOLDER.test(part)) return [{ isRun: true, excluded: "*?" }];
    return part.split("").map((character) => ({ character, isRun: false, excluded: "" }));
  });
}

/** Whether a text goes through all the steps. Takes time with the product of the lengths, whatever stars there are. */
function goesThrough(steps: readonly PatternStep[], text: string): boolean {
  /** Marks the steps that may be reached, in order: a run may also take nothing. */
  const withEmptyRuns = (reached: boolean[]): boolean[] => {
    for (const [at, { isRun }] of steps.entries()) if (reached[at] === true && isRun) reached[at + 1] = true;
    return reached;
  };
  let reached = withEmptyRuns([true]);
  for (const character of text.split("")) {
    const next: boolean[] = [];
    for (const [at, step] of steps.entries()) {
      if (reached[at] !== true || (step.character ?? character) !== character) continue;
      if (!step.excluded.includes(character)) next[step.isRun ? at : at + 1] = true;
    }
    reached = withEmptyRuns(next);
  }
  return reached[steps.length] === true;
}

/** Steps times characters; what takes more is compared as texts. Ours: both as long as a whole policy may be. */
const MATCHING_MAX = 4_000_000;

/**
 * Whether everything that matches the pattern `wanted` also matches `pattern`, where `*` is any text and `?` one character.
 * Source: IAM's JSON policy elements.
 */
function patternCovers(pattern: string, wanted: string, options: CoverOptions): boolean {
  if (pattern === wanted) return true;
  if (!/[*?]|\$\{/.test(pattern)) return false;
  // What only an apply tells may be whatever an expression stands for.
  if (options.unknownIsAny && wanted === UNKNOWN && PLACEHOLDER.test(pattern)) return true;
  return pattern.length * wanted.length <= MATCHING_MAX && goesThrough(stepsOf(pattern, options), wanted);
}

const NOT = "not:";

/** `not:a,b` is all but a and b. */
export function negated(values: readonly string[]): string {
  return `${NOT}${values.toSorted().join(",")}`;
}

function setCovers(allowed: string, wanted: string, options: CoverOptions): boolean {
  if (allowed === wanted || allowed === "*") return true;
  const [isAllBut, isWantedAllBut] = [allowed.startsWith(NOT), wanted.startsWith(NOT)];
  const excluded = allowed.slice(NOT.length).split(",");
  if (isAllBut && isWantedAllBut) {
    const wantedExcluded = wanted.slice(NOT.length).split(",");
    return excluded.every((one) => wantedExcluded.some((other) => patternCovers(other, one, options)));
  }
  if (isWantedAllBut) return false;
  if (isAllBut) return !excluded.some((one) => overlaps(one, wanted));
  return patternCovers(allowed, wanted, options);
}

/** Whether something may match both patterns; in doubt it may. */
function overlaps(a: string, b: string): boolean {
  const [left = ""] = a.split(/[*?]|\$\{/);
  const [right = ""] = b.split(/[*?]|\$\{/);
  return left.startsWith(right) || right.startsWith(left);
}

/** What each of Google's basic roles holds besides itself. Source: https://cloud.google.com/iam/docs/roles-overview#basic */
const ROLES_WITHIN: ReadonlyMap<string, readonly string[]> = new Map([
  ["roles/owner", ["roles/editor", "roles/viewer"]],
  ["roles/editor", ["roles/viewer"]],
]);

function policyCovers(allowed: PolicyGrant, wanted: PolicyGrant, options: CoverOptions): boolean {
  const action =
    setCovers(allowed.action.toLowerCase(), wanted.action.toLowerCase(), options) ||
    ROLES_WITHIN.get(allowed.action)?.includes(wanted.action) === true;
  return (
    action &&
    setCovers(allowed.resource, wanted.resource, options) &&
    setCovers(allowed.principal, wanted.principal, options) &&
    (allowed.condition === undefined ||
      allowed.condition === wanted.condition ||
      // The files write a condition with expressions, the plan with their values: texts are compared with texts elsewhere.
      (options.unknownIsAny && wanted.condition !== undefined))
  );
}

function protocolCovers(allowed: string, wanted: string): boolean {
  return allowed === wanted || allowed === "all";
}

function isOwn(range: AddressRange): boolean {
  const bits = range.version === 4 ? 32 : 128;
  return range.last - range.first < 1n << BigInt(bits - OWN_PREFIX_MIN);
}

/** Whether the rules together allow every port and address of the wanted one. */
function networkCovers(
  allowed: readonly NetworkGrant[],
  wanted: NetworkGrant,
  options: CoverOptions,
): boolean {
  const range = parseRange(wanted.peer);
  const candidates = allowed.filter(
    ({ direction, protocol }) => direction === wanted.direction && protocolCovers(protocol, wanted.protocol),
  );
  const cuts = candidates.flatMap(({ from, to }) => [from, to + 1]);
  const starts = [wanted.from, ...cuts.filter((cut) => cut > wanted.from && cut <= wanted.to)];
  // Between two cuts every rule holds all ports or none.
  return starts.every((port) => {
    const here = candidates.filter(
      ({ from, to, protocol }) => (from <= port && port <= to) || protocol === "all",
    );
    if (here.some(({ peer }) => peer === wanted.peer)) return true;
    if (options.unknownIsAny && here.some(({ peer }) => PLACEHOLDER.test(peer)))
      return range === undefined || isOwn(range);
    if (range === undefined) return false;
    const ranges = here.flatMap(({ peer }) => parseRange(peer) ?? []);
    return rangesCover(ranges, range);
  });
}

/** Whether what `allowed` opens already holds the wanted fact. */
function grantsCover(allowed: readonly Grant[], wanted: Grant, options: CoverOptions): boolean {
  switch (wanted.kind) {
    case "network":
      return networkCovers(
        allowed.filter((grant) => grant.kind === "network"),
        wanted,
        options,
      );
    case "allow":
    case "deny":
      return allowed.some((grant) => grant.kind === wanted.kind && policyCovers(grant, wanted, options));
    case "open":
      return allowed.some((grant) => grant.kind === "open" && grant.what === wanted.what);
  }
}

/** What `now` opens that `before` did not: facts that nothing covers, and denials that are gone. */
export function widenedBy(
  before: readonly Grant[],
  now: readonly Grant[],
  options: CoverOptions,
): { readonly opened: readonly Grant[]; readonly undenied: readonly Grant[] } {
  const opened = now.filter((grant) => grant.kind !== "deny" && !grantsCover(before, grant, options));
  const undenied = before.filter((grant) => grant.kind === "deny" && !grantsCover(now, grant, options));
  return { opened, undenied };
}
