// The code of the README, as it stands there, compiled with the tests; `readme.test.ts` holds the two together.
import { createServer } from "node:http";
import OpenAI from "openai";
import { from, type Observable } from "rxjs";
import { fromFetch } from "rxjs/fetch";
import { Agent, setGlobalDispatcher } from "undici";
import { dashboard } from "../../src/adapter/dashboard.js";
import { instrument } from "../../src/adapter/otel.js";
import { observe, sluiceInterceptor } from "../../src/adapter/undici.js";
import { createSluice } from "../../src/index.js";
import { channelStore } from "../../src/store/channel.js";
import { redisStore } from "../../src/store/redis.js";

declare const prompts: readonly string[];
declare const documents: readonly string[];
declare const lines: AsyncIterable<string>;
declare const url: string;
declare const question: string;
declare const agent: { run(question: string): Promise<string> };
declare const body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
declare function embed(text: string): Promise<readonly number[]>;
declare function store(vector: readonly number[]): void;
declare function send(line: string): Promise<Response>;
declare function save(answer: Response): void;

export async function tenLines(): Promise<readonly unknown[]> {
  // #region ten lines
  const sluice = createSluice(); // no configuration needed
  const together = new OpenAI({ baseURL: "https://api.together.xyz/v1", ...sluice.sdkOptions() });

  // Ask for everything at once: each request leaves when its model's limit has room for it.
  const answers = await Promise.all(
    prompts.map((content) =>
      together.chat.completions.create({
        model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        messages: [{ role: "user", content }],
      }),
    ),
  );
  // #endregion
  return answers;
}

export async function otherShapes(client: OpenAI): Promise<Observable<Response>> {
  const sluice = createSluice();
  // #region other shapes
  // RxJS: a stream, paced, results as they come
  from(documents)
    .pipe(
      sluice.pace((text) => embed(text), { key: "together/m2-bert", cost: (text) => ({ tokens: text.length / 4 }) }),
    )
    .subscribe(store);

  // RxJS: one cold request observable, governed
  const response$ = sluice.wrap(fromFetch(url), { key: "llama-3.3-70b" });

  // A stream of any length, in constant memory
  for await (const answer of sluice.map(lines, send, { key: "m" })) save(answer);

  // Any promise; its status and headers are found in the result, or in the error
  await sluice.schedule(() => client.chat.completions.create(body).withResponse(), { key: "llama-3.3-70b" });

  // Whatever is called inside takes these options, however deep in an SDK
  await sluice.with({ priority: 1, tenant: "interactive", deadlineMs: 5_000 }, () => agent.run(question));
  // #endregion
  return response$;
}

export function watching(): void {
  const sluice = createSluice();
  // #region watching
  sluice.event$.subscribe((event) => {
    if (event.type === "decision") console.log(event.key, event.ratePerSecond, event.decision.because);
  });
  // #endregion
}

export function telling(): () => void {
  const sluice = createSluice();
  // #region telemetry
  // After the SDK was set up. A meter and a tracer may be handed in; by default they are the global ones.
  const stop = instrument(sluice);
  // #endregion
  return stop;
}

export function livePage(): string {
  const sluice = createSluice();
  // #region live page
  const live = dashboard(sluice, { path: "/sluice" });
  createServer(live).listen(3000, "127.0.0.1"); // Express: app.use(live). Bun, Deno, Hono: live.fetch(request, server)
  const address = live.urlAt("http://127.0.0.1:3000"); // with a token, behind #
  // #endregion
  return address;
}

export async function undiciDoor(origin: string, path: string, body: string): Promise<readonly unknown[]> {
  const sluice = createSluice();
  // #region undici
  // Every request of this dispatcher waits for its moment, and undici's own clocks don't tick meanwhile.
  const dispatcher = new Agent().compose(sluiceInterceptor(sluice));
  const { statusCode, body: answer } = await dispatcher.request({ origin, path, method: "POST", body });

  // Node's own fetch too, and with it whatever calls that.
  setGlobalDispatcher(dispatcher);

  // Or touch nothing, and learn the limits from what others send.
  const stop = observe(sluice);
  // #endregion
  return [statusCode, answer, stop];
}

export function fleet(): unknown {
  // #region fleet
  // npm install redis; or redisStore({ client }) with a client of your own, of node-redis or ioredis, of one server or a cluster
  const sluice = createSluice({ store: redisStore({ url: "redis://127.0.0.1:6379" }) });
  // #endregion
  return sluice;
}

export function cluster(): unknown {
  // #region cluster
  // In each worker. The primary calls channelStore() too, as soon as it starts, whether it sends anything itself or not.
  const sluice = createSluice({ store: channelStore() });
  // #endregion
  return sluice;
}
