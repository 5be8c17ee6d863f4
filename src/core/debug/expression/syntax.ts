/** What a debugger's expression is made of. The language looks at values, and calls nothing but its own functions. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | bigint | boolean | null }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "member"; readonly object: Expression; readonly key: Expression; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: "unary"; readonly operator: "not" | "-"; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly at: number };

export type BinaryOperator =
  | "or"
  | "and"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "not in"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** `output = …` or `output.status = …`: keys lead from `output` to what is set. */
export interface Assignment {
  readonly kind: "assignment";
  readonly name: string;
  readonly keys: readonly Expression[];
  readonly value: Expression;
}

/** What is wrong with an expression, in words for a person. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/** Longer ones are not read. */
export const longestExpression = 20_000;
