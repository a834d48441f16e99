import type { RoutedRequest } from "../requests/batch-line.js";
import type { Server } from "../servers.js";
import type { Caps } from "./caps.js";
import { endpointOf } from "./cut.js";
import { partLineOf } from "./part-file.js";

/** How many batches requests would make. */
export class Plan {
  readonly #capsOf: (server: Server) => Caps;
  readonly #groups = new Map<string, { model: string; batches: number; lines: number; bytes: number }>();

  constructor(capsOf: (server: Server) => Caps) {
    this.#capsOf = capsOf;
  }

  add({ customId, href, body, lane }: RoutedRequest): void {
    const { linesMax, bytesMax } = this.#capsOf(lane.server);
    const endpoint = endpointOf(href);
    const bytes = Buffer.byteLength(partLineOf(customId, endpoint, body).text) + 1;
    const name = `${endpoint} ${lane.name}`;
    const group = this.#groups.get(name) ?? { model: lane.name, batches: 0, lines: linesMax, bytes: 0 };
    this.#groups.set(name, group);
    if (group.lines >= linesMax || group.bytes + bytes > bytesMax)
      Object.assign(group, { lines: 0, bytes: 0, batches: group.batches + 1 });
    group.lines += 1;
    group.bytes += bytes;
  }

  /** Without those of models that aren't to be sent. */
  batches(isLeftOut: (name: string) => boolean): number {
    return [...this.#groups.values()].reduce((sum, { model, batches }) => sum + (isLeftOut(model) ? 0 : batches), 0);
  }
}
