import { readChartAssets, readPageScript } from "../../src/page/assets.js";
import { pageHead } from "../../src/page/head.js";
import { type Content, html, json, trusted } from "../../src/page/html.js";
import { STYLE } from "../../src/page/style.js";
import type { PageData } from "./page-data.js";

/** What the page may load: nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What one page differs from another by. */
export interface PageParts {
  readonly title: string;
  /** What kind of page it is, beside the name of the house. */
  readonly kind: string;
  readonly body: Content;
  /** What its script draws. */
  readonly data: PageData;
  /** What its figures are worth. Default: of virtual time. */
  readonly footer?: string;
}

const VIRTUAL = "Virtual time: every figure is reproduced by its scenario and seed.";

/** One HTML page that needs nothing else: scripts and styles are in it, and it opens from a file. */
export function renderPage({ title, kind, body, data, footer = VIRTUAL }: PageParts): string {
  const { style, license } = readChartAssets();
  return html`<!doctype html>
<html lang="en">
${pageHead({ title: `${title} – sluice`, styles: [style, STYLE], policy: POLICY })}
<body>
<main>
<header class="page"><p class="brand">sluice <span>${kind}</span></p><button type="button" data-theme-button>Colours: auto</button></header>
${body}
<footer>${footer} Charts by uPlot.<details><summary>Licence of uPlot</summary><pre>${license}</pre></details></footer>
</main>
<script type="application/json" id="data">${json(data)}</script>
<script>${trusted(readPageScript("report"))}</script>
</body>
</html>
`.text;
}
