import type { Campaign, CampaignRun } from "@apex/core";

/** A campaign with its runs at one moment. */
export interface CampaignLook {
  readonly campaign: Campaign;
  readonly runs: readonly CampaignRun[];
}

/** For programs, with a final newline; what was measured is in the campaign's report. */
export function campaignJson({ campaign, runs }: CampaignLook, indent: number): string {
  const shown = runs.map(({ result: _result, ...run }) => run);
  return `${JSON.stringify({ campaign, runs: shown }, null, indent)}\n`;
}
