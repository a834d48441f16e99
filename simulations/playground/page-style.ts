/** What the playground has beside the style of all pages. */
export const PLAYGROUND_STYLE = `
[hidden] { display: none !important; }
main { max-width: 110rem; }
h1 { font-size: clamp(1.5rem, 3.4vw, 2.3rem); line-height: 1.15; font-weight: 680; letter-spacing: -0.02em; margin: 0; text-wrap: balance; }
h2 { font-size: 1.15rem; }
section { padding-top: 1.1rem; }
section + section { margin-top: 0; border: 0; }
header.page { align-items: center; gap: 0.6rem; flex-wrap: wrap; }
header.page nav { display: flex; gap: 0.2rem; padding: 0; margin-left: auto; }
.settings summary .note, legend .note { font-weight: 400; font-size: 0.84rem; }
nav button[aria-current="page"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.alert { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; align-items: center; margin: 0.8rem 0 0; padding: 0.55rem 0.9rem; border: 1px solid currentColor; border-radius: 0.4rem; color: var(--missed); font-weight: 550; overflow-wrap: anywhere; }
.steps { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0 0 1.2rem; padding: 0; }
.steps button { border-radius: 1rem; padding: 0.2rem 0.85rem; }
.steps button[aria-current="step"] { background: var(--rate); border-color: var(--rate); color: var(--paper); font-weight: 600; }
.lesson { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.4rem 3rem; }
.lesson .words { max-width: 64ch; }
.lesson .words p { font-size: 1.08rem; line-height: 1.55; margin: 0.7rem 0 0; }
.lesson .look { color: var(--muted); margin: 0.6rem 0 0; max-width: 72ch; }
.onward { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1.2rem; }
.onward .main, .transport .main { background: var(--rate); border-color: var(--rate); color: var(--paper); font-weight: 600; }
.onward button { padding: 0.4rem 1rem; font-size: 0.95rem; }
.bench { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2.2rem; align-items: start; }
@media (min-width: 62rem) { .bench { grid-template-columns: 17.5rem minmax(0, 1fr); } aside.settings { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 0.4rem 0.6rem 2rem 0.2rem; } }
@media (min-width: 62rem) { .lesson { grid-template-columns: minmax(18rem, 25rem) minmax(0, 1fr); } .lesson .look { grid-column: 2; } }
aside.settings summary { font-weight: 600; color: var(--ink); }
fieldset { border: 0; border-top: 1px solid var(--edge); margin: 0.8rem 0 0; padding: 0.5rem 0 0; min-width: 0; }
legend { padding: 0; float: left; width: 100%; font-weight: 600; font-size: 0.92rem; margin-bottom: 0.2rem; }
fieldset > * { clear: both; }
.field { display: grid; grid-template-columns: minmax(0, 1fr) 7.6rem; gap: 0.5rem; align-items: center; font-size: 0.86rem; padding: 0.14rem 0; }
.field > span { color: var(--muted); }
.field .unit { color: var(--muted); margin-left: 0.2em; }
.wide { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
input:not([type="range"], [type="checkbox"]), select { font: inherit; font-size: 0.86rem; width: 100%; min-width: 0; color: var(--ink); background: var(--panel); border: 1px solid var(--edge); border-radius: 0.35rem; padding: 0.16rem 0.4rem; }
input:user-invalid { border-color: var(--missed); outline-color: var(--missed); }
input[type="range"] { accent-color: var(--rate); width: 100%; margin: 0; }
input[type="checkbox"] { accent-color: var(--rate); margin: 0 0.45rem 0 0; }
.names { display: flex; flex-direction: column; gap: 0.08rem; font-size: 0.86rem; }
.names label { display: flex; align-items: center; }
.names small { color: var(--muted); margin-left: 0.4em; }
.told { color: var(--muted); font-size: 0.86rem; margin: 0.4rem 0 0; overflow-wrap: anywhere; }
.transport { position: sticky; top: 0; z-index: 5; background: var(--paper); border-bottom: 1px solid var(--edge); padding: 0.5rem 0; display: flex; flex-wrap: wrap; gap: 0.4rem 0.5rem; align-items: center; }
.transport button { min-height: 2rem; }
.transport .main { min-width: 5.2rem; }
.transport .pace { display: flex; align-items: center; gap: 0.5rem; font-size: 0.86rem; flex: 1 1 13rem; min-width: 0; max-width: 24rem; }
.transport .pace output { min-width: 4.6rem; font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.clock { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.transport progress { flex: 1 1 100%; width: 100%; height: 4px; border: 0; border-radius: 2px; overflow: hidden; accent-color: var(--rate); background: var(--grid); appearance: none; }
.transport progress::-webkit-progress-bar { background: var(--grid); } .transport progress::-webkit-progress-value { background: var(--rate); } .transport progress::-moz-progress-bar { background: var(--rate); }
.knobs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); align-items: end; gap: 0.5rem 1.6rem; margin: 0.9rem 0 0; padding: 0.8rem 1rem; background: var(--panel); border: 1px solid var(--grid); border-radius: 0.6rem; }
.knobs h2 { grid-column: 1 / -1; font-size: 0.92rem; }
.knobs h2 span { font-weight: 400; color: var(--muted); margin-left: 0.4em; }
.knob { font-size: 0.86rem; display: grid; grid-template-columns: 1fr auto; gap: 0 0.5rem; align-items: center; }
.knob > span { color: var(--muted); } .knob output { font-weight: 600; font-variant-numeric: tabular-nums; } .knob input, .knob select { grid-column: 1 / -1; }
.knobs .buttons { grid-column: 1 / -1; display: flex; gap: 0.4rem; flex-wrap: wrap; }
.pacewords { color: var(--muted); font-size: 0.84rem; margin: 0.6rem 0 0; font-variant-numeric: tabular-nums; display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
.pacewords span:empty { display: none; }
.pacewords b { color: var(--ink); font-weight: 600; }
.scores td.best { color: var(--held); font-weight: 600; }
.scores tbody th { font-weight: 600; white-space: nowrap; }
.runs { gap: 1.6rem 2.2rem; }
.run > h2, .run > h3 { font-size: 1.05rem; border-top: 2px solid var(--edge); padding-top: 0.6rem; }
figure { margin-top: 0.7rem; }
.plot { min-width: 0; }
.lesson .headlines { margin-top: 0.5rem; gap: 0.2rem 1.6rem; }
.lesson .headlines strong { font-size: 1.35rem; }
.decisions { max-height: 19rem; overflow: auto; margin-top: 0.6rem; border: 1px solid var(--grid); border-radius: 0.5rem; }
.decisions table { width: 100%; min-width: 26rem; font-size: 0.84rem; }
.decisions th, .decisions td { padding: 0.2rem 0.8rem 0.2rem 0.7rem; }
.decisions thead th { position: sticky; top: 0; background: var(--panel); }
.decisions td.because { min-width: 16rem; overflow-wrap: anywhere; }
.decisions tr[aria-current] { background: color-mix(in srgb, var(--rate) 14%, transparent); }
.share { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
pre.code code { white-space: pre; }
.share > *, .pair > *, .bench > * { min-width: 0; }
.zoom select, h2 select { width: auto; }
.zoom { margin-top: 1rem; position: static; }
.scores { width: 100%; }
pre.code { background: var(--panel); border: 1px solid var(--grid); border-radius: 0.5rem; padding: 0.7rem 0.9rem; overflow-x: auto; margin: 0.5rem 0; font: 0.84rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
@media (max-width: 40rem) { header.page nav { order: 3; flex: 1 0 100%; } .knobs { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem 1rem; } .headlines { gap: 0.4rem 1.4rem; } .knobs { padding: 0.7rem; } .transport .pace { flex-basis: 100%; max-width: none; } .field { grid-template-columns: minmax(0, 1fr) 8.5rem; } }
@media (prefers-reduced-motion: no-preference) { .steps button, .onward button { transition: background-color 0.15s; } }
`;
