import type { Fact, FactKind } from "@apex/report";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerQuestion } from "./answer-question.ts";
import { checkAnswer } from "./model-answer.ts";

function fact(
  kind: FactKind,
  [address, reference]: readonly [string | null, string],
  sentences: readonly string[],
  unknowns?: readonly string[],
): Fact {
  const subject = address === null ? null : { resourceId: `id-of-${address}`, address };
  return { kind, subject, reference, sentences, ...(unknowns === undefined ? {} : { unknowns }) };
}

const WEB = 'aws_instance.web["web-1"]';
const FACTS: readonly Fact[] = [
  fact(
    "recommendation",
    [WEB, "/recommendations/0"],
    [
      "ec2-resize: m5.2xlarge is larger than this instance needs.",
      "It saves $140.16 a month at list prices.",
      "Evidence: cpu 3.99 of 4.61 m5 vCPU needed (P99.5).",
      "Risk of running short: none.",
      "Way back: set it back.",
    ],
    ["operating system: not in the state."],
  ),
  fact(
    "abstention",
    ['aws_instance.web["web-3"]', "/abstentions/0"],
    ["ec2-resize leaves it alone: none of 8 cheaper types holds 4.34 vCPU."],
  ),
  fact(
    "cost",
    ['aws_lb_target_group_attachment.web["web-3"]', "/cost/resources/1"],
    ["List price a month: $0.00 before, $0.00 after."],
  ),
  fact(
    "unpriced",
    ["aws_instance.odd", "/cost/unpriced/0"],
    ["Its price is not known: no price in eu-west-1."],
  ),
  fact("recommendation", ["aws_db_instance.all", "/recommendations/1"], ["rds-resize: smaller."]),
  fact("run", [null, "/summary"], ["2 changes in the patch.", "Together $200.00 a month at list prices."]),
];

const textsOf = (question: string): readonly string[] =>
  answerQuestion(question, FACTS).sentences.map(({ text }) => text);

describe("answerQuestion", () => {
  it.each([
    "why is web-3 not downsized?",
    'Why isn\'t aws_instance.web["web-3"] resized',
    "why was nothing done to `web-3`",
  ])("says why one was left alone: %s", (question) => {
    const { sentences, isKnown } = answerQuestion(question, FACTS);
    expect(isKnown).toBe(true);
    expect(sentences).toEqual([
      {
        text: "ec2-resize leaves it alone: none of 8 cheaper types holds 4.34 vCPU.",
        references: ["/abstentions/0"],
      },
    ]);
  });

  it("says that the question is mistaken where the change is in the patch", () => {
    expect(textsOf("why is web-1 not downsized?")).toEqual([
      `${WEB} is to be changed. ec2-resize: m5.2xlarge is larger than this instance needs.`,
    ]);
  });

  it.each([
    ["how much does web-1 save?", "It saves $140.16 a month at list prices."],
    ["is web-1 safe to resize?", "Risk of running short: none."],
    ["how do I undo web-1?", "Way back: set it back."],
    ["what is unknown about web-1?", "operating system: not in the state."],
    ["why is web-1 made smaller?", "Evidence: cpu 3.99 of 4.61 m5 vCPU needed (P99.5)."],
    ["how much is saved?", "Together $200.00 a month at list prices."],
    ["what is missing?", "Its price is not known: no price in eu-west-1."],
  ])("answers %s", (question, sentence) => {
    expect(textsOf(question)).toContain(sentence);
  });

  it.each([
    ["which machines are t3.large?", "aws_instance.odd", "not-applicable"],
    ["anything on snapshots?", "aws_ebs_snapshot.old", "recommendation"],
    ["what of the look-back?", "aws_ebs_snapshot.old", "recommendation"],
  ])("looks for what a question is about where it names no resource: %s", (question, address, kind) => {
    const facts = [
      ...FACTS,
      fact(
        "not-applicable",
        ["aws_instance.odd", "/recommendations/2"],
        ["ec2-resize: t3.large is too large."],
      ),
      fact(
        "recommendation",
        ["aws_ebs_snapshot.old", "/recommendations/3"],
        ["snapshot-old: this snapshot is older than the look-back."],
      ),
    ];
    const answer = answerQuestion(question, facts);
    expect(answer.facts.map((one) => [one.subject?.address, one.kind])).toEqual([[address, kind]]);
    expect(answer.sentences[0]?.text).toContain(address);
  });

  it("knows those in a module by the module and by its key", () => {
    const address = 'module.pool["events"].aws_autoscaling_group.this';
    const scales = fact("abstention", [address, "/abstentions/1"], ["asg-floor leaves it alone: it scales."]);
    for (const question of ['why not module.pool["events"]?', "why is the events pool not smaller?"])
      expect(answerQuestion(question, [...FACTS, scales]).facts).toEqual([scales]);
  });

  it("says first that a change cannot be made", () => {
    const held = fact(
      "not-applicable",
      ["aws_instance.held", "/recommendations/2"],
      [
        "ec2-resize: smaller.",
        "It cannot be done here: it cannot be traced.",
        "Risk of running short: none.",
      ],
    );
    const { sentences } = answerQuestion("is it safe to downsize held?", [...FACTS, held]);
    expect(sentences.map(({ text }) => text)).toEqual(held.sentences);
  });

  it("says that no fact mentions what is asked for", () => {
    expect(textsOf("can we move to graviton?")[0]).toMatch(/not mention.*graviton/);
  });

  it("is short, whatever there is to tell", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      fact("recommendation", [`aws_instance.m${index}`, `/r/${index}`], ["idle."], [`unknown ${index}.`]),
    );
    for (const question of ["what is idle?", "what is unknown?", "how much do we save?"])
      expect(answerQuestion(question, many).sentences.length).toBeLessThan(30);
  });

  it("does not take a common word for a machine", () => {
    expect(textsOf("what do all changes save?")).not.toContain("rds-resize: smaller.");
    expect(textsOf("why is aws_db_instance.all smaller?")).toContain("rds-resize: smaller.");
  });

  it("says when it knows nothing, with the nearest names and no other machine's facts", () => {
    const { isKnown, sentences, facts } = answerQuestion("why is wbe-3 not resized?", FACTS);
    expect(isKnown).toBe(false);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]?.text).toMatch(/nothing of wbe-3.*web-3/);
    expect(facts).toEqual([]);
  });

  it("says nothing but sentences of the report of what it cites, whatever is asked", () => {
    const known = new Set(FACTS.flatMap(({ sentences, unknowns = [] }) => [...sentences, ...unknowns]));
    const word = fc.oneof(
      fc.constantFrom("why", "not", "web-1", "web-3", "saves", "unknown", "risk", "odd", "all"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const cited = answerQuestion(words.join(" "), FACTS).sentences.filter(
          ({ references }) => references.length > 0,
        );
        const strange = cited.filter(({ text }) => ![...known].some((sentence) => text.includes(sentence)));
        expect(strange).toEqual([]);
      }),
    );
  });
});

describe("checkAnswer", () => {
  const reply = (sentences: unknown) => ({
    text: "",
    toolCalls: [{ id: "c", name: "answer", arguments: JSON.stringify({ sentences }) }],
    ending: "tool-calls" as const,
    usage: null,
    model: "m",
  });

  it("takes other words for the same facts", () => {
    const checked = checkAnswer(
      reply([{ text: "web-1 braucht nur 3.99 von 4.61 vCPU, und du sparst $140.16.", facts: ["F1"] }]),
      FACTS,
    );
    expect(checked).toMatchObject({ kind: "holds", sentences: [{ references: ["/recommendations/0"] }] });
  });

  it.each([
    ["a figure that no fact has", [{ text: "You save $141 a month.", facts: ["F1"] }]],
    ["a figure of another fact than the one it names", [{ text: "It needs 4.34 vCPU.", facts: ["F1"] }]],
    ["a machine that no fact has", [{ text: "Move it to c7g.large instead.", facts: ["F1"] }]],
    ["a sentence without a fact", [{ text: "It is fine.", facts: [] }]],
    ["a fact that there is not", [{ text: "It is fine.", facts: ["F99"] }]],
    ["no sentence", []],
    ["another shape", [{ text: 3 }]],
  ])("refuses %s", (_, sentences) => {
    expect(checkAnswer(reply(sentences), FACTS)).toMatchObject({ kind: "fails" });
  });

  it("refuses prose", () => {
    const prose = { text: "It is fine.", toolCalls: [], ending: "stop" as const, usage: null, model: "m" };
    expect(checkAnswer(prose, FACTS)).toMatchObject({ kind: "fails" });
  });
});
