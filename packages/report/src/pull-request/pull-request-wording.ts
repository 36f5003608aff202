import {
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  type RecommendationAction,
  sumDecimals,
} from "@apex/core";
import { monthAndYear } from "../estimate/estimate-amounts.ts";
import type { ReportedRecommendation } from "../report.ts";
import { clipMiddle, visibleLine } from "../visible-text.ts";
import { amountText, nameOf, plural } from "../wording.ts";

const VERBS: Readonly<Record<RecommendationAction, string>> = {
  stop: "Stop",
  "snapshot-and-delete": "Snapshot, then delete",
  resize: "Resize",
  "set-capacity": "Lower the capacity of",
  "change-volume-type": "Change the type of",
  schedule: "Schedule",
  release: "Release",
  "set-performance": "Lower the performance of",
  "set-lifecycle": "Set the life cycle of",
  "share-gpus": "Share the GPUs of",
};

/** What people call resources of a type; "resource" for all others. */
const NOUNS: Readonly<Record<string, string>> = {
  aws_instance: "instance",
  google_compute_instance: "instance",
  aws_ebs_volume: "volume",
  google_compute_disk: "disk",
  aws_db_instance: "database",
  google_sql_database_instance: "database",
  aws_autoscaling_group: "Auto Scaling group",
  aws_eip: "address",
  google_compute_address: "address",
  aws_lambda_function: "function",
  aws_s3_bucket: "bucket",
};

/** Where forms of a name differ in number. */
const PLURALS: Readonly<Record<string, string>> = { address: "addresses" };

const AFTER_COMMITMENTS = " after commitments";

/** From here on cents say nothing in a title. */
const WHOLE_FROM = decimal(10);

const ZERO_WIDTH_SPACE = "\u200b";

/**
 * What GitHub acts on in titles and commit messages: mentions, issues that a merge would close (also by their web address), words
 * that skip its checks.
 */
const ACTED_ON =
  /[@#](?=[\p{L}\p{N}_-])|\bGH-(?=\d)|\/(?:issues|pull|discussions)\/(?=\d)|\[(?=(?:skip|no|ci|actions)[ -])|\bskip-checks(?=:)/giu;

/** Text from outside for a title or a commit message: one line that nobody is mentioned by and nothing is closed by. */
export function plainLine(text: string, max: number): string {
  const line = clipMiddle(visibleLine(text), max).trim();
  return line.replace(ACTED_ON, (mark) => `${mark}${ZERO_WIDTH_SPACE}`);
}

/** Text of our own making that holds such text already: cut to fit, its lines joined. */
export function titleLine(text: string, max: number): string {
  return clipMiddle(text, max).trim();
}

/** What recommendations save together; `null` where they are in several currencies. */
export interface GroupSavings {
  readonly list: Decimal;
  /** `null` when the commitments of any of them are not known. */
  readonly net: Decimal | null;
  readonly netUnknown: number;
  readonly currency: Currency;
}

/** The savings of some recommendations. */
export function groupSavings(rows: readonly ReportedRecommendation[]): GroupSavings | null {
  const currencies = new Set(rows.map(({ monthlySavings }) => monthlySavings.currency));
  const [currency] = currencies;
  if (currency === undefined || currencies.size > 1) return null;
  const nets = rows.flatMap(({ monthlySavings: { net } }) => (net === null ? [] : [net]));
  return {
    list: sumDecimals(rows.map(({ monthlySavings }) => monthlySavings.list)),
    net: nets.length === rows.length ? sumDecimals(nets) : null,
    netUnknown: rows.length - nets.length,
    currency,
  };
}

/** "saves $212 a month"; after commitments where they are known, and it says which. Titles have whole dollars. */
export function savingClause(savings: GroupSavings | null): string {
  return clauseOf(savings, (amount, currency) => {
    const isWhole = compareDecimals(amount, WHOLE_FROM) >= 0;
    return `${amountText(amount, currency, isWhole ? 0 : undefined)} a month`;
  });
}

/** {@link savingClause} with the year and all cents, and the saving at list prices where that is another. */
export function longSavingClause(savings: GroupSavings | null): string {
  const clause = clauseOf(savings, monthAndYear);
  return savings !== null && clause.endsWith(AFTER_COMMITMENTS)
    ? `${clause} (${amountText(savings.list, savings.currency)} a month at list prices)`
    : clause;
}

function clauseOf(
  savings: GroupSavings | null,
  text: (amount: Decimal, currency: Currency) => string,
): string {
  if (savings === null) return "saves in several currencies";
  const { list, net, currency } = savings;
  const isPositive = (amount: Decimal) => compareDecimals(amount, decimal(0)) > 0;
  if (!isPositive(list)) return "saves nothing at list prices";
  if (net === null) return `saves ${text(list, currency)} at list prices`;
  if (compareDecimals(net, list) === 0) return `saves ${text(list, currency)}`;
  if (!isPositive(net)) return `saves nothing${AFTER_COMMITMENTS}`;
  return `saves ${text(net, currency)}${AFTER_COMMITMENTS}`;
}

/**
 * What is done to what: "Resize 3 instances", "Resize aws_instance.web to m5.large", "Change 4 resources". `quoted` makes a name,
 * which is text from outside, fit for the page.
 */
export function actionText(
  rows: readonly ReportedRecommendation[],
  quoted: (text: string) => string,
): string {
  const [first] = rows;
  if (first === undefined) return "Change nothing";
  const actions = new Set(rows.map(({ action }) => action));
  const types = new Set(rows.map(({ resourceType }) => NOUNS[resourceType] ?? "resource"));
  if (rows.length === 1) {
    const to = first.action === "resize" || first.action === "change-volume-type";
    const target = to ? ` to ${quoted(first.to)}` : "";
    return `${VERBS[first.action]} ${quoted(nameOf(first))}${target}`;
  }
  const [noun = "resource"] = types.size === 1 ? types : ["resource"];
  const subject = `${rows.length} ${PLURALS[noun] ?? `${noun}s`}`;
  return `${actions.size === 1 ? VERBS[first.action] : "Change"} ${subject}`;
}

/** "2 of 3 changes restart what they change": none, all or some. */
export function restartText(rows: readonly ReportedRecommendation[]): string {
  const restarting = rows.filter(({ restartRequired }) => restartRequired).length;
  if (restarting === 0) return "Nothing restarts.";
  if (rows.length === 1) return "It restarts when this is applied.";
  return `${restarting === rows.length ? `All ${plural(restarting, "resource")}` : `${restarting} of ${rows.length} resources`} ${restarting === 1 ? "restarts" : "restart"} when this is applied.`;
}
