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

/**
 * Whether everything that matches the pattern `wanted` also matches `pattern`, where `*` is any text and `?` one character.
 * Source: IAM's JSON policy elements.
 */
function patternCovers(pattern: string, wanted: string, options: CoverOptions): boolean {
  // What only an apply tells may be whatever an expression stands for.
  if (options.unknownIsAny && wanted === UNKNOWN && PLACEHOLDER.test(pattern)) return true;
  const source = pattern
    .split(/(\$\{[^}]*\}|\*+|\?)/)
    .map((part) => {
      if (part === "?") return "[^*]";
      if (/^\*+$/.test(part)) return "[^]*";
      if (options.unknownIsAny && PLACEHOLDER.test(part)) return "[^*?]*";
      return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    })
    .join("");
  // Patterns come from the configuration: more stars than anyone writes are compared as texts, because matching them takes too long.
  if ((pattern.match(/\*+|\$\{/g)?.length ?? 0) > STARS_MAX) return pattern === wanted;
  return new RegExp(`^${source}$`).test(wanted);
}

const STARS_MAX = 6;

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
