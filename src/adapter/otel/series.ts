import type { Attributes } from "@opentelemetry/api";
import type { RequestTarget } from "../../flow/job.js";
import { methodOf, providerOf } from "./convention.js";
import type { Journey } from "./journey.js";
import { ATTRIBUTES } from "./names.js";
import type { Vocabulary } from "./vocabulary.js";

/** The attributes of metrics: few, and each of few values. */
export class Series {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Of our own metrics, for one key. */
  ofKey(key: string, more: Attributes = {}): Attributes {
    return { [ATTRIBUTES.key]: this.#vocabulary.of(ATTRIBUTES.key, key), ...more };
  }

  /** Of one budget, whose names a server may invent. */
  ofBudget(key: string, dimension: string, scope: string | undefined, more: Attributes = {}): Attributes {
    return this.ofKey(key, {
      [ATTRIBUTES.dimension]: this.#vocabulary.of(ATTRIBUTES.dimension, dimension),
      ...(scope === undefined ? {} : { [ATTRIBUTES.scope]: this.#vocabulary.of(ATTRIBUTES.scope, scope) }),
      ...more,
    });
  }

  ofHttp({ method, scheme, host, port }: RequestTarget): Attributes {
    return { [ATTRIBUTES.method]: methodOf(method), [ATTRIBUTES.scheme]: scheme, ...this.#ofServer(host, port) };
  }

  /** Of an AI operation; undefined where it is none, or none that is known. */
  ofOperation({ target, provider }: Journey): Attributes | undefined {
    if (target?.operation === undefined) return undefined;
    const { operation, model, host, port } = target;
    return {
      [ATTRIBUTES.operation]: operation,
      [ATTRIBUTES.provider]: this.#vocabulary.of(ATTRIBUTES.provider, providerOf(provider)),
      ...(model === undefined ? {} : { [ATTRIBUTES.model]: this.#vocabulary.of(ATTRIBUTES.model, model) }),
      ...this.#ofServer(host, port),
    };
  }

  /** `error.type`, whose names tasks may invent; nothing where there is no error. */
  ofError(errorType: string | undefined): Attributes {
    return errorType === undefined
      ? {}
      : { [ATTRIBUTES.errorType]: this.#vocabulary.of(ATTRIBUTES.errorType, errorType) };
  }

  #ofServer(host: string, port: number | undefined): Attributes {
    return {
      [ATTRIBUTES.address]: this.#vocabulary.of(ATTRIBUTES.address, host),
      ...(port === undefined ? {} : { [ATTRIBUTES.port]: port }),
    };
  }
}
