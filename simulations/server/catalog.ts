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
