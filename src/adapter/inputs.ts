/** Whatever inputs can be read from, one by one. */
export type Inputs<In> = Iterable<In> | AsyncIterable<In> | ReadableStream<In>;

/** An iterator of either kind. */
export interface InputIterator<In> {
  next(): IteratorResult<In, unknown> | PromiseLike<IteratorResult<In, unknown>>;
  return?(): unknown;
}

/**
 * The iterator over inputs, of whichever kind they are.
 *
 * @throws TypeError where they are of none
 */
export function inputsOf<In>(inputs: Inputs<In>): InputIterator<In> {
  if (typeof inputs === "object" && inputs !== null) {
    if (Symbol.asyncIterator in inputs) return inputs[Symbol.asyncIterator]();
    if (Symbol.iterator in inputs) return inputs[Symbol.iterator]();
    // Not every browser's stream can be iterated.
    if ("getReader" in inputs) return overStream(inputs);
  }
  if (typeof inputs === "string") return (inputs as Iterable<In>)[Symbol.iterator]();
  throw new TypeError("map needs an iterable, an async iterable or a ReadableStream of inputs");
}

function overStream<In>(stream: ReadableStream<In>): InputIterator<In> {
  const reader = stream.getReader();
  return { next: () => reader.read(), return: () => reader.cancel() };
}

export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
