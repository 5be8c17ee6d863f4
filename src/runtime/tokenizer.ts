/** The o200k tokenizer, loaded on first use: its tables take a third of a second. */
export interface Tokenizer {
  /** How many tokens the text is; an estimate for megabytes. Special tokens written in the text count as the text they are. */
  count(text: string): number;
  /** The text in pieces of about a token; joined, they are the text. */
  pieces(text: string): string[];
  /** The same pieces, with how many tokens each is: letters of many bytes can be several. */
  measured(text: string): MeasuredPiece[];
}

export interface MeasuredPiece {
  readonly text: string;
  readonly tokens: number;
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
    count(text) {
      const sample = text.slice(0, longestCounted);
      const tokens = encodeAll(sample).reduce((sum, chunk) => sum + chunk.length, 0);
      return sample.length === 0 ? 0 : Math.round((tokens * text.length) / sample.length);
    },
    pieces: (text) => {
      const pieces = encodeAll(text).flatMap((tokens) => [...decodeGenerator(tokens)]);
      // A lone surrogate has no bytes and would not survive; such text goes out whole.
      return pieces.join("") === text ? pieces : [text];
    },
    measured: (text) =>
      encodeAll(text).flatMap((tokens) => {
        const pieces: MeasuredPiece[] = [];
        let [taken, told] = [0, 0];
        const counting = function* (): Generator<number> {
          for (const token of tokens) {
            taken++;
            yield token;
          }
        };
        for (const piece of decodeGenerator(counting())) {
          pieces.push({ text: piece, tokens: taken - told });
          told = taken;
        }
        return pieces;
      }),
  };
}

/** Megabytes take seconds in which nothing else happens, so past this many characters the rest counts like the beginning. */
const longestCounted = 400_000;

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
