import { awsProvider } from "./aws-provider.ts";
import type { CollectProvider } from "./collect-provider.ts";
import { gcpProvider } from "./gcp-provider.ts";
import { prometheusProvider } from "./prometheus-provider.ts";

/** All that `apex collect` can ask, in the order of its help. */
export const COLLECT_PROVIDERS: readonly CollectProvider[] = [awsProvider, gcpProvider, prometheusProvider];
