import { changeTable, planBlocks } from "../change-table.ts";
import {
  details,
  evidenceBlocks,
  groundLines,
  lineItemBlocks,
  list,
  section,
  sharedLines,
  windowText,
} from "../markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "../markdown-document.ts";
import { codeSpan, escapeMarkdown } from "../markdown-text.ts";
import { validationBlocks } from "../validation/validation-blocks.ts";
import { costSentence } from "../report-cost-text.ts";
import { nameOf, plural, riskWord, wholePercent } from "../wording.ts";
import { pullRequestTagLine } from "./pull-request-tag.ts";
import type { PullRequestGroup, PullRequestText } from "./pull-request-text.ts";
import {
  actionText,
  groupSavings,
  longSavingClause,
  plainLine,
  restartText,
  savingClause,
  titleLine,
} from "./pull-request-wording.ts";

const TITLE_LENGTH_MAX = 120;

/**
 * GitHub takes 65,536 characters. The rest is room for what whoever opens the pull request remembers in it: of five hundred
 * proposals that is some 28,000, and a body that was cut from outside would end in the middle of a part.
 */
const BODY_LENGTH_MAX = 36_000;

/** A name in a title leaves room for what is done and what it saves. */
const NAME_LENGTH_MAX = 50;

const LINE_LENGTH_MAX = 200;

/** Enough of a hash to find the commit by. */
const HASH_LENGTH = 7;

/**
 * The title and body of an optimization pull request: what it does and saves, the evidence, the plan, what was tried, risk, how to
 * go back, what is not known, and how to decline it. Everything in the group is taken as hostile. Throws a RangeError for a key or
 * a hash of the wrong form, and for a group of nothing.
 */
export function renderPullRequest(group: PullRequestGroup): PullRequestText {
  if (group.recommendations.length === 0) throw new RangeError("a pull request needs a recommendation");
  return { title: titleOf(group), body: bodyOf(group) };
}

function titleOf(group: PullRequestGroup): string {
  const { recommendations } = group;
  const what = actionText(recommendations, (text) => plainLine(text, NAME_LENGTH_MAX));
  const name = plainLine(group.module ?? group.name, NAME_LENGTH_MAX);
  const where = recommendations.length === 1 ? "" : group.module === null ? ` (${name})` : ` in ${name}`;
  return titleLine(`${what}${where}: ${savingClause(groupSavings(recommendations))}`, TITLE_LENGTH_MAX);
}

function bodyOf(group: PullRequestGroup): string {
  const blocks = [
    pullRequestTagLine(group),
    "",
    sentence(group),
    "",
    ...changeTable(group),
    ...validationBlocks(group.validation, "mermaid"),
    ...untried(group),
    ...planBlocks(group.plan),
    `**Cost** at list prices: ${costSentence(group.cost)}.`,
    "",
    ...riskBlocks(group),
    ...rollbackBlocks(group),
    ...unknownBlocks(group),
    ...dismissalBlocks(group),
    ...evidenceBlocks(group),
    ...lineItemBlocks(group),
    ...groundBlocks(group),
    `<sub>Planned on ${escapeMarkdown(group.base.commit.slice(0, HASH_LENGTH))} of ${codeSpan(group.base.branch, 120)} · Apex ${escapeMarkdown(group.apexVersion, 40)}, monthly amounts of 730 hours</sub>`,
  ];
  return fitMarkdown(blocks, BODY_LENGTH_MAX);
}

function sentence({ recommendations, validation, name, directory }: PullRequestGroup): string {
  const what = actionText(recommendations, (text) => codeSpan(text, LINE_LENGTH_MAX));
  const where = recommendations.length === 1 ? "" : ` (${escapeMarkdown(name, 120)})`;
  const place = directory === "." ? "" : ` in ${codeSpan(directory, 120)}`;
  const saves = longSavingClause(groupSavings(recommendations));
  return `${what}${where}${place}: ${saves}.${validationClause(validation)}`;
}

function validationClause(validation: PullRequestGroup["validation"]): string {
  if (validation.length === 0) return "";
  const count = (kind: string) => validation.filter(({ verdict }) => verdict === kind).length;
  const parts = (
    [
      ["pass", "passed"],
      ["fail", "failed"],
      ["inconclusive", "undecided"],
    ] as const
  ).flatMap(([kind, word]) => (count(kind) === 0 ? [] : [`${count(kind)} ${word}`]));
  return ` Tried in the sandbox under the recorded load: ${parts.join(", ")}.`;
}

/** What nobody tried is said: a reader would take silence for a pass. */
function untried({ recommendations, validation }: PullRequestGroup): readonly MarkdownBlock[] {
  const tried = new Set(validation.map(({ target }) => target));
  const open = recommendations.filter(({ address }) => address === null || !tried.has(address)).length;
  if (open === 0) return [];
  const subject =
    open === recommendations.length
      ? "None of this was tried in the sandbox"
      : `${open} of ${plural(recommendations.length, "change")} ${open === 1 ? "was" : "were"} not tried in the sandbox`;
  return [`${subject}: what speaks for it is the evidence.`, ""];
}

function riskBlocks({ recommendations }: PullRequestGroup): readonly MarkdownBlock[] {
  const highest = recommendations.reduce((worst, row) => (row.risk > worst.risk ? row : worst));
  const lowest = Math.min(...recommendations.map(({ confidence }) => confidence));
  const many = recommendations.length > 1;
  const of = many ? ` (${codeSpan(nameOf(highest))})` : "";
  return [
    `**Risk.** ${many ? "Highest: " : ""}${riskWord(highest.risk)} (${highest.risk} of 4)${of}, confidence ${many ? "at least " : ""}${wholePercent(lowest)}. ${restartText(recommendations)}`,
    "",
  ];
}

function rollbackBlocks({ recommendations }: PullRequestGroup): readonly MarkdownBlock[] {
  const steps = sharedLines(recommendations.map((row) => ({ name: nameOf(row), text: row.rollback })));
  const edits = recommendations.flatMap((row) =>
    row.edits.map(
      ({ file, line, before, after }) =>
        `- ${codeSpan(`${file}:${line}`)}: ${codeSpan(after.trim(), LINE_LENGTH_MAX)} back to ${codeSpan(before.trim(), LINE_LENGTH_MAX)}`,
    ),
  );
  const distinct = [...new Set(edits)];
  return [
    `**Rollback.** Revert the merge (${codeSpan("git revert -m 1 COMMIT")}, without ${codeSpan("-m 1")} for a squashed one) and apply.`,
    "",
    list(steps, "step"),
    "",
    ...(distinct.length === 0
      ? []
      : details(`What the revert puts back (${distinct.length})`, [list(distinct, "edit")])),
  ];
}

function unknownBlocks({ recommendations }: PullRequestGroup): readonly MarkdownBlock[] {
  const rows = recommendations.flatMap((row) => row.unknowns.map((text) => ({ name: nameOf(row), text })));
  return section("Not known", sharedLines(rows), "unknown");
}

function dismissalBlocks({ dismissal }: PullRequestGroup): readonly MarkdownBlock[] {
  const { notNowLabel, neverLabel, notNowDays } = dismissal;
  const way = (command: string, label: string) =>
    `comment ${codeSpan(command)} or add the label ${codeSpan(label, 60)}`;
  return [
    "**Not this?** Closing it is enough: a pull request that a person closed is not opened again by itself.",
    "",
    `- Not now: ${way("/apex not now", notNowLabel)}; it is proposed again after ${plural(notNowDays, "day")} if it is still true.`,
    `- Never: ${way("/apex never", neverLabel)}.`,
    "",
  ];
}

function groundBlocks(group: PullRequestGroup): readonly MarkdownBlock[] {
  const netUnknown = group.recommendations.filter(({ monthlySavings }) => monthlySavings.net === null).length;
  const owners = group.owners.slice(0, 20).map((owner) => codeSpan(owner, 80));
  return details("Assumptions", [
    list(
      [
        ...groundLines(group, netUnknown),
        `- Measured: ${group.window === null ? "no samples" : windowText(group.window)}`,
        `- Owners: ${owners.length === 0 ? "CODEOWNERS names none" : owners.join(", ")}`,
      ],
      "assumption",
    ),
  ]);
}
