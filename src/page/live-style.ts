/** What a page that goes on has beside a report's style. */
export const LIVE_STYLE = `
header.page { align-items: center; flex-wrap: wrap; gap: 0.3rem 0.8rem; }
header.page .brand { flex: 1 0 auto; }
header.page button { white-space: nowrap; margin-left: auto; }
.link { margin: 0; font-size: 0.82rem; color: var(--muted); display: flex; align-items: center; gap: 0.45em; white-space: nowrap; }
.link::before { content: ""; width: 0.6em; height: 0.6em; border-radius: 50%; background: var(--hold); }
[data-connection="on"] .link::before { background: var(--held); }
h1 { font-size: 1.55rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.012em; margin: 0; }
h2 { font-size: 1.2rem; }
section + section { margin-top: 1.6rem; }
.alert { margin: 1rem 0 0; padding: 0.6rem 0.9rem; border: 1px solid currentColor; border-radius: 0.35rem; color: var(--missed); font-weight: 600; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
.scroll table { min-width: 46rem; }
.scroll th, .scroll td { max-width: 26rem; overflow-wrap: anywhere; }
.scroll tbody th { min-width: 11rem; }
caption { white-space: normal; max-width: calc(100vw - 2 * clamp(0.9rem, 3vw, 2.5rem)); }
progress { width: min(20rem, 50vw); accent-color: var(--rate); vertical-align: middle; }
select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--edge); border-radius: 0.35rem; padding: 0.1rem 0.4rem; }
figcaption { overflow-wrap: anywhere; }
.chart { min-height: 250px; }
.zoom { position: static; }
dl.settings { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: 0.3rem 1.2rem; }
.settings code { white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .hint { display: inline; margin-left: 0; } dl.settings { grid-template-columns: minmax(0, 1fr); gap: 0; } dl.settings dd { margin-bottom: 0.5rem; } }
`;
