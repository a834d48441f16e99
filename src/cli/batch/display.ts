import { clearScreenDown, moveCursor } from "node:readline";
import { stripVTControlCharacters, styleText } from "node:util";
import { createLogUpdate } from "log-update";
import type { Output } from "../command.js";
import { type Paint, panel, plainLine } from "./panel.js";
import type { ModelProgress } from "./progress.js";

/** What a person, or a program, sees of a job while it runs. */
export interface Display {
  /** How often `show` wants to be called, in milliseconds. */
  readonly periodMs: number;
  show(rows: readonly ModelProgress[], elapsedMs: number): void;
  /** Something worth a line of its own: `type` names it for programs, `text` says it to people. */
  note(type: string, text: string, facts?: object): void;
  /** Lets go of the terminal. Notes may still follow. */
  end(): void;
}

/** Which display a user asked for. */
export interface DisplayOptions {
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A live panel on a terminal, plain lines without one, JSON for programs, or next to nothing. */
export function createDisplay({ stderr, env, json, quiet }: DisplayOptions): Display {
  if (json) return jsonDisplay(stderr);
  if (quiet) return quietDisplay(stderr);
  return isLive(stderr, env) ? liveDisplay(stderr, createPaint(stderr, env)) : plainDisplay(stderr);
}

/** Whether a line may be drawn again. CI systems call their log a terminal at times; it would be thousands of lines there. */
export function isLive(output: Output, env: DisplayOptions["env"]): boolean {
  return output.isTTY === true && !isSet(env["CI"]) && env["TERM"] !== "dumb";
}

/** Colours only where a terminal shows them and nobody asked for none (https://no-color.org). */
export function createPaint(output: Output, env: DisplayOptions["env"]): Paint {
  const isPlain = output.isTTY !== true || isSet(env["NO_COLOR"]) || env["TERM"] === "dumb";
  return isPlain ? (_, text) => text : (style, text) => styleText(style, text, { validateStream: false });
}

function liveDisplay(stderr: Output, paint: Paint): Display {
  const stream = stderr as NodeJS.WriteStream;
  const draw = createLogUpdate(stream);
  let drawn = { text: "", columns: 0 };
  return {
    periodMs: 200,
    show(rows) {
      const columns = stderr.columns ?? 80;
      const extra = columns < drawn.columns ? wrappedRows(drawn.text, columns) : 0;
      if (extra > 0) {
        // A terminal that became narrower has wrapped what stands there: the library would leave those rows behind.
        draw.clear();
        moveCursor(stream, 0, -extra);
        clearScreenDown(stream);
      }
      drawn = { text: panel(rows, { columns, paint }), columns };
      draw(drawn.text);
    },
    note(_, text) {
      // Above the panel, which is drawn again at the next turn.
      draw.clear();
      stderr.write(`${text}\n`);
    },
    end: () => draw.done(),
  };
}

/** Rows that a text takes beyond its lines where these are wider than the terminal. */
function wrappedRows(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split("\n");
  return lines.reduce((sum, { length }) => sum + Math.max(0, Math.ceil(length / columns) - 1), 0);
}

function plainDisplay(stderr: Output): Display {
  return {
    periodMs: 5_000,
    show(rows, elapsedMs) {
      const at = `[${Math.round(elapsedMs / 1_000)}s]`;
      stderr.write(rows.map((row) => `${at} ${plainLine(row)}\n`).join(""));
    },
    note: (_, text) => void stderr.write(`${text}\n`),
    end: () => undefined,
  };
}

function jsonDisplay(stderr: Output): Display {
  const write = (event: object): void => void stderr.write(`${JSON.stringify(event)}\n`);
  return {
    periodMs: 1_000,
    show: (models, elapsedMs) => write({ type: "progress", elapsedMs: Math.round(elapsedMs), models }),
    note: (type, message, facts) => write({ type, message, ...facts }),
    end: () => undefined,
  };
}

function quietDisplay(stderr: Output): Display {
  return {
    periodMs: 60_000,
    show: () => undefined,
    note: (type, text) => (type === "error" ? void stderr.write(`${text}\n`) : undefined),
    end: () => undefined,
  };
}

/** Whether a variable is there and says yes. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
