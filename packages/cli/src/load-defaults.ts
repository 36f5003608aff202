/** What a command line that validates leaves out. The minutes are enough for five replays of twenty seconds a side. */
export const LOAD_DEFAULTS = { busiest: 60, port: 8080, minutes: 5, env: [] } as const;
