import { Breakpoint } from "../core/debug/breakpoint.ts";
import type { BreakpointSpec } from "../core/debug/breakpoint.ts";
import type { Names } from "../core/debug/expression/evaluate.ts";
import { ExpressionError } from "../core/debug/expression/syntax.ts";
import type { Moment } from "../core/debug/moment.ts";
import { placeBreakpoint, readPlaces } from "../core/debug/toolPlaces.ts";
import type { DefinitionPlaces } from "../core/debug/toolPlaces.ts";
import { defaultFilters, isFilter } from "./exceptionFilters.ts";
import type { FilterId } from "./exceptionFilters.ts";

/** A breakpoint as the client set it, with what became of it. Lines count from 1. */
export interface SetBreakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number | null;
  /** Why it is not verified, or a remark. */
  readonly message: string | null;
}

interface Entry extends SetBreakpoint {
  readonly tool: string | null;
  readonly breakpoint: Breakpoint | null;
}

interface LineRequest extends BreakpointSpec {
  readonly line: number;
}

/** What the breakpoints say about a call at a moment. */
export interface Verdict {
  readonly hitIds: readonly number[];
  readonly kind: "breakpoint" | "function breakpoint";
  readonly messages: readonly { readonly text: string; readonly line: number | null }[];
  readonly broken: readonly string[];
}

/** Every breakpoint of a session. */
export class BreakpointTable {
  #definition: { readonly path: string; readonly places: DefinitionPlaces } | null = null;
  #nextId = 1;
  readonly #requested = new Map<string, readonly { readonly id: number; readonly request: LineRequest }[]>();
  #lines: readonly Entry[] = [];
  #functions: readonly Entry[] = [];
  #filters: ReadonlyMap<FilterId, Breakpoint> = new Map([...defaultFilters].map((id) => [id, new Breakpoint({})]));

  /** Tells which definition the session is about. @returns the breakpoints that were set before, as they are now */
  setDefinition(path: string, text: string): readonly SetBreakpoint[] {
    this.#definition = { path: comparable(path), places: readPlaces(text) };
    return [...this.#requested.keys()].flatMap((source) => this.#place(source));
  }

  /** Replaces the breakpoints of a file. @param path as the client spells it */
  setLines(path: string, requests: readonly LineRequest[]): readonly SetBreakpoint[] {
    const source = comparable(path);
    const before = this.#requested.get(source) ?? [];
    // One that stays keeps its id, and so its count of hits is the only thing that begins anew.
    const withIds = requests.map((request) => {
      const known = before.find((one) => one.request.line === request.line);
      return { id: known?.id ?? this.#nextId++, request };
    });
    this.#requested.set(source, withIds);
    return this.#place(source);
  }

  /** Lines on that a breakpoint can stand, of the session's definition. */
  linesBetween(path: string, first: number, last: number): readonly number[] {
    const definition = this.#definition;
    if (definition === null || definition.path !== comparable(path)) return [];
    return definition.places.tools
      .filter(({ type, name, line }) => type === "function" && name !== null && first <= line && line <= last)
      .map(({ line }) => line);
  }

  /** Where a function stands in the definition; null where it does not. */
  lineOf(tool: string): number | null {
    return this.#definition?.places.tools.find(({ name }) => name === tool)?.line ?? null;
  }

  setFunctions(
    requests: readonly (BreakpointSpec & { readonly name: string })[],
    known: ReadonlySet<string> | null,
  ): readonly SetBreakpoint[] {
    this.#functions = requests.map((request) => {
      const name = request.name.trim();
      const missing = known !== null && known.size > 0 && !known.has(name);
      const entry = this.#entry(this.#nextId++, null, name, request);
      return missing && entry.verified
        ? {
            ...entry,
            verified: false,
            message: `The assistant has no function called ${name}: it has ${[...known].join(", ")}.`,
          }
        : entry;
    });
    return this.#functions;
  }

  /** Replaces what else to stop at. @returns one answer for each, in their order */
  setFilters(
    requests: readonly { readonly id: string; readonly condition?: string | undefined }[],
  ): readonly SetBreakpoint[] {
    const filters = new Map<FilterId, Breakpoint>();
    const answers = requests.map((request): SetBreakpoint => {
      const id = this.#nextId++;
      if (!isFilter(request.id))
        return { id, verified: false, line: null, message: `There is no filter called ${request.id}.` };
      try {
        filters.set(request.id, new Breakpoint({ condition: request.condition, mode: "both" }));
        return { id, verified: true, line: null, message: null };
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        return { id, verified: false, line: null, message: error.message };
      }
    });
    this.#filters = filters;
    return answers;
  }

  /** Whether a filter is on and its condition, where it has one, holds. */
  stopsAt(filter: FilterId, names: Names | null): boolean {
    const breakpoint = this.#filters.get(filter);
    if (breakpoint === undefined) return false;
    if (names === null) return true;
    const hit = breakpoint.check("before", names);
    return hit.kind !== "none";
  }

  /** Asks every breakpoint of the function. */
  check(tool: string, moment: Moment, names: () => Names): Verdict {
    const hitIds: number[] = [];
    const messages: Verdict["messages"][number][] = [];
    const broken: string[] = [];
    let kind: Verdict["kind"] = "function breakpoint";
    for (const entry of [...this.#lines, ...this.#functions]) {
      if (entry.tool !== tool || entry.breakpoint === null || !entry.verified) continue;
      const hit = entry.breakpoint.check(moment, names());
      if (hit.kind === "log") messages.push({ text: hit.text, line: entry.line });
      if (hit.kind === "broken") broken.push(hit.reason);
      if (hit.kind !== "stop" && hit.kind !== "broken") continue;
      hitIds.push(entry.id);
      if (entry.line !== null) kind = "breakpoint";
    }
    return { hitIds, kind, messages, broken };
  }

  #place(source: string): readonly SetBreakpoint[] {
    const own = this.#definition?.path === source;
    const entries = (this.#requested.get(source) ?? []).map(({ id, request }): Entry => {
      const refused = (message: string): Entry => ({
        id,
        verified: false,
        line: request.line,
        message,
        tool: null,
        breakpoint: null,
      });
      if (this.#definition === null) return refused("The session has no definition yet.");
      if (!own) return refused("The session is about another definition.");
      const place = placeBreakpoint(this.#definition.places, request.line);
      return place.verified ? this.#entry(id, place.line, place.tool, request) : refused(place.reason);
    });
    if (own) this.#lines = entries;
    return entries;
  }

  #entry(id: number, line: number | null, tool: string, spec: BreakpointSpec): Entry {
    try {
      return { id, line, tool, verified: true, message: null, breakpoint: new Breakpoint(spec) };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { id, line, tool, verified: false, message: error.message, breakpoint: null };
    }
  }
}

/** Drive letters come in either case, and so do slashes. */
export function comparable(path: string): string {
  return /^[A-Za-z]:[\\/]/.test(path) ? path.replaceAll("\\", "/").toLowerCase() : path;
}
