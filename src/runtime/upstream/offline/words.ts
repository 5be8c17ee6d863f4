/** Words that say nothing about what is wanted. Verbs of asking are among them: every function gets or finds something. */
const stopWords = new Set(
  `a about all also am an and any are as at be been by can could did do does for from had has have hello hey hi how i if in
  into is it its just kindly let like me my need no not now of off on or our out over please should so some tell than
  thank thanks that the their them then there these they this those to too up us use used using want was we were what when where which who
  whom why will with would you your get gets give given find fetch show list look lookup check retrieve read e g eg etc
  id ids string number value optional required parameter name new one`.split(/\s+/),
);

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text, lower case, identifiers like `getOrderStatus` and `order_id` taken apart. */
export function wordsOf(text: string): string[] {
  const spaced = text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/[_-]+/g, " ");
  return [...segmenter.segment(spaced)]
    .filter((part) => part.isWordLike === true)
    .map((part) => part.segment.toLowerCase());
}

/** The distinct stems of the words that carry meaning. */
export function stemsOf(text: string): Set<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => !stopWords.has(word) && !/^\d+$/.test(word) && word.length > 1)
      .map(stem),
  );
}

/** A rough English stem: plurals, -ing and -ed, and a silent e go. Other languages pass through almost unchanged. */
export function stem(word: string): string {
  let root = word.replace(/'s$/, "");
  if (root.length > 4 && root.endsWith("ies")) root = `${root.slice(0, -3)}y`;
  else if (root.length > 4 && /(ss|sh|ch|x|z)es$/.test(root)) root = root.slice(0, -2);
  else if (root.length > 3 && /[^su]s$/.test(root)) root = root.slice(0, -1);
  const ending = /(ing|ed)$/.exec(root)?.[0];
  if (ending !== undefined && root.length - ending.length >= 3)
    root = root.slice(0, -ending.length).replace(/([^aeiouls])\1$/, "$1");
  root = root.replace(/ll$/, "l");
  return root.length > 3 ? root.replace(/e$/, "") : root;
}

/** Whether two stems are forms of one word: equal, or with a long common beginning (`convert`, `conversion`). */
export function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  if (shorter < 5 || Math.abs(a.length - b.length) > 4) return false;
  const common = shorter >= 7 ? shorter - 2 : shorter - 1;
  return a.slice(0, common) === b.slice(0, common);
}
