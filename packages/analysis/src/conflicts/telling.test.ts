import { describe, expect, test } from "vitest";
import { tellingAbstentions, type Word } from "./telling.ts";

function word(rule: string, reason: string, isRoutine = false): Word {
  return { abstention: { rule, resourceId: "i-1", address: null, reason }, isRoutine };
}

const rulesOf = (words: readonly Word[], hasProposal = false) =>
  tellingAbstentions(words, hasProposal).map(({ rule }) => rule);

describe("what is said of a resource without a recommendation", () => {
  test("that it is not idle goes without saying where a rule says more, or proposes something", () => {
    const idle = word("ec2-idle", "it is not idle: maximum of cpu_percent is 50 %, above 5 %", true);
    const size = word("ec2-resize", "none of 8 cheaper types holds memory 14 GiB");
    expect(rulesOf([idle, size])).toEqual(["ec2-resize"]);
    expect(rulesOf([idle], true)).toEqual([]);
    expect(rulesOf([idle])).toEqual(["ec2-idle"]);
  });

  test("one reason is given once, with or without an introduction", () => {
    expect(rulesOf([word("ec2-idle", "it is stopped"), word("ec2-resize", "it is stopped")])).toEqual([
      "ec2-resize",
    ]);
    const cpu = "cpu_percent has 73.2 % of its samples since the first one, 90 % are needed";
    const words = [word("ec2-idle", `it cannot be called idle without cpu: ${cpu}`), word("ec2-resize", cpu)];
    expect(rulesOf(words)).toEqual(["ec2-resize"]);
  });

  test("different reasons all stay, in their order", () => {
    const words = [
      word("ec2-idle", "without network"),
      word("ec2-resize", "none of 8"),
      word("ebs", "gp3 saves less"),
    ];
    expect(rulesOf(words, true)).toEqual(["ec2-idle", "ec2-resize", "ebs"]);
    expect(rulesOf([])).toEqual([]);
  });
});
