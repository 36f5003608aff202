import type { ModelClient, ModelReply, ModelRequest } from "@apex/agent";
import { type Hunk, hunksBetween } from "./text-lines.ts";

type Files = Readonly<Record<string, string>>;
type Call = ModelReply["toolCalls"][number];

/** More lines than the tool shows at once are not in any case. */
const LINES_MAX = 400;
const SHOWN_LINE = /^(\d+)\| ?(.*)$/;
const SECRET = /«secret-\d+»/;

/**
 * A model that knows what it wants: it reads the files as they are, through its tools, and proposes the lines that make them
 * `wanted`. Refused, it gives up. It shows what loop and guards do with a proposal, and nothing of a real model's skill.
 */
export function scriptedModel(wanted: Files): ModelClient {
  let ids = 0;
  const call = (name: string, given: object): Call => ({
    id: `call-${++ids}`,
    name,
    arguments: JSON.stringify(given),
  });
  const reply = (...toolCalls: readonly Call[]): ModelReply => ({
    text: "",
    toolCalls,
    ending: "tool-calls",
    usage: null,
    model: "scripted",
  });
  let turn = 0;
  const asked = new Map<string, string>();
  return {
    model: "scripted",
    ask: (request) => {
      turn++;
      if (turn === 1) {
        const paths = Object.keys(wanted).filter((path) => /\.(?:tf|tfvars)$/.test(path));
        const calls = paths.map((path) => {
          const one = call("read_file", { path, from_line: 1, to_line: LINES_MAX });
          asked.set(one.id, path);
          return one;
        });
        return Promise.resolve(reply(...calls));
      }
      if (turn > 2) return Promise.resolve(reply(call("give_up", { reason: "The proposal was not taken." })));
      const edits = [...asked].flatMap(([id, path]) =>
        editsOf(path, shownLines(request, id), (wanted[path] ?? "").replace(/\r?\n$/, "").split(/\r?\n/)),
      );
      return Promise.resolve(reply(call("propose_edit", { edits, reason: "This is what was meant." })));
    },
  };
}

/** The lines of a file, as the answer to a call shows them. */
function shownLines({ messages }: ModelRequest, callId: string): string[] {
  const message = messages.find((each) => each.role === "tool" && each.callId === callId);
  const lines = (message?.text ?? "").split("\n").flatMap((line) => {
    const text = SHOWN_LINE.exec(line)?.[2];
    return text === undefined ? [] : [text];
  });
  // The line after the last line feed.
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** Secrets are shown by placeholders: any text may stand for one. */
function isShownAs(shown: string, wanted: string): boolean {
  if (shown === wanted) return true;
  if (!SECRET.test(shown)) return false;
  const pieces = shown.split(SECRET).map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pieces.join(".*")}$`).test(wanted);
}

interface Edit {
  readonly path: string;
  readonly old_text: string;
  readonly new_text: string;
}

function editsOf(path: string, now: readonly string[], wanted: readonly string[]): Edit[] {
  return unique(hunksBetween(now, wanted, isShownAs), now).map(({ from, to, lines }) => ({
    path,
    old_text: now.slice(from, to).join("\n"),
    new_text: lines.join("\n"),
  }));
}

/** Hunks that grow by the lines around them until each one's old text is in the file once; those that touch become one. */
function unique(hunks: readonly Hunk[], now: readonly string[]): Hunk[] {
  const text = now.join("\n");
  const isOnce = ({ from, to }: Hunk): boolean => {
    const old = now.slice(from, to).join("\n");
    return from < to && old.trim() !== "" && text.indexOf(old) === text.lastIndexOf(old);
  };
  const grown = hunks.map((hunk) => {
    let one = hunk;
    while (!isOnce(one) && (one.from > 0 || one.to < now.length)) {
      const [from, to] = [Math.max(0, one.from - 1), Math.min(now.length, one.to + 1)];
      one = { from, to, lines: [...now.slice(from, one.from), ...one.lines, ...now.slice(one.to, to)] };
    }
    return one;
  });
  const at = grown.findIndex((hunk, index) => index > 0 && hunk.from < (grown[index - 1]?.to ?? 0));
  const [one, other] = [hunks[at - 1], hunks[at]];
  if (one === undefined || other === undefined) return grown;
  const joined = {
    from: one.from,
    to: other.to,
    lines: [...one.lines, ...now.slice(one.to, other.from), ...other.lines],
  };
  return unique([...hunks.slice(0, at - 1), joined, ...hunks.slice(at + 1)], now);
}
