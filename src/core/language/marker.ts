/** Stands for the cursor in a text that is parsed for completion: characters of private use, which YAML takes as letters. */
export const marker = "\uE0C5\uE0C6";
