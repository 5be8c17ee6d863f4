import { ExpressionError } from "./expression/syntax.ts";

/** Whether a breakpoint that is hit for the `hits`th time counts. */
export type HitTest = (hits: number) => boolean;

const form = /^\s*(>=|<=|==|=|>|<|%)?\s*(\d{1,9})\s*$/;

/**
 * Reads a hit count: `3` (the third hit), `>= 3`, `> 3`, `< 3`, `<= 3`, `== 3`, `% 3` (every third).
 * @throws ExpressionError
 */
export function parseHitCount(text: string): HitTest {
  const [, operator = "==", digits] = form.exec(text) ?? [];
  if (digits === undefined)
    throw new ExpressionError("A hit count is a number, or one after >=, >, <, <=, == or % (every so many).");
  const count = Number(digits);
  if (operator === "%" && count === 0) throw new ExpressionError("Every 0th hit is none.");
  switch (operator) {
    case ">=":
      return (hits) => hits >= count;
    case ">":
      return (hits) => hits > count;
    case "<=":
      return (hits) => hits <= count;
    case "<":
      return (hits) => hits < count;
    case "%":
      return (hits) => hits % count === 0;
    default:
      return (hits) => hits === count;
  }
}
