import { compareDecimals, type Decimal, decimal, toNumber } from "@apex/core";
import { chargeText, whyFree } from "../campaign/campaign-wording.ts";
import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import {
  openPage,
  pageText,
  paragraph,
  shortList,
  type TableOptions,
  type TerminalPage,
} from "../terminal-page.ts";
import { figure } from "../validation/validation-wording.ts";
import { groupByText, plural, UNKNOWN } from "../wording.ts";
import { countSubjects } from "./billed-subject.ts";
import type { UsageReport, UsageSubject, UsageTotal } from "./usage-report.ts";

/** More rows than a few screens tell a person nothing: the JSON form has all. */
const ROWS_MAX = 60;

const ZERO = decimal(0);

/** Only where language models were asked. */
const TOKENS: TerminalColumn = { heading: "tokens", isFigure: true, leavesFirst: 5 };

/** Where {@link TOKENS} stands. */
const TOKENS_AT = 5;

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "subject", mayShrink: true },
  { heading: "over at", leavesFirst: 4 },
  { heading: "vCPU-h", isFigure: true, leavesFirst: 2 },
  { heading: "GiB-h", isFigure: true, leavesFirst: 2 },
  { heading: "GPU-h", isFigure: true, leavesFirst: 5 },
  { heading: "base", isFigure: true, leavesFirst: 3 },
  { heading: "margin", isFigure: true, leavesFirst: 3 },
  { heading: "amount", isFigure: true },
  { heading: "invoice" },
];

/**
 * The usage of a period for a person at a terminal, with a final newline: the sums, each run, and what was free and why. No line is
 * wider than `width` (40 to 160).
 */
export function renderUsageTable(usage: UsageReport, options: TableOptions): string {
  const page = openPage(options);
  const { tenant, period, totals, subjects } = usage;
  paragraph(page, `${tenant}, ${period.start} until before ${period.end}`, { paint: "bold" });
  if (totals.length === 0) paragraph(page, "Nothing was charged.");
  for (const total of totals) {
    const own = subjects.filter(({ currency }) => currency === total.currency);
    totalLines(page, total, own);
  }
  if (subjects.length > 0) page.lines.push("");
  const hasTokens = subjects.some(({ modelTokens }) => compareDecimals(modelTokens, ZERO) !== 0);
  const shown = subjects.slice(0, ROWS_MAX).map((subject) => subjectRow(subject, hasTokens));
  columnTable(page, hasTokens ? COLUMNS.toSpliced(TOKENS_AT, 0, TOKENS) : COLUMNS, shown);
  if (subjects.length > ROWS_MAX)
    paragraph(page, `… and ${subjects.length - ROWS_MAX} more in the JSON form`, { paint: "dim" });
  freeLines(page, usage);
  unchargedLines(page, usage);
  return pageText(page);
}

function totalLines(page: TerminalPage, total: UsageTotal, subjects: readonly UsageSubject[]): void {
  const { currency } = total;
  const text = (amount: Decimal | null) => (amount === null ? UNKNOWN : chargeText(amount, currency));
  page.lines.push("");
  const hasSavings = compareDecimals(total.savingsShare, ZERO) !== 0;
  factLine(page, "Charged", `${text(total.amount)} for ${countSubjects(subjects)}`);
  const hasModels = subjects.some(({ kind }) => kind === "repair" || kind === "answer");
  const [title, what] = hasModels ? ["Used", "compute and models"] : ["Validations", "compute"];
  factLine(page, title, `${text(total.base)} ${what} at base prices, ${text(total.margin)} margin`);
  if (hasSavings) factLine(page, "Savings", `${text(total.savingsShare)} share of proven savings`);
  if (compareDecimals(total.corrections, ZERO) !== 0)
    factLine(page, "Corrections", `${text(total.corrections)}, in the sum already`);
  factLine(page, "Invoiced", `${text(total.invoiced)}; ${text(total.open)} open`);
}

function subjectRow(subject: UsageSubject, hasTokens: boolean) {
  const { currency, base, margin } = subject;
  const count = (value: Decimal) => (compareDecimals(value, ZERO) === 0 ? "" : figure(toNumber(value)));
  const text = (amount: Decimal | null) => (amount === null ? UNKNOWN : chargeText(amount, currency));
  return {
    cells: [
      subject.subject,
      subject.at,
      count(subject.vcpuHours),
      count(subject.gibHours),
      count(subject.gpuHours),
      ...(hasTokens ? [count(subject.modelTokens)] : []),
      text(base),
      text(margin),
      text(subject.amount),
      invoiceText(subject),
    ],
  };
}

function invoiceText({ invoices, open }: UsageSubject): string {
  const parts = [...invoices, ...(compareDecimals(open, ZERO) === 0 && invoices.length > 0 ? [] : ["open"])];
  return parts.join(", ");
}

function freeLines(page: TerminalPage, { free }: UsageReport): void {
  const groups = groupByText(
    free.map(({ subject, target, reason }) => ({ name: target ?? subject, text: whyFree(reason) })),
  );
  const entries = groups.map(({ text, names }) => {
    const runs = free.filter(({ reason }) => whyFree(reason) === text).length;
    return `${plural(runs, "run")}: ${text} (${names.join(", ")})`;
  });
  shortList(page, { title: "Free", count: free.length, entries });
}

function unchargedLines(page: TerminalPage, { uncharged }: UsageReport): void {
  const entries = uncharged.map(({ subject, reason }) => `${subject}: ${reason}`);
  shortList(page, { title: "Not charged", count: uncharged.length, entries });
}
