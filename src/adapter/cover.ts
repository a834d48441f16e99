const CONSUMERS = ["json", "text", "arrayBuffer", "bytes", "blob", "formData"] as const;

/** A way to read a whole body. */
export type Consumer = (typeof CONSUMERS)[number];
export type Bytes = Uint8Array<ArrayBuffer>;

/** What covers the ways of reading a response. */
export interface Reading {
  consume(response: Response, name: Consumer): Promise<unknown>;
  stream(response: Response): ReadableStream<Bytes> | null;
  clone(response: Response): Response;
}

type Native = Record<Consumer, () => Promise<unknown>> & Pick<Response, "clone">;

/** What a response has under its cover. */
export class Underneath {
  readonly #prototype: Native;

  constructor(prototype: object) {
    this.#prototype = prototype as Native;
  }

  read(response: Response, name: Consumer): Promise<unknown> {
    return this.#prototype[name].call(response);
  }

  body(response: Response): ReadableStream<Bytes> | null {
    return Reflect.get(this.#prototype, "body", response) as ReadableStream<Bytes> | null;
  }

  clone(response: Response): Response {
    return this.#prototype.clone.call(response);
  }
}

/**
 * A prototype over the platform's own, with the ways of reading covered. It is made once for each kind of response and
 * then set, which costs a third of covering each response: and the response stays itself, an instance of its class, with
 * its `url`, `redirected` and `type`.
 */
export function coverOver(prototype: object, reading: Reading): object {
  const covers: PropertyDescriptorMap = {
    body: {
      configurable: true,
      get(this: Response) {
        return reading.stream(this);
      },
    },
    clone: {
      configurable: true,
      writable: true,
      value(this: Response): Response {
        return reading.clone(this);
      },
    },
  };
  for (const name of CONSUMERS) {
    // Not every platform has `bytes()`.
    if (!(name in prototype)) continue;
    covers[name] = {
      configurable: true,
      writable: true,
      value(this: Response): Promise<unknown> {
        return reading.consume(this, name);
      },
    };
  }
  return Object.create(prototype, covers) as object;
}
