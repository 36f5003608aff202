import { unreachable, type VerdictKind } from "@apex/core";

/** How a piece of terminal text is shown. */
export type Paint = "bold" | "dim" | "red" | "green" | "yellow";

// SGR codes of ECMA-48: on and off.
const CODES: Readonly<Record<Paint, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Paints a text that already has its final width. */
export type Painter = (text: string, paint: Paint) => string;

/** A painter that adds ANSI codes, or nothing when colour is off. */
export function painter(colour: boolean): Painter {
  if (!colour) return (text) => text;
  return (text, paint) => {
    const [on, off] = CODES[paint];
    return text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** The colour of a verdict. */
export function verdictPaint(kind: VerdictKind): Paint {
  switch (kind) {
    case "pass":
      return "green";
    case "fail":
      return "red";
    case "inconclusive":
      return "yellow";
    default:
      return unreachable(kind);
  }
}
