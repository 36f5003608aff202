/** The page's style: readable at any width, light and dark, without a script or a request. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6edf3); --dim: light-dark(#59636e, #9198a1);
  --line: light-dark(#d1d9e0, #3d444d); --paper: light-dark(#fff, #0d1117); --demand: light-dark(#6e7781, #9198a1);
  --now: light-dark(#59636e, #9198a1); --after: light-dark(#1a7f37, #3fb950); --need: light-dark(#bc4c00, #db6d28); }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); padding: 1rem 0; }
article header { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; justify-content: space-between; }
article header b { font-variant-numeric: tabular-nums; }
p { margin: 0.4rem 0; } .dim, small { color: var(--dim); }
ul { margin: 0.4rem 0; padding-left: 1.2rem; } summary { cursor: pointer; }
pre { background: color-mix(in srgb, var(--line) 30%, transparent); overflow-x: auto; padding: 0.6rem; margin: 0.4rem 0; }
del { color: var(--need); text-decoration: none; } ins { color: var(--after); text-decoration: none; }
dl { display: grid; gap: 0.2rem 1rem; grid-template-columns: max-content 1fr; } dt { color: var(--dim); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
td.money, th.money { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
svg.chart { display: block; margin: 0.6rem 0; max-width: 100%; } svg.chart text { fill: var(--dim); font: 11px system-ui, sans-serif; }
svg.chart .title { fill: var(--ink); } svg.chart path.demand { fill: none; stroke: var(--demand); stroke-width: 1.2; }
svg.chart line { stroke-width: 1.2; } svg.chart line.day { stroke: var(--line); }
svg.chart line.now { stroke: var(--now); stroke-dasharray: 2 3; } svg.chart line.after { stroke: var(--after); }
svg.chart line.need { stroke: var(--need); stroke-dasharray: 6 3; }
svg.chart text.now { fill: var(--now); } svg.chart text.after { fill: var(--after); } svg.chart text.need { fill: var(--need); }
`;
