import type { ReportedCost, ReportedPlan, ReportedRecommendation } from "../report.ts";
import type { ReportedValidation } from "../validation/reported-validation.ts";

/** One optimization pull request: the recommendations of a group, and what is known of them. Everything in it but our own words is data from outside. */
export interface PullRequestGroup {
  /** Names the group for as long as it exists: "module.web/low". Letters, digits and `._/@:-`, at most 120 characters: it is in the hidden tag. */
  readonly key: string;
  /** Hexadecimal digest of what the branch holds: equal hashes are equal branches. In the hidden tag, too. */
  readonly contentHash: string;
  /** What people call the group, for the title: "module.web", "low risk", "the root module". */
  readonly name: string;
  /** Address of the module that all of it is in: "module.web"; `null` for the root module or several. */
  readonly module: string | null;
  /** From CODEOWNERS: "@acme/platform", an e-mail address. They are shown and never mentioned: reviews are requested. */
  readonly owners: readonly string[];
  /** Root module, relative to the repository; "." for its root. */
  readonly directory: string;
  /** The branch that it is to be merged into, and the commit that it was planned on. */
  readonly base: { readonly branch: string; readonly commit: string };
  /** Those of the group, each applied or planned, in the order of the report. At least one. */
  readonly recommendations: readonly ReportedRecommendation[];
  /** The plan of this group's edits alone. */
  readonly plan: ReportedPlan;
  /** Of this group's edits alone: the whole configuration without and with them. */
  readonly cost: ReportedCost;
  /** Of resources of this group; empty where nothing was tried. */
  readonly validation: readonly ReportedValidation[];
  /** What the samples behind it span; `null` without samples. */
  readonly window: { readonly start: string; readonly end: string } | null;
  readonly apexVersion: string;
  readonly dismissal: {
    /** Labels that say the same as the commands `/apex not now` and `/apex never`. */
    readonly notNowLabel: string;
    readonly neverLabel: string;
    /** After how many days "not now" is over. */
    readonly notNowDays: number;
  };
}

/** What a pull request's first line tells those who look at its source. */
export interface PullRequestTag {
  readonly key: string;
  readonly contentHash: string;
}

/** A pull request's texts. Equal groups are equal texts. */
export interface PullRequestText {
  /** "Resize 3 instances in module.web: saves $212 a month"; one line of at most 120 characters. */
  readonly title: string;
  /** GitHub Markdown of at most 36,000 characters, which leaves room for a line of whoever opens it; its hidden first line is the {@link PullRequestTag}. */
  readonly body: string;
}
