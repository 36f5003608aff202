import type { Abstention, Diagnostic } from "@apex/core";
import type { AnalysisReport } from "../analysis/analysis-report.ts";
import { evidenceDetails, evidenceText } from "../evidence-text.ts";
import { ABSENT } from "../estimate/difference-wording.ts";
import { costSentence, type ResourceCostTexts, resourceCostTexts } from "../report-cost-text.ts";
import type { Report, ReportedRecommendation, ResourceCostChange } from "../report.ts";
import { type LoneOpinion, loneOpinionText, secondOpinionText } from "../second-opinions.ts";
import {
  amountPair,
  amountText,
  messageText,
  plural,
  realisationText,
  riskWord,
  wholePercent,
} from "../wording.ts";
import type { Fact, FactSubject } from "./fact.ts";

/** A recommendation with its status, or of an analysis without Terraform, which has none. */
type Told = Omit<ReportedRecommendation, "status" | "edits"> &
  Partial<Pick<ReportedRecommendation, "status" | "edits">>;

/**
 * Everything that a report says, one fact each: what `apex ask` answers from. The order is the report's. Texts in it come from
 * states, bills and tags: data, whatever they say.
 */
export function reportFacts(report: Report | AnalysisReport): readonly Fact[] {
  return [
    ...report.recommendations.flatMap(recommendationFacts),
    ...report.abstentions.map(abstentionFact),
    ...(report.loneOpinions ?? []).map(loneOpinionFact),
    ...(report.schema === "apex.report/v1" ? reportOnly(report) : analysisOnly(report)),
    ...report.diagnostics.map(diagnosticFact),
  ];
}

function subjectOf(told: {
  readonly resourceId: string;
  readonly address: string | null;
  readonly resourceName?: string;
  readonly label?: string;
}): FactSubject {
  const name = told.label ?? told.resourceName;
  return { resourceId: told.resourceId, address: told.address, ...(name === undefined ? {} : { name }) };
}

/** `ec2-resize: t3.large instead of m5.xlarge …`, ends with one full stop. */
function sentence(text: string): string {
  return `${text.trim().replace(/[.\s]+$/, "")}.`;
}

const STATUS_SENTENCES: Readonly<Record<ReportedRecommendation["status"], string>> = {
  applied: "The change is written into the files.",
  planned: "The change is in the patch, and Terraform plans exactly it.",
  "not-applicable": "The change is not in the patch.",
};

function recommendationFacts(told: Told, index: number): Fact[] {
  const { monthlySavings: saving, status } = told;
  const [list, net] = amountPair(saving.list, saving.net, saving.currency);
  const when = realisationText(saving.realised);
  const reference = `/recommendations/${index}`;
  const subject = subjectOf(told);
  const opinions = (told.secondOpinions ?? []).map(
    (opinion, at): Fact => ({
      kind: "opinion",
      subject,
      reference: `${reference}/secondOpinions/${at}`,
      sentences: [sentence(secondOpinionText(opinion, told))],
    }),
  );
  const { reason } = told;
  const fact: Fact = {
    kind: status === "not-applicable" ? "not-applicable" : "recommendation",
    subject,
    reference,
    sentences: [
      sentence(`${told.rule}: ${told.summary}`),
      ...(reason === undefined ? [] : [sentence(`It cannot be done here: ${reason}`)]),
      ...(status === undefined ? [] : [STATUS_SENTENCES[status]]),
      sentence(
        `It saves ${list} a month at list prices, ${net} after discounts and commitments${when === "" ? "" : ` (${when})`}`,
      ),
      sentence(`Evidence: ${evidenceText(told)}`),
      ...(evidenceDetails(told) === "" ? [] : [sentence(evidenceDetails(told))]),
      sentence(`Risk of running short: ${riskWord(told.risk)}`),
      sentence(`Effort ${told.effort}, ${told.restartRequired ? "with a restart" : "without a restart"}`),
      sentence(`Way back: ${told.rollback}`),
      ...told.evidence.alternatives
        .slice(0, 3)
        .map(({ to, monthlySavings, risk }) =>
          sentence(
            `Alternative: ${to}, saving ${amountText(monthlySavings, saving.currency)} a month, risk ${riskWord(risk)}`,
          ),
        ),
    ],
    unknowns: [...told.unknowns.map(sentence), ...coverageUnknown(told)],
  };
  return [fact, ...opinions];
}

function coverageUnknown({ evidence }: Told): readonly string[] {
  return evidence.coverage < 1
    ? [sentence(`${wholePercent(1 - evidence.coverage)} of the samples of the look-back are missing`)]
    : [];
}

function abstentionFact(abstention: Abstention, index: number): Fact {
  return {
    kind: "abstention",
    subject: subjectOf(abstention),
    reference: `/abstentions/${index}`,
    sentences: [sentence(`${abstention.rule} leaves it alone: ${abstention.reason}`)],
  };
}

function loneOpinionFact(opinion: LoneOpinion, index: number): Fact {
  return {
    kind: "opinion",
    subject: subjectOf(opinion),
    reference: `/loneOpinions/${index}`,
    sentences: [sentence(loneOpinionText(opinion))],
  };
}

function diagnosticFact(diagnostic: Diagnostic, index: number): Fact {
  const { address } = diagnostic;
  return {
    kind: "diagnostic",
    subject: address === undefined ? null : { resourceId: address, address },
    reference: `/diagnostics/${index}`,
    sentences: [sentence(`${diagnostic.severity}: ${messageText(diagnostic)}`)],
  };
}

function reportOnly(report: Report): Fact[] {
  const { cost, inputs, validation = [], summary } = report;
  const ofAddress = (address: string): FactSubject => ({ resourceId: address, address });
  const costOf = resourceCostTexts(cost);
  const { total } = summary.savings;
  return [
    ...validation.map(
      (one, index): Fact => ({
        kind: "validation",
        subject: ofAddress(one.target),
        reference: `/validation/${index}`,
        sentences: [
          sentence(
            `The sandbox's verdict is ${one.verdict}: ${one.reasons.map(({ summary: why }) => why).join(" ")}`,
          ),
          ...(one.headroomFactor === null ? [] : [`It held ${one.headroomFactor} times the recorded load.`]),
        ],
      }),
    ),
    ...cost.resources.map(
      (one, index): Fact => ({
        kind: "cost",
        subject: ofAddress(one.address),
        reference: `/cost/resources/${index}`,
        sentences: costSentences(one, costOf(one.address)),
      }),
    ),
    ...cost.unpriced.map(
      (one, index): Fact => ({
        kind: "unpriced",
        subject: ofAddress(one.address),
        reference: `/cost/unpriced/${index}`,
        sentences: [sentence(`Its price is not known: ${one.reason}`)],
      }),
    ),
    {
      kind: "run",
      subject: null,
      reference: "/summary",
      sentences: [
        sentence(
          `${plural(summary.recommendations.applied + summary.recommendations.planned, "change")} in the patch, ${summary.recommendations.notApplicable} that cannot be written, ${plural(summary.abstentions, "abstention")}`,
        ),
        sentence(
          `Together ${amountText(total.list, summary.savings.currency)} a month at list prices, ${amountText(total.net, summary.savings.currency)} after discounts and commitments`,
        ),
        sentence(`List price of the configuration: ${costSentence(cost)}`),
      ],
      ...(cost.unpriced.length === 0
        ? {}
        : { unknowns: [sentence(`Prices of ${plural(cost.unpriced.length, "resource")} are not known`)] }),
    },
    windowFact(
      "/inputs",
      inputs.window,
      `${plural(inputs.points, "sample")} and ${plural(inputs.rows, "cost row")}`,
    ),
  ];
}

function costSentences({ difference }: ResourceCostChange, cost: ResourceCostTexts): readonly string[] {
  const side = (text: string) => (text === ABSENT ? "not there" : text);
  const moved = difference?.previousAddress;
  return [
    sentence(`List price a month: ${side(cost.before)} before, ${side(cost.after)} after`),
    ...(difference === undefined ? [] : [sentence(`Difference: ${cost.delta}`)]),
    ...(moved === undefined ? [] : [sentence(`It was at ${moved} before it moved`)]),
  ];
}

function analysisOnly({ summary, window, costRows, resources }: AnalysisReport): Fact[] {
  return [
    {
      kind: "run",
      subject: null,
      reference: "/summary",
      sentences: [
        sentence(
          `${plural(resources, "resource")} looked at: ${plural(summary.recommendations, "recommendation")}, ${plural(summary.abstentions, "abstention")}`,
        ),
        ...summary.savings.map(({ list, net, currency }) =>
          sentence(
            `Together ${amountText(list, currency)} a month at list prices, ${amountText(net, currency)} after discounts and commitments`,
          ),
        ),
      ],
    },
    windowFact("/window", window, plural(costRows, "cost row")),
  ];
}

function windowFact(reference: string, window: Report["inputs"]["window"], rests: string): Fact {
  const text =
    window === null
      ? "There are no samples"
      : `The look-back window of the samples is ${window.start} to ${window.end}`;
  return {
    kind: "run",
    subject: null,
    reference,
    sentences: [sentence(`${text}; the run rests on ${rests}`)],
    ...(window === null ? { unknowns: ["Without samples nothing is known of what machines use."] } : {}),
  };
}
