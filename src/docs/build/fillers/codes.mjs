import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REASONS } from "../../../../dist/src/index.js";
import { ROOT } from "../paths.mjs";
import { markdownTable } from "./table.mjs";

/** Every code of a `SluiceError`, in the words of the type's own comment. */
export function tableOfErrors() {
  const codes = codesOf("src/errors.ts", "export type SluiceErrorCode");
  return markdownTable(["code", "when"], rowsOf(codes));
}

/** Every code of an `advice` event. */
export function tableOfAdvice() {
  return tableOfEvents("advice");
}

/** Every code of a `warning` event. */
export function tableOfWarnings() {
  return tableOfEvents("warning");
}

/** Every reason that a decision may carry. */
export function tableOfReasons() {
  return markdownTable(["`because`", "means"], rowsOf(new Map(Object.entries(REASONS))));
}

function tableOfEvents(type) {
  const codes = codesOf("src/flow/event.ts", `readonly type: "${type}";`);
  return markdownTable(["`code`", "means"], rowsOf(codes));
}

const rowsOf = (codes) => [...codes].map(([code, meaning]) => [`\`${code}\``, meaning]);

/**
 * The codes of the first union of literals at or after a mark in a source, each with what the comment above the union says
 * behind its name and a colon.
 *
 * @returns {ReadonlyMap<string, string>}
 * @throws Error where the comment leaves one out
 */
export function codesOf(file, mark) {
  const source = readFileSync(join(ROOT, file), "utf8");
  const at = source.indexOf(mark);
  if (at < 0) throw new Error(`${file} has no ${mark}`);
  const union = /\n(?:export type|\s+readonly code)[^"]*?((?:[\s|]+"[\w-]+")+);/.exec(source.slice(at - 1));
  if (union === null) throw new Error(`${file}: no union of codes after ${mark}`);
  const comment = commentAbove(source.slice(0, at - 1 + union.index));
  const meanings = new Map(meaningsIn(comment));
  const codes = [...union[1].matchAll(/"([\w-]+)"/g)].map(([, code]) => code);
  return new Map(
    codes.map((code) => {
      if (!meanings.has(code)) throw new Error(`${file}: the comment doesn't say what \`${code}\` means`);
      return [code, meanings.get(code)];
    }),
  );
}

/** The last comment of a text that ends with it, as one line. */
function commentAbove(source) {
  const comment = source.slice(source.lastIndexOf("/**") + 3, source.lastIndexOf("*/"));
  return comment.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
}

/** Each "`code`: what it means." of a comment, up to the next. */
function meaningsIn(comment) {
  const parts = comment.split(/`([\w-]+)`: /).slice(1);
  return parts.flatMap((part, at) => (at % 2 === 0 ? [[part, sentence(parts[at + 1])]] : []));
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}`.trim().replace(/[;.]?$/, ".");
