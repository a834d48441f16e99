/** Where a stream is. */
export interface StreamAddress {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Why a request was refused. Default: as the refusal says itself. */
  readonly reasonOf?: (response: Response) => Promise<string>;
}

/** What is told of a stream. */
export interface StreamListener<Message> {
  onMessage(message: Message): void;
  /** Nobody answers, or what does says no. */
  onGone(why: string): void;
}

/** Whoever is there says something every ten seconds. */
const SILENCE_MAX_MS = 25_000;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 5_000;

/** Reads a stream, and begins again whenever it breaks off, for as long as the page is open. */
export async function follow<Message extends { readonly type: string }>(
  address: StreamAddress,
  listener: StreamListener<Message>,
): Promise<never> {
  let pauseMs = PAUSE_MIN_MS;
  for (;;) {
    let isOver = false;
    try {
      await read<Message>(address, (message) => {
        pauseMs = PAUSE_MIN_MS;
        isOver = message.type === "ended";
        listener.onMessage(message);
      });
      if (!isOver) listener.onGone("it broke off");
    } catch (error) {
      listener.onGone(error instanceof Error ? error.message : String(error));
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 1.5);
  }
}

async function read<Message>(
  { url, headers = {}, reasonOf = statedReason }: StreamAddress,
  onMessage: (message: Message) => void,
): Promise<void> {
  const giveUp = new AbortController();
  let patience = setTimeout(() => giveUp.abort(), SILENCE_MAX_MS);
  try {
    const response = await fetch(url, { headers, signal: giveUp.signal });
    if (!response.ok || response.body === null) throw new Error(await reasonOf(response));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(patience);
      patience = setTimeout(() => giveUp.abort(), SILENCE_MAX_MS);
      const parts = (held + value).split("\n\n");
      held = parts.pop() ?? "";
      for (const part of parts) {
        if (part.startsWith("data: ")) onMessage(JSON.parse(part.slice("data: ".length)) as Message);
      }
    }
  } catch (error) {
    throw giveUp.signal.aborted ? new Error("it has fallen silent") : error;
  } finally {
    clearTimeout(patience);
    giveUp.abort();
  }
}

/** Why a request was refused, in the server's own words. */
export async function statedReason(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { readonly error: { readonly message: string } };
    return error.message;
  } catch {
    return `it answers ${response.status}`;
  }
}
