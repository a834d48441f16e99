/** The whole of `sluice serve --help`. */
export function helpOf(summary: string): string {
  return `sluice serve: ${summary}

Usage: sluice serve [options]
       sluice serve --scenario s06          the server of a scenario of 'sluice simulate', in real time
       sluice serve --config server.json    the options of startServer() as JSON

The first line on stdout is its URL; GET /__page there shows what it does. It answers /v1/chat/completions (plain and
streamed), /v1/embeddings, /v1/images/generations, /v1/fine-tunes, /v1/files, /v1/batches and /v1/models on loopback, until
Ctrl-C. In other providers' forms it answers /v1/responses, /v1/messages (Anthropic), /v1beta/models,
/v1beta/models/MODEL:generateContent, :streamGenerateContent, :embedContent and :batchEmbedContents (Google), /v2/chat and
/v2/embed (Cohere), and /openai/v1/… (Groq).

What it is:
  --port N            TCP port; default 0, a free one
  --provider NAME     whose headers and errors it speaks; default together
  --headers ERA       every: limit headers on all responses (default); refusals: on 429s alone; none;
                      2025, 2024: as Together in those years
  --model ID          offers this model (embedding models have "embed", "bert" or "bge" in their names, image models "flux",
                      "image" or "diffusion"); may be repeated; default: some under Together's and the provider's own names
  --seed N            draws answers, latencies, faults and lies; default 1. Equal seeds and equal orders of requests get equal
                      answers
  --config FILE       what startServer() takes, as JSON; an option beside it beats what it says of the same
  --scenario NAME     limits, moves, latencies, faults and headers of a scenario ('sluice simulate --list' has their names), or of
                      FILE or FILE#NAME of your own. The load is yours. What a scenario says no other option can say; those that
                      go with it are --latency and its like, --model, --seed, --port and, where it has no headers, --provider
  --speed N           a scenario's story goes N times as fast; rates and answers stay as they are; default 1

How long answers take:
  --latency MS        median time to the first byte; default 200
  --latency-spread S  sigma of a log-normal around it; 0 is always the median; default 0.4
  --token-latency MS  time for each token of an answer; default 2
  --refusal-latency MS  time to a refusal or an error; default 20
  --slow-share S, --slow-factor F   so large a part of the answers takes F times as long; default 0, and 10

Its limits, for each model and organisation (API key):
  --limit RPS         a fixed number of requests a second; without it Together's dynamic rate, and 10 elsewhere.
                      --limit NAME=RPS for one model, or all of chat, embedding or image; may be repeated
  --tokens TPS        tokens a second; default: not limited
  --base RPS, --cap RPS   range of Together's dynamic rate; default 1 and 100
  --usage-window S    the dynamic rate is twice the mean successful rate of so many seconds; default 3600
  --attribution       the dynamic rate only tells 429 from 503; what there is capacity for gets in
  --depth S           how much may come at once, in seconds of the rate; default 1
  --capacity RPS      what the platform carries for everybody; 503 beyond; default: any number
  --shared RPS        what chat and embeddings of one organisation share beside all that; default: nothing
  --in-flight N       requests of one organisation under way at once; default: any number
  --fine-tunes N      fine-tuning jobs of one organisation at once; default 3; --fine-tune-time S: how long each takes; default 60
  --batches N         batches of one organisation at once, of up to 100 requests each; default 10; --batch-rate RPS: how fast
                      they are worked off, one after another; default 10
  --org NAME=KEY[,limit=5]…   an organisation by its API key, with limits of its own (limit, tokens, base, cap, usage-window,
                      depth, in-flight, shared; key for one more key); may be repeated
  --require-key       401 for every other key

What moves and goes wrong:
  --schedule WHAT     moves while it runs: 10s:4,30s:capacity=2,1m:none,90s:outage=5s,2m:fault=status-500:0.1,3m:latency=900, or a
                      JSON file with a list of what POST /__control takes
  --fault KIND[:SHARE][,from=10s][,until=1m][,times=3][,model=ID][,wait=20s]   may be repeated. KIND is
                      status-500, status-502, status-503: errors; close-early, close-mid-body: connections that are cut;
                      never-answer: it hangs (closed after "wait"); error-in-stream; exhausted: out of money; retry-after: refusals
                      ask to wait "wait"; retry-after-year, garbage-headers, limit-zero, reset-1970
  --lie KIND[:VALUE][,from=10s][,until=1m]   how headers don't tell the truth; may be repeated: scaled:2, offset:-3, stale:30s,
                      vanishing:1m (there, and missing, in turn), garbage:0.3, silent-refusals, constant,remaining=5

  --json              stdout has the first line as JSON, and at the end what became of all requests

While it runs: GET /__state tells all it knows (?seconds=60: of the last minute); POST /__control {"requestsPerSecond": 4} moves
a limit; so do tokensPerSecond, sharedPerSecond, capacityPerSecond, inFlightMax, outageMs, latency and fault, with "model" for
one model, "organisation" for one of --org, and "atMs" for later. Both are for this machine alone.
`;
}
