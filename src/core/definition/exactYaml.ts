import { visit } from "yaml";
import type { Document } from "yaml";

import { integerOf } from "../exactJson.ts";

/** Makes the integers of a document that no number holds exactly bigints: what it says then has all of their digits. */
export function keepIntegers(document: Document, text: string): void {
  if (!/\d{16}/.test(text)) return;
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === "number" && /^[-+]?\d{16,}$/.test(node.source ?? ""))
        node.value = integerOf((node.source ?? "").replace("+", ""));
    },
  });
}
