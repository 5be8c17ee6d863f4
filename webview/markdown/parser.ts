import createParser, { type MarkdownIt, type Token } from "markdown-it";
import type { CitationView } from "../../src/protocol/panelState.ts";
import { limitNesting } from "./blocks.ts";
import { highlightCode } from "./highlight.ts";

/** What the rendering of one text needs besides the text. `highlight` is false while a block still grows. */
export interface RenderEnv {
  readonly citations: readonly CitationView[];
  readonly highlight: boolean;
}

type TokenMaker = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/** The parser for what models write: no HTML, no images from the network, no inline styles, links that do not navigate. */
export function createMarkdown(): MarkdownIt {
  const markdown = createParser({ html: false, linkify: true, breaks: false, maxNesting: 400 });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  markdown.core.ruler.after("normalize", "nesting", (state) => {
    state.src = limitNesting(state.src);
  });
  markdown.core.ruler.push("outside", (state) => {
    const citations = (state.env as Partial<RenderEnv>).citations ?? [];
    for (const token of state.tokens) {
      if (token.type === "inline" && token.children) {
        rewriteLinks(token.children, citations, markdown);
        token.children = citations.length > 0 ? withCitations(token.children, citations, state.Token) : token.children;
      }
      // The table rule writes `style=`, which the content security policy refuses.
      const align = /text-align:(left|center|right)/.exec(String(token.attrGet("style") ?? ""))?.[1];
      if (align) {
        token.attrs = [["class", `align-${align}`]];
      }
    }
  });
  markdown.renderer.rules["image"] = (tokens, index) => {
    const token = tokens[index];
    const source = String(token?.attrGet("src") ?? "");
    const label = escapeHtml(token?.content || source.slice(0, 80));
    return isOutside(source)
      ? `<a class="image-link" role="link" tabindex="0" data-href="${escapeHtml(source)}" title="${escapeHtml(source)}">${label}</a>`
      : `<span class="image-link">${label}</span>`;
  };
  markdown.renderer.rules["fence"] = (tokens, index, _options, env) => {
    const token = tokens[index];
    return codeBlock(token?.content ?? "", token?.info ?? "", (env as Partial<RenderEnv>).highlight !== false);
  };
  markdown.renderer.rules["code_block"] = (tokens, index) => codeBlock(tokens[index]?.content ?? "", "", false);
  markdown.renderer.rules["citation"] = (tokens, index) => {
    const token = tokens[index];
    const label = escapeHtml(token?.content ?? "");
    const isFile = token?.markup === "file";
    return (
      `<a class="citation" role="link" tabindex="0" data-citation="${escapeHtml(token?.info ?? "")}" ` +
      `title="${isFile ? "Open" : "Open the source:"} ${label}" aria-label="${isFile ? "File" : "Source"} ${label}">${label}</a>`
    );
  };
  markdown.renderer.rules["text"] = (tokens, index) => textHtml(tokens[index]?.content ?? "");
  markdown.renderer.rules["code_inline"] = (tokens, index) => `<code>${textHtml(tokens[index]?.content ?? "")}</code>`;
  markdown.renderer.rules["table_open"] = () => '<div class="table-scroll" tabindex="0"><table>';
  markdown.renderer.rules["table_close"] = () => "</table></div>";
  return markdown;
}

/** Text as HTML. A word of thousands of letters is cut into spans: as one, Chromium takes a second to break it into lines. */
function textHtml(text: string): string {
  if (!/\S{1000}/.test(text)) {
    return escapeHtml(text);
  }
  return text.replace(/[^]{1,500}/gu, (piece) => `<span>${escapeHtml(piece)}</span>`);
}

/** A code block as HTML; `pre` can be focused, because it scrolls. */
function codeBlock(code: string, info: string, highlight: boolean): string {
  const language = info.trim().split(/\s+/)[0] ?? "";
  const body = highlight ? highlightCode(code, language) : null;
  return (
    `<div class="code"><div class="code-bar"><span class="code-language">${escapeHtml(language || "text")}</span>` +
    `<button type="button" class="code-copy" aria-label="Copy code" title="Copy code"><span class="codicon codicon-copy"></span></button></div>` +
    `<pre tabindex="0"><code>${body ?? escapeHtml(code)}</code></pre></div>`
  );
}

/** Whether a link leads where the host lets links lead. */
export function isOutside(href: string): boolean {
  return /^(https?:|mailto:)/i.test(href);
}

/** Links that lead outside can be followed, and those to a file that the run has made. */
function rewriteLinks(tokens: readonly Token[], citations: readonly CitationView[], markdown: MarkdownIt): void {
  const tags: string[] = [];
  for (const token of tokens) {
    if (token.type === "link_open") {
      const href = String(token.attrGet("href") ?? "");
      const made = citations.findIndex(
        ({ marker }) => marker !== "" && (href === marker || href === markdown.normalizeLink(marker)),
      );
      token.tag = isOutside(href) || made !== -1 ? "a" : "span";
      if (made !== -1) {
        token.attrs = [
          ["class", "link"],
          ["role", "link"],
          ["tabindex", "0"],
          ["data-citation", String(made)],
          ["title", `Open ${citations[made]?.label ?? ""}`],
        ];
        tags.push(token.tag);
        continue;
      }
      token.attrs = isOutside(href)
        ? [
            ["class", "link"],
            ["role", "link"],
            ["tabindex", "0"],
            ["data-href", href],
            ["title", href],
          ]
        : [
            ["class", "link-inert"],
            ["title", href],
          ];
      tags.push(token.tag);
    } else if (token.type === "link_close") {
      token.tag = tags.pop() ?? "span";
    }
  }
}

function withCitations(tokens: readonly Token[], citations: readonly CitationView[], TokenClass: TokenMaker): Token[] {
  let result: Token[] = [...tokens];
  for (const [index, citation] of citations.entries()) {
    if (citation.marker !== "") {
      result = result.flatMap((token) =>
        token.type === "text" ? splitAt(token, citation, index, TokenClass) : [token],
      );
    }
  }
  return result;
}

function splitAt(token: Token, citation: CitationView, at: number, TokenClass: TokenMaker): Token[] {
  return token.content.split(citation.marker).flatMap((piece, index) => {
    const text = new TokenClass("text", "", 0);
    text.content = piece;
    if (index === 0) {
      return [text];
    }
    const chip = new TokenClass("citation", "", 0);
    chip.content = citation.label;
    chip.info = String(at);
    chip.markup = citation.kind;
    return [chip, text];
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
