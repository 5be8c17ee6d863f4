import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { InvalidContent } from "../invalidContent.ts";

/** What is taken out of one document at most, in bytes. */
const maxInflated = 256 * 1024 * 1024;
/** Text compresses ten- or twentyfold; a bomb does a thousandfold. */
const maxRatio = 300;
/** Small files may have any ratio. */
const ratioFrom = 16 * 1024 * 1024;
const maxEntries = 20_000;
const step = 64 * 1024;

/**
 * The wanted entries of a zip archive, counted while they are inflated: what an archive declares of its sizes proves nothing.
 * Throws `InvalidContent` for what is no archive, is encrypted or damaged, or would be too large.
 */
export function readZip(data: Uint8Array, what: string, wanted: (name: string) => boolean): Map<string, Uint8Array> {
  if (data[0] === 0xd0 && data[1] === 0xcf)
    throw new InvalidContent(`The ${what} is encrypted with a password, or in an old binary format under a new name.`);
  if (data[0] !== 0x50 || data[1] !== 0x4b)
    throw new InvalidContent(`The file is no ${what}: it does not begin like one. It may be damaged.`);
  const found = new Map<string, Uint8Array>();
  let inflated = 0;
  let entries = 0;
  const unzip = new Unzip((file) => {
    if (++entries > maxEntries) throw new InvalidContent(`The ${what} holds more than ${maxEntries} parts.`);
    if (!wanted(file.name)) return;
    const parts: Uint8Array[] = [];
    file.ondata = (error, part, last) => {
      // fflate hands back what was thrown here.
      if (error !== null) throw error instanceof InvalidContent ? error : damaged(what);
      inflated += part.length;
      if (inflated > maxInflated || (inflated > ratioFrom && inflated > data.length * maxRatio))
        throw new InvalidContent(
          `The ${what} holds far more than its size says (more than ${Math.floor(inflated / 1024 / 1024)} MB unpacked): it was not read.`,
        );
      parts.push(part);
      if (last) found.set(file.name, Buffer.concat(parts));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  try {
    for (let at = 0; at < data.length; at += step) unzip.push(data.subarray(at, at + step), at + step >= data.length);
  } catch (error) {
    throw error instanceof InvalidContent ? error : damaged(what);
  }
  return found;
}

function damaged(what: string): InvalidContent {
  return new InvalidContent(`The ${what} is damaged: it cannot be unpacked.`);
}
