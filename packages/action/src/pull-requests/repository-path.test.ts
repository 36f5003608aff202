import { expect, test } from "vitest";
import { repositoryPath } from "./repository-path.ts";

test.each([
  [".", "main.tf", "main.tf"],
  ["infra/prod", "main.tf", "infra/prod/main.tf"],
  ["infra/prod", "envs/../main.tf", "infra/prod/main.tf"],
  ["infra/prod", "../modules/web/main.tf", "infra/modules/web/main.tf"],
  ["infra/prod", "../../main.tf", "main.tf"],
  ["infra/prod", "../../../main.tf", undefined],
  [".", "../main.tf", undefined],
  [".", "/etc/passwd", undefined],
  [".", "C:/x.tf", undefined],
  [".", "a\\b.tf", undefined],
  [".", ".git/config", undefined],
  [".", "x/.GIT./hooks/pre-push", undefined],
  [".", "git~1/config", undefined],
  [".", ".gitignore", ".gitignore"],
  [".", "a\nb.tf", undefined],
  [".", "", undefined],
  [".", "x/..", undefined],
])("in %s, %s is %s", (directory, file, expected) => {
  expect(repositoryPath(directory, file)).toBe(expected);
});
