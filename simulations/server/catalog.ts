/** What a model is asked for. */
export const MODEL_TYPES = ["chat", "embedding", "image"] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/** A model that the simulated server offers. */
export interface SimulatedModel {
  readonly id: string;
  readonly type: ModelType;
  /** Length of an embedding. Default 64: short, since nobody searches with it. */
  readonly dimensions?: number;
}

/** Models offered by default: names as Together writes them, so that its clients' examples run unchanged. */
export const DEFAULT_MODELS: readonly SimulatedModel[] = [
  { id: "meta-llama/Llama-3.3-70B-Instruct-Turbo", type: "chat" },
  { id: "Qwen/Qwen2.5-7B-Instruct-Turbo", type: "chat" },
  { id: "deepseek-ai/DeepSeek-V3", type: "chat" },
  { id: "BAAI/bge-base-en-v1.5", type: "embedding" },
  { id: "togethercomputer/m2-bert-80M-8k-retrieval", type: "embedding" },
  { id: "black-forest-labs/FLUX.1-schnell", type: "image" },
];

/** A few models under each provider's own names, for the same reason. */
const OWN_MODELS: Readonly<Record<string, readonly SimulatedModel[]>> = {
  anthropic: [
    { id: "claude-sonnet-4-5", type: "chat" },
    { id: "claude-haiku-4-5", type: "chat" },
  ],
  cohere: [
    { id: "command-a-03-2025", type: "chat" },
    { id: "embed-v4.0", type: "embedding" },
  ],
  google: [
    { id: "gemini-2.5-flash", type: "chat" },
    { id: "gemini-2.5-pro", type: "chat" },
    { id: "gemini-embedding-001", type: "embedding" },
  ],
  groq: [{ id: "llama-3.3-70b-versatile", type: "chat" }],
  mistral: [
    { id: "mistral-small-latest", type: "chat" },
    { id: "mistral-embed", type: "embedding" },
  ],
  openai: [
    { id: "gpt-4.1-mini", type: "chat" },
    { id: "text-embedding-3-small", type: "embedding" },
  ],
};

/** What a provider's server offers by default: {@link DEFAULT_MODELS}, and its own. */
export function modelsOf(provider: string): readonly SimulatedModel[] {
  return [...((Object.hasOwn(OWN_MODELS, provider) && OWN_MODELS[provider]) || []), ...DEFAULT_MODELS];
}
