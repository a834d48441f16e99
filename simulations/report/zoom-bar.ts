import { type Html, html } from "../../src/page/html.js";

/** What moves the stretch of time that all charts of a section show. */
export function zoomBar(): Html {
  return html`<div class="zoom" role="group" aria-label="Stretch of time shown"><span data-range></span><button type="button" data-zoom="earlier" aria-label="Earlier">◀</button><button type="button" data-zoom="later" aria-label="Later">▶</button><button type="button" data-zoom="closer" aria-label="Zoom in">+</button><button type="button" data-zoom="wider" aria-label="Zoom out">−</button><button type="button" data-zoom="whole">Whole run</button><span class="hint">or drag over a chart; a double click shows all again</span></div>`;
}
