/** The o200k tokenizer, loaded on first use: its tables take a third of a second. */
export interface Tokenizer {
  /** How many tokens the text is. Special tokens written in the text count as the text they are. */
  count(text: string): number;
  /** The text in pieces of about a token; joined, they are the text. */
  pieces(text: string): string[];
}

let loading: Promise<Tokenizer> | undefined;

export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tokenizer> {
  const { encode, decodeGenerator } = await import("gpt-tokenizer/encoding/o200k_base");
  const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  const encodeAll = (text: string): number[][] => boundedChunks(text).map((chunk) => encode(chunk, asText));
  return {
    count: (text) => encodeAll(text).reduce((sum, tokens) => sum + tokens.length, 0),
    pieces: (text) => {
      const pieces = encodeAll(text).flatMap((tokens) => [...decodeGenerator(tokens)]);
      // A lone surrogate has no bytes and would not survive; such text goes out whole.
      return pieces.join("") === text ? pieces : [text];
    },
  };
}

const longestRun = 400;
const longRun = /\S{400}|\s{400}/;

/** Encoding one word costs the square of its length (a word of 100,000 letters takes seconds), so long words are cut. */
function boundedChunks(text: string): string[] {
  if (!longRun.test(text)) return [text];
  const characters = Array.from(text);
  const chunks: string[] = [];
  for (let at = 0; at < characters.length; at += longestRun)
    chunks.push(characters.slice(at, at + longestRun).join(""));
  return chunks;
}
