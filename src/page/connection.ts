import { html } from "./html.js";

/** Where a page that follows a stream says how that is, in a word. */
export const LINK = html`<p class="link" role="status" data-link>connecting</p>`;

/** Where it says that nobody answers. */
export const GONE = html`<p class="alert" role="alert" data-gone hidden></p>`;

/** That what it shows has ended. */
export const OVER = html`<p class="note" role="status" data-over hidden>This is over, and what you see is how it ended. Where it is started again, this page goes on with it.</p>`;
