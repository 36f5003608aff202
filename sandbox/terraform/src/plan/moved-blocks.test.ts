import { expect, test } from "vitest";
import { movedBlocks } from "./moved-blocks.ts";

test("moved blocks are found among others, with keys and modules, and not in comments", () => {
  const text = `
resource "aws_eip" "b" {}
moved {
  from = aws_eip.a # as it was
  to   = aws_eip.b["x"]
}
moved {
  to = module.new["y"]
  from = module.old[0]
}
# moved {
#   from = aws_eip.c
#   to   = aws_eip.d
# }
moved { from = aws_eip.half }
`;
  expect(movedBlocks([text, ""])).toEqual([
    { from: "aws_eip.a", to: 'aws_eip.b["x"]' },
    { from: "module.old[0]", to: 'module.new["y"]' },
  ]);
});
