import fc from "fast-check";
import { expect, test } from "vitest";
import { annotation, plainLines } from "./workflow-commands.ts";

/** As GitHub's runner finds commands in a line of the log. */
function isCommand(line: string): boolean {
  return line.trimStart().startsWith("::") || line.includes("##[");
}

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("::", "##[", "#", "[", "\n", "\r", "\u001b", " ", "%0A", "set-output name=a"),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

test("no text in the log is a command", () => {
  fc.assert(
    fc.property(
      hostile,
      (text) =>
        plainLines(text)
          .split(/\r\n|\r|\n/)
          .filter(isCommand).length === 0,
    ),
  );
});

test("an annotation is one line, whatever it is about", () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (message, title, file) => {
      const line = annotation("error", message, { title, file, line: 3 });
      expect(line).toMatch(/^::error title=[^:,\n\r]*,file=[^:,\n\r]*,line=3::[^\n\r]*$/);
    }),
  );
});
