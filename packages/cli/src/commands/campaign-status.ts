import { setTimeout as pause } from "node:timers/promises";
import { renderCampaignStatus } from "@apex/report";
import type { OpenRecordStores } from "@apex/store";
import { requireTenant, withStore } from "../billing/with-store.ts";
import { campaignJson, type CampaignLook } from "../campaign/campaign-json.ts";
import { hasEnded, lookAt, outcomeExitCode } from "../campaign/find-campaign.ts";
import { openStatusScreen } from "../campaign/status-screen.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** Which campaign, and how it is shown. */
export interface StatusOptions {
  readonly tenant: string;
  readonly id?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

const LOOK_MS = 1_000;

function textOf(io: Io, { campaign, runs }: CampaignLook): string {
  return renderCampaignStatus(campaign, runs, {
    width: io.width,
    colour: io.colour,
    nowMs: io.now().getTime(),
  });
}

/** Shows what changes until the campaign has ended. */
async function watch(
  io: Io,
  store: OpenRecordStores,
  options: StatusOptions,
  first: CampaignLook,
): Promise<CampaignLook> {
  const screen = openStatusScreen(io);
  let shown = "";
  const { tenant, id } = first.campaign;
  for (let now = first; ; now = await lookAt(store, { tenant, id })) {
    const text = options.json === true ? campaignJson(now, 0) : textOf(io, now);
    const isOver = hasEnded(now.campaign);
    if (options.json === true) {
      if (text !== shown) io.out(text);
    } else if (isOver) screen.end(text);
    else screen.show(text, now.runs);
    shown = text;
    if (isOver) return now;
    await pause(LOOK_MS, undefined, { signal: io.signal });
  }
}

/** `apex campaign status`: once, or until it has ended. */
export async function runCampaignStatus(io: Io, options: StatusOptions): Promise<ExitCode> {
  return withStore(io, async (store) => {
    await requireTenant(store, options.tenant);
    const first = await lookAt(store, options);
    if (options.watch === true) {
      const last = await watch(io, store, options, first);
      return outcomeExitCode(last.campaign, last.runs);
    }
    io.out(options.json === true ? campaignJson(first, 2) : textOf(io, first));
    return outcomeExitCode(first.campaign, first.runs);
  });
}
