/** Runs npm quietly in `cwd`; rejects with an error whose message is one line that a person can act on. */
export declare function runNpm(args: readonly string[], cwd: string): Promise<void>;

/** What went wrong, in one line, from what npm printed. */
export declare function explainNpmFailure(output: string): string;
