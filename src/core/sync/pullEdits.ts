import { isStoreId } from "../definition/definition.ts";
import { EditRefused, editDefinition } from "../definition/editDefinition.ts";
import type { TextEdit } from "../definition/edit/editedText.ts";
import { changedValue, changesBetween, equalValues } from "../definition/edit/fieldChange.ts";
import type { FieldChange, FieldPath } from "../definition/edit/fieldChange.ts";
import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { readSource } from "../definition/source.ts";
import { equalFields, normalTool, toolKey, wireText } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import type { ConnectionLock } from "./lock.ts";

/** What a pull writes: edits of the definition's text, and the new text of its instructions file. */
export interface PullEdits {
  readonly edits: readonly TextEdit[];
  readonly instructions: { readonly path: string; readonly text: string } | null;
}

/**
 * The edits that bring a definition to what `there` says of some fields. Ids of files and stores that the lock knows become
 * the paths and names again that they were.
 * @throws EditRefused when the text cannot take a change
 */
export function pullEdits(
  local: LocalDefinition,
  keys: readonly string[],
  there: Fields,
  lock: ConnectionLock,
): PullEdits {
  let value = readSource(local.text).value;
  const changes: FieldChange[] = [];
  const change = (...made: readonly FieldChange[]): void => {
    for (const one of made) value = changedValue(value, one);
    changes.push(...made);
  };
  const put = (path: FieldPath, after: unknown): void => {
    const before = path.reduce<unknown>((at, key) => jsonMap(at)[key], value);
    if (before === undefined && after === undefined) return;
    change(...(after === undefined ? [{ kind: "remove", path } as const] : changesBetween(before, after, path)));
  };
  let instructions: PullEdits["instructions"] = null;
  for (const key of keys) {
    const wanted = there[key];
    if (key === "name" && wanted === undefined)
      throw new EditRefused("The assistant has no name any more, and a definition needs one.");
    if (key === "instructions" && local.instructions !== null)
      instructions = {
        path: local.instructions.path,
        text: inFile(typeof wanted === "string" ? wanted : "", local.instructions.text),
      };
    else if (key.startsWith("tools/")) change(...toolChanges(jsonMap(value), key, wanted));
    else if (key.startsWith("metadata/")) put(["metadata", key.slice("metadata/".length)], wanted);
    else if (key === "tool_resources/vector_store_ids") change(...storeChanges(jsonMap(value), wanted, lock));
    else if (key === "tool_resources/file_ids") change(...fileChanges(jsonMap(value), wanted, local, lock));
    else put([key], wanted);
  }
  return { edits: editDefinition(local.text, changes), instructions };
}

/** A text from the wire in the form that a file has: its line ends, its byte order mark. */
function inFile(text: string, before: string): string {
  if (wireText(before) === text) return before;
  const lines = before.includes("\r\n") ? text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n") : text;
  return before.startsWith("\uFEFF") ? `\uFEFF${lines}` : lines;
}

function toolChanges(value: JsonMap, key: string, wanted: unknown): readonly FieldChange[] {
  const [base = key, nth = "1"] = key.split("#");
  const tools = jsonList(value["tools"]);
  const places = [...tools.keys()].filter((index) => toolKey(jsonMap(tools[index])) === base);
  const index = places[Number(nth) - 1];
  if (index === undefined) {
    if (wanted === undefined) return [];
    return tools.length === 0
      ? [{ kind: "set", path: ["tools"], value: [wanted] }]
      : [{ kind: "insert", path: ["tools", tools.length], value: wanted }];
  }
  if (wanted === undefined) return [{ kind: "remove", path: ["tools", index] }];
  const tool = jsonMap(tools[index]);
  const inner = tool["type"] === "function" ? "function" : "file_search";
  const [now, then] = [jsonMap(normalTool(tool)[inner]), jsonMap(jsonMap(wanted)[inner])];
  // What only the file has (handler, defaults written out) stays; what differs is changed where it stands.
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].flatMap((name): readonly FieldChange[] => {
    if (equalFields(now[name], then[name])) return [];
    const path = ["tools", index, inner, name];
    if (then[name] === undefined) return [{ kind: "remove", path }];
    return changesBetween(jsonMap(tool[inner])[name], then[name], path);
  });
}

function storeChanges(value: JsonMap, wanted: unknown, lock: ConnectionLock): readonly FieldChange[] {
  const ids = jsonList(wanted).filter((id) => typeof id === "string");
  const named = Object.entries(lock.stores).find(([, store]) => ids.length === 1 && store.id === ids[0])?.[0];
  const resources = jsonMap(value["tool_resources"]);
  const { vector_store: _name, vector_store_ids: _ids, ...rest } = jsonMap(resources["file_search"]);
  const fresh =
    ids.length === 0
      ? rest
      : named !== undefined || (ids.length === 1 && isStoreId(ids[0]))
        ? { ...rest, vector_store: named ?? ids[0] }
        : { ...rest, vector_store_ids: ids };
  return resourceChanges(value, "file_search", fresh);
}

function fileChanges(
  value: JsonMap,
  wanted: unknown,
  local: LocalDefinition,
  lock: ConnectionLock,
): readonly FieldChange[] {
  const ids = jsonList(wanted).filter((id) => typeof id === "string");
  const ours = local.files.filter(({ path }) => ids.includes(lock.files[path]?.id ?? ""));
  const known = new Set<unknown>(ours.map(({ path }) => lock.files[path]?.id));
  const others = ids.filter((id) => !known.has(id));
  const { files: _files, file_ids: _ids, ...rest } = jsonMap(jsonMap(value["tool_resources"])["code_interpreter"]);
  return resourceChanges(value, "code_interpreter", {
    ...rest,
    ...(ours.length === 0 ? {} : { files: ours.map(({ reference }) => reference) }),
    ...(others.length === 0 ? {} : { file_ids: others }),
  });
}

/** An empty resource goes, and the map around it when nothing else is in it. */
function resourceChanges(value: JsonMap, name: string, fresh: JsonMap): readonly FieldChange[] {
  const resources = jsonMap(value["tool_resources"]);
  const before = resources[name];
  if (equalValues(before, fresh) || (before === undefined && Object.keys(fresh).length === 0)) return [];
  if (Object.keys(fresh).length > 0) {
    return isJsonMap(before)
      ? changesBetween(before, fresh, ["tool_resources", name])
      : [{ kind: "set", path: ["tool_resources", name], value: fresh }];
  }
  const alone = Object.keys(resources).length === 1;
  return [{ kind: "remove", path: alone ? ["tool_resources"] : ["tool_resources", name] }];
}
