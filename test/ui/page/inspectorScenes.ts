import { unknownPlace } from "../../../src/core/retrieval/retrieval.ts";
import type {
  InspectorState,
  ResultView,
  SearchSettings,
  SearchView,
  StoreChoice,
} from "../../../src/protocol/inspectorMessages.ts";

export const stores: readonly StoreChoice[] = [
  { id: "vs_docs", name: "product-docs", files: 412, reading: 0, expired: false },
  { id: "vs_next", name: "product-docs (400/100)", files: 412, reading: 3, expired: false },
  { id: "vs_old", name: "manuals 2024", files: 12, reading: 0, expired: true },
];

export const settings: SearchSettings = {
  storeId: "vs_docs",
  maxResults: 5,
  scoreThreshold: 0.2,
  ranker: "auto",
  rewrite: true,
  filter: "product = widgets and (year >= 2024 or lang in [en, no])",
};

export const results: readonly ResultView[] = [
  {
    fileId: "file-1",
    filename: "returns.md",
    score: 0.91,
    attributes: { product: "widgets", year: 2025, awb_path: "docs/returns.md", awb_hash: "9f" },
    text: "## How long returns take\n\nA returned parcel is refunded within **five working days** of the day on which it arrives. Gift cards are refunded to the card that they were bought with.\n\nParcels that arrive on a Saturday count as if they had arrived on the Monday after.\n\nThe refund is made in the currency of the order.\n\nA mail tells that the refund was made.\n\nBanks may take two more days to show it.",
    place: {
      ...unknownPlace,
      heading: "Returns › How long returns take",
      startLine: 12,
      endLine: 24,
      start: 310,
      end: 812,
    },
    scores: null,
  },
  {
    fileId: "file-2",
    filename: "manual.pdf",
    score: 0.72,
    attributes: { product: "widgets", year: 2024, lang: "en" },
    text: "Send the widget back in its box. Refunds for opened boxes are ten percent less.",
    place: { ...unknownPlace, page: 31 },
    scores: null,
  },
  {
    fileId: "file-3",
    filename:
      "a-very-long-file-name-that-does-not-fit-into-any-column-of-this-inspector-whatever-its-width-may-be.markdown",
    score: 0.4449,
    attributes: null,
    text: `<script>window.owned = true</script> <img src=x onerror="window.owned = true"> ${"W".repeat(400)}`,
    place: unknownPlace,
    scores: null,
  },
  {
    fileId: "file-4",
    filename: "faq.md",
    score: 0.2,
    attributes: {},
    text: "How do I return something?",
    place: { ...unknownPlace, startLine: 3, endLine: 3 },
    scores: null,
  },
];

export function found(storeId: string, of: readonly ResultView[] = results): SearchView {
  return {
    storeId,
    queries: ["refund time returned parcel working days"],
    results: of,
    milliseconds: 84.2,
    recordOf: null,
  };
}

export function one(): InspectorState {
  return {
    version: 1,
    id: "1",
    connectionId: "offline",
    question: "How long do refunds of returns take?",
    a: { settings, found: found("vs_docs") },
    b: null,
  };
}

export function two(): InspectorState {
  const other = [results[1], results[0], results[3]].filter((result) => result !== undefined);
  return {
    ...one(),
    b: {
      settings: { ...settings, storeId: "vs_next", rewrite: false, filter: "product = widgets and year >=" },
      found: { ...found("vs_next", other), queries: ["How long do refunds of returns take?"] },
    },
  };
}
