/** What should be decided for one resource: a line of expected.json. */
export interface Expectation {
  readonly address: string;
  readonly decision:
    | "keep"
    | "resize"
    | "stop"
    | "set-capacity"
    | "change-volume-type"
    | "set-performance"
    | "snapshot-and-delete"
    | "release";
  /** The type today; "min 8" for a group. */
  readonly from?: string;
  /** Acceptable targets; any that meets `notBelow` without it. */
  readonly to?: readonly string[];
  /** What the target has to offer: `cpuShare` of the present machine's CPU, with headroom; `memoryGib`, `gpus`, `instances`. */
  readonly notBelow?: Readonly<Record<string, number>>;
  /** Leaving it alone is as good. */
  readonly orKeep?: boolean;
  /** Other actions that are as good. */
  readonly orElse?: readonly string[];
  /** `false` where Terraform cannot carry it out; `refusal` tells why. */
  readonly applicable?: boolean;
  readonly refusal?: "shared-token" | "ignore-changes" | "untraceable";
  /** A split beside the shared token is as good as a refusal; an edit of `sharedTokenIn` is not. */
  readonly orSplit?: boolean;
  readonly sharedTokenIn?: string;
  /** The file that has to be edited, relative to `terraform/`. */
  readonly writtenIn?: string;
  /** Ranges in which the committed data lie; `null` for what nobody measures. */
  readonly evidence?: Readonly<Record<string, readonly [number, number] | null>>;
  readonly why: string;
}

/** The part of a recommendation in `apex.report/v1` that expectations speak of. */
export interface ReportedRecommendation {
  readonly address: string | null;
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly edits: readonly { readonly file: string }[];
}

function told(recommendation: ReportedRecommendation): string {
  return `${recommendation.action} ${recommendation.from} -> ${recommendation.to} (${recommendation.status})`;
}

function disagreement(expectation: Expectation, recommendation: ReportedRecommendation): string | undefined {
  const { address, decision, to, writtenIn } = expectation;
  const got = `${address}: ${told(recommendation)}`;
  if (![decision, ...(expectation.orElse ?? [])].includes(recommendation.action)) {
    return `${got}, but ${decision} was expected`;
  }
  if (to !== undefined && !to.includes(recommendation.to))
    return `${got}, but it may only become ${to.join(" or ")}`;
  const files = recommendation.edits.map(({ file }) => file);
  const isRefused = recommendation.status === "not-applicable";
  if (expectation.applicable === false) {
    if (isRefused) return undefined;
    if (expectation.orSplit !== true)
      return `${got}, but Terraform cannot carry it out: ${expectation.refusal}`;
    const touchesToken = files.some((file) => file === expectation.sharedTokenIn);
    return touchesToken ? `${got} edits the token that other machines share` : undefined;
  }
  if (isRefused) return `${got}, but it can be carried out`;
  if (writtenIn !== undefined && !files.includes(writtenIn)) {
    return `${got} edits ${files.join(", ")}, but the value is written in ${writtenIn}`;
  }
  return undefined;
}

/**
 * Where a report departs from what was expected, as sentences; empty when it agrees. A machine's root volume may change its
 * type without being expected to: that leaves the machine's own decision alone.
 */
export function disagreements(
  expectations: readonly Expectation[],
  recommendations: readonly ReportedRecommendation[],
): string[] {
  const expectedAddresses = new Set(expectations.map(({ address }) => address));
  const strangers = recommendations
    .filter(({ address }) => address === null || !expectedAddresses.has(address))
    .map(
      (recommendation) =>
        `${recommendation.address ?? "(no address)"}: ${told(recommendation)} was not expected`,
    );
  const departures = expectations.flatMap((expectation) => {
    const mine = recommendations.filter(
      ({ address, action }) =>
        address === expectation.address &&
        (action !== "change-volume-type" || expectation.decision === "change-volume-type"),
    );
    if (expectation.decision === "keep") {
      return mine.map(
        (found) => `${expectation.address}: ${told(found)}, but it has to stay: ${expectation.why}`,
      );
    }
    const [first, ...more] = mine;
    if (first === undefined) {
      return expectation.orKeep === true
        ? []
        : [`${expectation.address}: nothing, but ${expectation.decision} was expected`];
    }
    const found = disagreement(expectation, first);
    return [
      ...(found === undefined ? [] : [found]),
      ...more.map((extra) => `${expectation.address}: ${told(extra)} comes on top of ${told(first)}`),
    ];
  });
  return [...departures, ...strangers];
}
