import { element } from "../../../../src/page/browser/element.js";

/** Fills a list of terms with what the server was told to be, each setting as JSON has it. */
export function settingsList(list: Element, settings: Readonly<Record<string, unknown>>): void {
  if (list.childElementCount > 0) return;
  for (const [name, value] of Object.entries(settings)) {
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    const text = isPlain ? String(value) : JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, " ");
    list.append(element("dt", { text: name }), element("dd", {}, element("code", { text })));
  }
}
