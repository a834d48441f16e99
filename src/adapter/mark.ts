import type { Branch } from "./branch.js";
import type { Bytes } from "./cover.js";

/** What is remembered of responses, each by itself. */
export interface Marks {
  put(response: Response, branch: Branch): void;
  branchOf(response: Response): Branch | undefined;
  /** The stream that its body was covered by, made when it is first asked for. */
  streamOf(response: Response, make: () => ReadableStream<Bytes>): ReadableStream<Bytes>;
}

/**
 * Remembers things of responses in private fields on the responses themselves, where nobody else sees them. A WeakMap
 * does the same, but undici keeps its responses until a full collection, and every small one walks the whole table: half a
 * microsecond for each response, where a field costs a tenth of that.
 */
export function newMarks(): Marks {
  class Mark extends Given {
    readonly #branch: Branch;
    #stream: ReadableStream<Bytes> | undefined = undefined;

    constructor(response: Response, branch: Branch) {
      super(response);
      this.#branch = branch;
    }

    static branchOf(response: object): Branch | undefined {
      return #branch in response ? response.#branch : undefined;
    }

    static streamOf(response: object, make: () => ReadableStream<Bytes>): ReadableStream<Bytes> {
      if (!(#stream in response)) return make();
      response.#stream ??= make();
      return response.#stream;
    }
  }
  return {
    put: (response, branch) => void new Mark(response, branch),
    branchOf: (response) => Mark.branchOf(response),
    streamOf: (response, make) => Mark.streamOf(response, make),
  };
}

function given(object: object): object {
  return object;
}

/** A class whose making makes nothing: the fields of one that extends it are put on what it is given. */
const Given = given as unknown as new (object: object) => object;
