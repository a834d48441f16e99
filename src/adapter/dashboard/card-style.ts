/** What the page of a sluice has beside the style of pages that go on. */
export const CARD_STYLE = `
section.head { padding-top: 1.2rem; }
.headline { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0.5rem 1rem; }
.headline h1 { overflow-wrap: anywhere; min-width: 0; }
.headline button { font-size: 0.95rem; padding: 0.3rem 1rem; }
button:disabled, input:disabled { opacity: 0.55; cursor: default; }
[data-held="true"] { border-color: var(--missed); color: var(--missed); font-weight: 600; }
[data-run] > progress { width: 100%; height: 0.7rem; margin-top: 1rem; }
.ending { margin: 1rem 0 0; padding: 0.7rem 0.9rem; border: 1px solid var(--edge); border-left: 4px solid var(--missed); border-radius: 0.35rem; background: var(--panel); font: 0.9rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.ending.held { color: inherit; border-left-color: var(--held); }
.scroll table { width: 100%; min-width: 52rem; }
[data-failures-part] .scroll table { min-width: 18rem; width: auto; }
[data-decisions-part] .scroll { max-height: 27rem; overflow: auto; }
[data-decisions-part] thead th { position: sticky; top: 0; background: var(--paper); }
[data-decisions-part] table { border-collapse: separate; border-spacing: 0; }
[data-decisions-part] caption, [data-budgets-part] caption { font-weight: 400; color: var(--muted); }
.scroll td, .scroll th { padding-right: 1.1rem; font-variant-numeric: tabular-nums; }
.scroll td { white-space: nowrap; }
.scroll td.why, [data-decisions-part] td:nth-child(2) { white-space: normal; min-width: 12rem; }
.scroll tbody th { min-width: 4.5rem; }
[data-budgets-part] .scroll tbody th { min-width: 12rem; }
.zoom { border: 0; margin: 0.2rem 0 0.4rem; }
.card { border: 1px solid var(--edge); border-radius: 0.55rem; padding: 0.9rem 1rem; background: var(--panel); }
.card header { display: flex; justify-content: space-between; align-items: flex-start; gap: 0.8rem; }
.card h3 { min-width: 0; }
.card h3 small { display: block; margin: 0; font-size: 0.8rem; }
.card .badge { margin: 0; flex: none; }
.badge[data-phase="pause"], .badge[data-phase="recover"] { color: var(--missed); border-color: currentColor; }
.badge[data-phase="follow"], .badge[data-phase="probe"] { color: var(--held); border-color: currentColor; }
.gauges { grid-template-columns: repeat(5, 1fr); gap: 0.4rem 0.8rem; margin: 0.8rem 0 0; }
.gauges > div:first-child { grid-column: span 2; }
.gauges dt { font-size: 0.78rem; }
.gauges dd { font-size: 1.02rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.card figure { margin: 0.7rem -0.4rem 0; }
.card .chart { min-height: 215px; overflow: hidden; }
.budgets { list-style: none; margin: 0.4rem 0 0; padding: 0; font-size: 0.85rem; color: var(--muted); overflow-wrap: anywhere; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.9rem; margin-top: 0.7rem; font-size: 0.88rem; }
.controls > button { min-width: 5.2em; }
.cap { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; color: var(--muted); }
.cap input { width: 6.5em; font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 0.35rem; padding: 0.1rem 0.4rem; }
@media (min-width: 100rem) { main { max-width: 110rem; } }
@media (max-width: 40rem) { .headlines { display: grid; grid-template-columns: 1fr 1fr; } .scroll { margin-inline: calc(-1 * clamp(0.9rem, 3vw, 2.5rem)); padding-inline: clamp(0.9rem, 3vw, 2.5rem); } .gauges { grid-template-columns: repeat(3, 1fr); } .gauges > div:first-child { grid-column: auto; } .card header { flex-direction: column; gap: 0.4rem; } }
`;
