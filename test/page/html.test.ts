import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, html, json, trusted } from "../../src/page/html.js";

describe("html", () => {
  it("escapes what is put in, in elements and in attributes", () => {
    expect(html`<p title="${'"><script>'}">${"a < b & 'c'"}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">a &lt; b &amp; &#39;c&#39;</p>',
    );
  });

  it("joins lists, takes HTML as it is, and says nothing of false and undefined", () => {
    expect(html`${[html`<b>${1}</b>`, trusted("<i>"), false, undefined, ["&"]]}`.text).toBe("<b>1</b><i>&amp;");
  });

  it("never leaves a character of any text that could open an element or end an attribute", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });

  it("writes JSON that reads back the same and can't end its element", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        const written = json({ value, hostile: "</script><!--" }).text;
        expect(written).not.toContain("<");
        expect(JSON.parse(written)).toEqual({ value, hostile: "</script><!--" });
      }),
    );
  });
});
