import type { CollectProvider } from "../collect/collect-provider.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** `apex permissions <provider>`: what collecting really asks for, to be pasted into a policy. */
export async function runPermissions(
  io: Io,
  { permissions }: CollectProvider,
  options: { readonly format: string },
): Promise<ExitCode> {
  const needed = (await permissions?.list()) ?? [];
  const render = permissions?.render[options.format];
  if (render !== undefined) io.out(render(needed));
  else {
    const width = Math.max(0, ...needed.map(({ action }) => action.length));
    for (const { action, neededFor } of needed) io.out(`${action.padEnd(width)}  ${neededFor.join(", ")}\n`);
  }
  return EXIT_CODES.done;
}
