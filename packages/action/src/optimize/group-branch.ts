import { canonicalJson, type TextEdit } from "@apex/core";
import { applyTextEdits } from "@apex/generators-hcl/text-edits";
import { renderCommitMessage, type Report } from "@apex/report";
import path from "node:path";
import type { NewCommit } from "../github/github.ts";
import { digest } from "../pull-requests/digest.ts";
import type { ChangeGroup } from "../pull-requests/group-recommendations.ts";
import { placeEdits, surroundings } from "../pull-requests/line-edits.ts";
import { repositoryPath } from "../pull-requests/repository-path.ts";
import type { BaseFiles } from "./base-files.ts";

type Recommendation = Report["recommendations"][number];

/** What a group's branch is to hold. */
export interface GroupBranch {
  readonly commits: readonly NewCommit[];
  /** The edited files, by path relative to the root module. */
  readonly overlay: ReadonlyMap<string, string>;
  /** Digest of the edits with the lines around them: while it is the same, git merges the branch as it is. */
  readonly content: string;
}

/** The branch of a group, or why it cannot be made. */
export type MadeBranch = GroupBranch | { readonly refusal: string };

/** The last line of every commit of Apex's. */
export function commitTrailer(key: string): string {
  return `Apex-Group: ${key}`;
}

/** A recommendation with its edits placed; files by path relative to the repository. */
interface Placed {
  readonly recommendations: readonly Recommendation[];
  readonly textEdits: readonly TextEdit[];
}

async function placed(
  recommendation: Recommendation,
  directory: string,
  texts: Map<string, string>,
  files: BaseFiles,
): Promise<Placed | { readonly refusal: string }> {
  const textEdits: TextEdit[] = [];
  for (const [file, edits] of Map.groupBy(recommendation.edits, (edit) => edit.file)) {
    const name = repositoryPath(directory, file);
    if (name === undefined) return { refusal: `${file} lies outside of the repository` };
    const read = await files.read(name);
    if (read.kind === "refused") return { refusal: read.reason };
    texts.set(name, read.text);
    const found = placeEdits(read.text, edits);
    if (found.kind === "stale") return { refusal: found.reason };
    textEdits.push(...found.textEdits.map((edit) => ({ ...edit, file: name })));
  }
  return { recommendations: [recommendation], textEdits };
}

const isSame = (a: TextEdit, b: TextEdit) => canonicalJson(a) === canonicalJson(b);

/** Recommendations that ask for the same edit are one commit. */
function steps(all: readonly Placed[]): readonly Placed[] {
  const found: Placed[] = [];
  for (const each of all) {
    const shares = (other: Placed) =>
      other.textEdits.some((edit) => each.textEdits.some((mine) => isSame(mine, edit)));
    const shared = found.filter(shares);
    const merged = [...shared, each];
    const step = {
      recommendations: merged.flatMap(({ recommendations }) => recommendations),
      textEdits: merged.flatMap(({ textEdits }) => textEdits),
    };
    const [first] = shared;
    if (first === undefined) found.push(step);
    else {
      found[found.indexOf(first)] = step;
      for (const other of shared.slice(1)) found.splice(found.indexOf(other), 1);
    }
  }
  return found;
}

function contentDigest(texts: ReadonlyMap<string, string>, textEdits: readonly TextEdit[]): string {
  const described = textEdits.map((edit) => {
    const text = texts.get(edit.file) ?? "";
    return canonicalJson([
      edit.file,
      text.slice(edit.start, edit.end),
      edit.text,
      ...surroundings(text, edit),
    ]);
  });
  return digest([...new Set(described)].toSorted().join("\n"), 16);
}

/**
 * The commits of a group: one for each recommendation, or for those that share an edit, each with the edits of all before it. Whatever
 * does not fit the base commit's files is a refusal, as a sentence.
 */
export async function makeBranch(
  group: Pick<ChangeGroup, "key" | "recommendations">,
  files: BaseFiles,
  {
    directory,
    report,
  }: { readonly directory: string; readonly report: Pick<Report, "validation" | "apexVersion"> },
): Promise<MadeBranch> {
  const texts = new Map<string, string>();
  const all: Placed[] = [];
  for (const recommendation of group.recommendations) {
    const found = await placed(recommendation, directory, texts, files);
    if ("refusal" in found) return found;
    all.push(found);
  }
  const commits: NewCommit[] = [];
  let current: ReadonlyMap<string, string> = texts;
  const made: TextEdit[] = [];
  for (const step of steps(all)) {
    made.push(...step.textEdits);
    const before = current;
    try {
      current = applyTextEdits(texts, made);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { refusal: `two changes edit the same text: ${error.message}` };
    }
    const message = renderCommitMessage({
      recommendations: step.recommendations,
      validation: report.validation ?? [],
      apexVersion: report.apexVersion,
    });
    commits.push({
      message: `${message.trimEnd()}\n${commitTrailer(group.key)}\n`,
      files: [...current]
        .filter(([name, text]) => before.get(name) !== text)
        .map(([name, content]) => ({ path: name, content })),
    });
  }
  const overlay = [...current].map(
    ([name, text]) => [path.posix.relative(directory === "." ? "" : directory, name), text] as const,
  );
  return { commits, overlay: new Map(overlay), content: contentDigest(texts, made) };
}
