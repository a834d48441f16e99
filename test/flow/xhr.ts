/**
 * As much of XMLHttpRequest as `ajax` of RxJS uses, on fetch: Node has none. It stands in for the browser's, and shows how
 * `ajax` hands on statuses, headers and bodies; it isn't one.
 */
export class HttpRequest extends EventTarget {
  readonly upload = new EventTarget();
  readyState = 0;
  status = 0;
  responseType = "";
  response: unknown = null;
  responseText = "";
  timeout = 0;
  withCredentials = false;
  readonly #abort = new AbortController();
  readonly #headers = new Headers();
  #answer: Response | undefined;
  #method = "GET";
  #url = "";

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
    this.readyState = 1;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  getAllResponseHeaders(): string {
    return [...(this.#answer?.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  }

  send(body?: BodyInit): void {
    this.#send(body).then(
      () => this.#end("load"),
      () => this.#end("error"),
    );
  }

  abort(): void {
    this.#abort.abort();
  }

  async #send(body: BodyInit | undefined): Promise<void> {
    const { signal } = this.#abort;
    this.#answer = await fetch(this.#url, {
      method: this.#method,
      headers: this.#headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    this.responseText = await this.#answer.text();
    this.response = this.responseType === "json" ? JSON.parse(this.responseText) : this.responseText;
    this.status = this.#answer.status;
  }

  #end(type: string): void {
    this.readyState = 4;
    if (!this.#abort.signal.aborted) this.dispatchEvent(new Event(type));
  }
}
