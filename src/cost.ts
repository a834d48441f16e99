/**
 * What a limit counts. `requests` is counted for every request; the others exist once a quota or a refusal names them.
 * A provider may have more (images, audio seconds): any string is a dimension.
 */
export type Dimension = "requests" | "tokens" | "inputTokens" | "outputTokens" | "concurrency" | (string & {});

/**
 * What a request spends, or is expected to spend, in each dimension. Numbers of units, 0 or more; an absent dimension
 * costs nothing, but `requests`, which is 1 unless said otherwise.
 */
export type Cost = Readonly<Partial<Record<Dimension, number>>>;
