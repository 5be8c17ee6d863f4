import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import type { TurnEvent } from "../port.ts";
import { citationsIn, readCitation, Citations } from "./citations.ts";
import { readProgram } from "./codeItem.ts";
import { annotationsIn, ContainerCitations, placeOf } from "./containerCitations.ts";
import { keyOf, partsOf, restOf, tellsSomething, typeOf, type ItemType } from "./itemFields.ts";
import { readSearch } from "./searchItem.ts";

/** One output item that is being told: how much of it has been. */
interface Item {
  type: ItemType;
  /** Of a message what it says, of a program its code. */
  text: string;
  refusal: string;
  /** The place of a call among the calls of the turn; unset until it has a name. */
  slot: number | undefined;
  arguments: string;
  /** Of a message: what its text cites. */
  readonly citations: Citations;
  /** Of a message: the files that it hands out. */
  readonly files: ContainerCitations;
}

/**
 * Tells the output items of a response in order, one message, search or program after the other: what arrives of later items while one is
 * open waits for its end. Deltas are told as they come; what only the finished item says is told with its end.
 */
export class OutputItems {
  readonly #items = new Map<string, Item>();
  readonly #done = new Map<string, object>();
  /** The message, search or program that is being told. */
  #open: string | undefined;
  #held: Fields[] = [];
  #calls = 0;
  #written = "";

  /** A call that never got a name cannot be made. */
  get hasNamelessCall(): boolean {
    return [...this.#items.values()].some((item) => item.type === "function_call" && item.slot === undefined);
  }

  /** Everything that the model wrote. */
  get written(): string {
    return this.#written;
  }

  /**
   * The items to send back with the outputs of the calls among them; `undefined` when there are none, or not in full. The calls
   * are in the order of their slots. A reasoning item with nothing in it would be looked up on the server, which was told to
   * store nothing.
   */
  get replay(): object[] | undefined {
    const done = [...this.#items.keys()].flatMap((key) => this.#done.get(key) ?? []);
    const calls = done.filter((item) => fieldsOf(item)["type"] === "function_call");
    if (this.#calls === 0 || calls.length !== this.#calls) return undefined;
    return done.filter((item) => {
      const { type, encrypted_content: encrypted, content } = fieldsOf(item);
      return type !== "reasoning" || stringOf(encrypted) !== "" || (Array.isArray(content) && content.length > 0);
    });
  }

  /** What an event about an item adds. Events about anything else add nothing. */
  *read(event: Fields): Iterable<TurnEvent> {
    const key = keyOf(event);
    if (this.#open !== undefined && key !== this.#open && tellsSomething(event)) {
      this.#held.push(event);
      return;
    }
    switch (event["type"]) {
      case "response.output_item.added":
        yield* this.#begin(key, fieldsOf(event["item"]));
        break;
      case "response.output_text.delta":
        this.#item(key, "message").citations.partBegins(event["content_index"], this.#item(key, "message").text.length);
        yield* this.#say(key, "text", stringOf(event["delta"]));
        break;
      case "response.output_text.annotation.added":
        yield* this.#annotate(this.#item(key, "message"), event);
        break;
      case "response.code_interpreter_call_code.delta":
        yield* this.#program(key, stringOf(event["delta"]));
        break;
      case "response.refusal.delta":
        yield* this.#say(key, "refusal", stringOf(event["delta"]));
        break;
      case "response.function_call_arguments.delta":
        yield* this.#argue(this.#item(key, "function_call"), stringOf(event["delta"]));
        break;
      case "response.output_item.done":
        yield* this.#end(key, fieldsOf(event["item"]));
        break;
      default:
        break;
    }
  }

  /** The response has ended with this output: tells of it what was never told, and what waits for a message that never ended. */
  *settle(output: readonly unknown[]): Iterable<TurnEvent> {
    const nothingSeen = this.#items.size === 0;
    for (const [place, value] of output.entries()) {
      const item = fieldsOf(value);
      const key = [`${place}`, stringOf(item["id"])].find((one) => nothingSeen || this.#items.has(one));
      if (key !== undefined && !this.#done.has(key)) yield* this.#end(key, item);
    }
    while (this.#held.length > 0 || this.#openType === "file_search_call" || this.#openType === "code_interpreter_call")
      yield* this.#closeOpen(null);
  }

  *#begin(key: string, item: Fields): Iterable<TurnEvent> {
    const known = this.#item(key, typeOf(item));
    if (known.type === "message") this.#open = key;
    if (known.type === "file_search_call") yield* this.#openSearch(key, item);
    if (known.type === "code_interpreter_call") {
      yield* this.#openProgram(key, item);
      yield* this.#program(key, restOf(stringOf(item["code"]), known.text));
    }
    if (known.type === "function_call") yield* this.#nameCall(known, item);
  }

  *#say(key: string, part: "text" | "refusal", text: string): Iterable<TurnEvent> {
    if (text === "") return;
    const item = this.#item(key, "message");
    this.#open = key;
    this.#written += text;
    if (part === "refusal") {
      item.refusal += text;
      yield { kind: "refusal.delta", text };
      return;
    }
    // A citation that was told before its text stands inside of what comes now.
    for (const piece of item.citations.split(text, item.text.length)) {
      item.text += piece;
      yield { kind: "text.delta", text: piece };
      yield* item.citations.due(item.text.length);
      yield* item.files.due(item.text, item.text.length);
    }
  }

  *#annotate(item: Item, event: Fields): Iterable<TurnEvent> {
    const { annotation, content_index: part, annotation_index: at } = event;
    const citation = readCitation(annotation);
    if (citation !== undefined) item.citations.add(citation, part, at);
    else item.files.add(annotation, item.citations.startOf(part), placeOf(part, at));
    yield* item.citations.due(item.text.length);
    yield* item.files.due(item.text, item.text.length);
  }

  *#program(key: string, code: string): Iterable<TurnEvent> {
    if (code === "") return;
    const item = this.#item(key, "code_interpreter_call");
    yield* this.#openProgram(key, {});
    item.text += code;
    this.#written += code;
    yield { kind: "code.delta", text: code };
  }

  *#openProgram(key: string, said: Fields): Iterable<TurnEvent> {
    if (this.#open === key) return;
    this.#open = key;
    yield { kind: "code.start", callId: stringOf(said["id"]) };
  }

  *#argue(item: Item, fragment: string): Iterable<TurnEvent> {
    item.arguments += fragment;
    this.#written += fragment;
    if (fragment !== "" && item.slot !== undefined) yield { kind: "fn.args", slot: item.slot, fragment };
  }

  *#nameCall(item: Item, said: Fields): Iterable<TurnEvent> {
    const name = stringOf(said["name"]);
    if (item.slot !== undefined || name === "") return;
    item.slot = this.#calls++;
    this.#written += name;
    yield { kind: "fn.start", slot: item.slot, callId: stringOf(said["call_id"]), name };
    // They may have come before the name.
    if (item.arguments !== "") yield { kind: "fn.args", slot: item.slot, fragment: item.arguments };
  }

  *#end(key: string, said: Fields): Iterable<TurnEvent> {
    const item = this.#item(key, typeOf(said));
    this.#done.set(key, said);
    if (item.type === "message") {
      for (const { citation, part, at, start } of citationsIn(said)) {
        item.citations.partBegins(part, start);
        item.citations.add(citation, part, at);
      }
      yield* item.citations.due(item.text.length);
      yield* this.#say(key, "text", restOf(partsOf(said, "text"), item.text));
      yield* this.#say(key, "refusal", restOf(partsOf(said, "refusal"), item.refusal));
      yield* item.citations.due(Infinity);
      for (const { annotation, begins, place } of annotationsIn(said)) item.files.add(annotation, begins, place);
      yield* item.files.due(item.text, Infinity);
      yield* this.#closeOpen(said["phase"]);
    } else if (item.type === "file_search_call") {
      yield* this.#openSearch(key, said);
      yield readSearch(said);
      yield* this.#next();
    } else if (item.type === "code_interpreter_call") {
      yield* this.#openProgram(key, said);
      yield* this.#program(key, restOf(stringOf(said["code"]), item.text));
      yield readProgram(said);
      yield* this.#next();
    } else if (item.type === "function_call") {
      yield* this.#nameCall(item, said);
      const { arguments: whole } = said;
      const text = typeof whole === "object" && whole !== null ? JSON.stringify(whole) : stringOf(whole);
      yield* this.#argue(item, restOf(text, item.arguments));
    }
  }

  *#openSearch(key: string, said: Fields): Iterable<TurnEvent> {
    if (this.#open === key) return;
    this.#open = key;
    yield { kind: "search.start", callId: stringOf(said["id"]) };
  }

  get #openType(): ItemType | undefined {
    return this.#open === undefined ? undefined : this.#items.get(this.#open)?.type;
  }

  *#closeOpen(phase: unknown): Iterable<TurnEvent> {
    const open = this.#open;
    // The response is over, and nothing tells how the search or the program went.
    if (this.#openType === "file_search_call") yield readSearch({ status: "incomplete" });
    if (this.#openType === "code_interpreter_call") {
      yield readProgram({ status: "incomplete" });
      return yield* this.#next();
    }
    // A message in which nothing was said is none.
    const { text = "", refusal = "" } = (open === undefined ? undefined : this.#items.get(open)) ?? {};
    if (text !== "" || refusal !== "") yield { kind: "message.end", phase: typeof phase === "string" ? phase : null };
    yield* this.#next();
  }

  /** Nothing is open any more: what waited is told. */
  *#next(): Iterable<TurnEvent> {
    this.#open = undefined;
    const held = this.#held;
    this.#held = [];
    for (const event of held) yield* this.read(event);
  }

  #item(key: string, type: ItemType): Item {
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const item: Item = {
      type,
      text: "",
      refusal: "",
      slot: undefined,
      arguments: "",
      citations: new Citations(),
      files: new ContainerCitations(),
    };
    this.#items.set(key, item);
    return item;
  }
}
