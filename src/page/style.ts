/** The style of a page: figures first, one accent, everything else in greys. */
export const STYLE = `
:root {
  color-scheme: light;
  --paper: #ffffff; --panel: #f7f8fa; --ink: #171b21; --muted: #5b6572; --grid: #e6e9ee; --edge: #d5dae1;
  --limit: #171b21; --rate: #1664c0; --accepted: #cfe0f5;
  --refused: #c8440a; --overloaded: #8a3ab9; --lost: #6b5d4d;
  --queue: #4f6b8a; --queue-fill: #e3eaf2; --flight: #0f8577; --wait: #b26a00;
  --increase: #0f8577; --hold: #9aa4b1; --decrease: #c8440a; --none: transparent;
  --held: #0b6e5f; --missed: #b3360a;
  --line-1: #1664c0; --line-2: #c8440a; --line-3: #0f8577; --line-4: #8a3ab9; --line-5: #b26a00; --line-6: #5b6572;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { DARK } }
:root[data-theme="dark"] { DARK }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 88rem; margin: 0 auto; padding: 1.25rem clamp(0.9rem, 3vw, 2.5rem) 3rem; }
header.page { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid var(--edge); padding-bottom: 0.6rem; }
.brand { margin: 0; font-weight: 650; letter-spacing: 0.01em; }
.brand span { font-weight: 400; color: var(--muted); margin-left: 0.4em; }
nav { padding-top: 0.2rem; }
nav .badge { margin: 0; vertical-align: 0; }
nav tbody th { white-space: nowrap; }
a { color: var(--rate); }
section { padding-top: 1.6rem; }
section + section { margin-top: 3rem; border-top: 1px solid var(--edge); }
h2 { font-size: 1.55rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.012em; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; font-weight: 650; margin: 0; overflow-wrap: anywhere; }
h3 small { font-weight: 400; color: var(--muted); margin-left: 0.3em; }
.story { font-size: 1.08rem; color: var(--muted); max-width: 62ch; margin: 0.35rem 0 0; overflow-wrap: anywhere; }
.badge { display: inline-block; vertical-align: 0.22em; margin-left: 0.4em; padding: 0.1em 0.65em; border: 1px solid var(--edge); border-radius: 1em; font-size: 0.8rem; font-weight: 550; letter-spacing: 0; color: var(--muted); white-space: nowrap; }
.held { color: var(--held); }
.missed { color: var(--missed); font-weight: 600; }
.badge.held, .badge.missed { border-color: currentColor; }
.headlines { list-style: none; display: flex; flex-wrap: wrap; gap: 0.6rem 2.6rem; margin: 1.2rem 0 0; padding: 0; color: var(--muted); }
.headlines strong { display: block; font-size: 2rem; line-height: 1.15; font-weight: 600; letter-spacing: -0.02em; color: var(--ink); font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(45%, 17rem), 1fr)); gap: 0.5rem clamp(0.8rem, 2vw, 2rem); margin: 1.2rem 0 0; font-size: 0.9rem; }
dl > div { overflow-wrap: anywhere; }
dt { color: var(--muted); }
dd { margin: 0; }
.scroll { overflow-x: auto; margin: 1.2rem 0 0; }
table { border-collapse: collapse; font-size: 0.88rem; min-width: min(100%, 34rem); }
caption { text-align: left; font-weight: 600; padding-bottom: 0.25rem; font-size: 0.95rem; }
th, td { text-align: left; padding: 0.28rem 1.4rem 0.28rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; font-weight: 400; }
thead th { color: var(--muted); font-size: 0.82rem; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small { display: block; color: var(--muted); font-size: 0.76rem; }
.why { color: var(--muted); min-width: 14rem; max-width: 44rem; overflow-wrap: anywhere; }
td.increase { color: var(--increase); } td.decrease { color: var(--decrease); } td.hold { color: var(--muted); }
td.increase, td.decrease, td.hold, td.held, td.missed { white-space: nowrap; }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: nowrap; }
details { margin-top: 0.8rem; }
summary { cursor: pointer; color: var(--muted); width: fit-content; }
summary:hover { color: var(--ink); }
.zoom { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem; margin: 1.6rem 0 0.6rem; padding: 0.4rem 0; background: var(--paper); border-bottom: 1px solid var(--edge); font-size: 0.85rem; }
.zoom [data-range] { font-variant-numeric: tabular-nums; font-weight: 600; min-width: 8.5em; }
.hint, .note { color: var(--muted); }
.hint { margin-left: 0.6rem; }
button { font: inherit; font-size: 0.85rem; color: var(--ink); background: var(--panel); border: 1px solid var(--edge); border-radius: 0.35rem; padding: 0.15rem 0.65rem; cursor: pointer; }
button:hover { border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--rate); outline-offset: 2px; }
.runs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 2rem 2.2rem; align-items: start; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0.5rem 2.2rem; margin-top: 1.2rem; }
.run, .pair > * { min-width: 0; }
.run { scroll-margin-top: 4rem; }
.facts { margin: 0; color: var(--muted); font-size: 0.88rem; display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
.facts b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
figure { margin: 1.1rem 0 0; }
.silent { box-sizing: content-box; padding-bottom: 1.42rem; }
figcaption { font-size: 0.88rem; line-height: 1.35; margin-bottom: 0.15rem; }
figcaption b { font-weight: 600; } figcaption span { color: var(--muted); }
.uplot { font: inherit; width: 100%; }
.u-legend { text-align: left; min-width: 0; margin: 0 0 0 50px; font-size: 0.8rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.u-legend.u-inline tr { margin-right: 12px; }
.u-series > * { padding: 1px 2px; border: 0; }
.u-legend th { font-weight: 400; }
.u-legend td { color: var(--ink); min-width: 3.2em; font-weight: 550; }
.ink-refused .u-marker, .ink-overloaded .u-marker, .ink-lost .u-marker, .ink-none .u-marker { display: none !important; }
.ink-refused th { color: var(--refused); } .ink-overloaded th { color: var(--overloaded); } .ink-lost th { color: var(--lost); }
.u-legend tr:first-child .u-marker { display: none; }
.u-legend .u-marker { width: 0.8em; height: 0.8em; border-radius: 2px; }
.u-select { background: color-mix(in srgb, var(--rate) 16%, transparent); }
.u-hz .u-cursor-x { border-right: 1px solid var(--muted); }
footer { margin-top: 3rem; padding-top: 0.8rem; border-top: 1px solid var(--edge); color: var(--muted); font-size: 0.82rem; }
footer pre { white-space: pre-wrap; font-size: 0.75rem; }
@media (max-width: 40rem) { .hint { display: none; } h2 { font-size: 1.3rem; } .headlines strong { font-size: 1.6rem; } .badge { margin-left: 0; } .u-legend { margin-left: 0; } }
@media print { .zoom, header.page button { display: none; } .run { break-inside: avoid; } }
`.replaceAll(
  "DARK",
  `color-scheme: dark;
  --paper: #101419; --panel: #1a2028; --ink: #e8ecf1; --muted: #98a3b0; --grid: #222a33; --edge: #313b47;
  --limit: #e8ecf1; --rate: #62a8f5; --accepted: #1d3450;
  --refused: #ff8552; --overloaded: #c58cf0; --lost: #c3b39d;
  --queue: #8ba9cb; --queue-fill: #1c2835; --flight: #3fc4b2; --wait: #e5a747;
  --increase: #3fc4b2; --hold: #66717e; --decrease: #ff8552;
  --held: #4fd0b8; --missed: #ff8f66;
  --line-1: #62a8f5; --line-2: #ff8552; --line-3: #3fc4b2; --line-4: #c58cf0; --line-5: #e5a747; --line-6: #98a3b0;`,
);
