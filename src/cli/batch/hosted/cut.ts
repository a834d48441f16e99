import type { RoutedRequest } from "../requests/batch-line.js";
import type { IdTable } from "../results/id-table.js";
import type { Task } from "../survey.js";
import type { Caps } from "./caps.js";
import type { Part } from "./journal.js";
import { PartWriter, partLineOf } from "./part-file.js";

/** Parts that are filled at the same time: more models and endpoints than that make smaller ones. */
const OPEN_MAX = 64;

/** The path that a batch's requests are for: from the API's version on, whatever stands before it at this server. */
export function endpointOf(href: string): string {
  const { pathname } = new URL(href);
  return /\/v\d[\w.]*\/.*$/.exec(pathname)?.[0] ?? pathname;
}

/** A part to order, or a line that can't be in one. */
export type Piece = Part | Extract<Task, { kind: "problem" }>;

/** Cuts requests into parts that a server takes: of one model and endpoint each. Nothing is read before it is asked for. */
export async function* cut(
  tasks: AsyncIterable<Task>,
  { folder, caps, ids }: { readonly folder: string; readonly caps: Caps; readonly ids: IdTable },
): AsyncGenerator<Piece> {
  const open = new Map<string, PartWriter>();
  try {
    for await (const task of tasks) {
      if (task.kind === "problem") {
        yield task;
        continue;
      }
      const { request } = task;
      const endpoint = endpointOf(request.href);
      const group = `${endpoint} ${request.lane.name}`;
      const line = partLineOf(request.customId, endpoint, request.body);
      const full = open.get(group);
      if (full !== undefined && full.bytes + Buffer.byteLength(line.text) + 1 > caps.bytesMax) {
        open.delete(group);
        yield await full.finish();
      }
      if (!open.has(group) && open.size >= OPEN_MAX) yield await largestOf(open).finish();
      const writer = open.get(group) ?? new PartWriter(folder, aboutOf(request, endpoint));
      open.set(group, writer);
      await writer.add(line);
      ids.remember(request.customId, "ordered");
      if (writer.requests < caps.linesMax) continue;
      open.delete(group);
      yield await writer.finish();
    }
    for (const [group, writer] of open) {
      open.delete(group);
      yield await writer.finish();
    }
  } finally {
    // Whoever asks for no more has no use for what was begun.
    for (const writer of open.values()) await writer.drop();
  }
}

function aboutOf({ lane }: RoutedRequest, endpoint: string): Omit<Part, "requests" | "mark"> {
  return { server: lane.server.baseUrl.origin, endpoint, model: lane.name };
}

function largestOf(open: Map<string, PartWriter>): PartWriter {
  const [[group, writer] = []] = [...open].sort(([, a], [, b]) => b.requests - a.requests);
  if (group === undefined || writer === undefined) throw new Error("BUG: no part is open");
  open.delete(group);
  return writer;
}
