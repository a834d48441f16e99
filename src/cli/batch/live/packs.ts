import { packed, TEXTS_MAX } from "../../../adapter/packs.js";
import type { RoutedRequest } from "../requests/batch-line.js";
import { dialectNameOf } from "../servers.js";
import type { Task } from "../survey.js";

/** Requests that go to their server as one. */
export interface Pack {
  readonly kind: "pack";
  readonly requests: readonly RoutedRequest[];
  readonly bytes: number;
}

/** How many texts go into the request that begins with this one. */
export type PackFor = (first: RoutedRequest) => number;

/** What was asked for, or what a provider's guide says: Together's alone says that texts should go together. */
export function packFor(pack: number | undefined): PackFor {
  return ({ lane }) => pack ?? (dialectNameOf(lane.server) === "together" ? TEXTS_MAX : 1);
}

/** Puts texts of one model that follow one another into packs. What is no request breaks one off, so that the order stays. */
export async function* packsOf(tasks: AsyncIterable<Task>, packFor: PackFor): AsyncGenerator<Task | Pack> {
  const isApart = (last: Task, next: Task): boolean =>
    last.kind !== "send" ||
    next.kind !== "send" ||
    last.request.href !== next.request.href ||
    last.request.model !== next.request.model;
  const mostFor = (first: Task): number => (first.kind === "send" ? packFor(first.request) : 1);
  for await (const pack of packed(tasks, { mostFor, isApart })) {
    const [first] = pack;
    if (pack.length === 1 && first !== undefined) yield first;
    else yield toPack(pack);
  }
}

function toPack(tasks: readonly Task[]): Pack {
  const requests = tasks.flatMap((task) => (task.kind === "send" ? [task.request] : []));
  return { kind: "pack", requests, bytes: tasks.reduce((sum, { bytes }) => sum + bytes, 0) };
}
