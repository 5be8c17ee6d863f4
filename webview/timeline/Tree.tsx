import { useRef } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import { hasChildren } from "./rows.ts";
import { rowId, TimelineRow } from "./TimelineRow.tsx";

/** The rows as a tree: arrow keys move, open and close, as in every tree of VS Code. */
export function Tree() {
  const { timeline } = usePanel();
  const host = useRef<HTMLDivElement>(null);
  const rows = timeline.rows.value;
  const selected = timeline.selected.value;

  const choose = (key: string | undefined): void => {
    if (key !== undefined) {
      timeline.select(key);
      document.getElementById(rowId(key))?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const index = rows.findIndex((row) => row.key === selected?.key);
    const row = rows[index];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const open = hasChildren(row) && timeline.isOpen(row.key);
    switch (event.key) {
      case "ArrowDown":
        choose(rows[index + 1]?.key);
        break;
      case "ArrowUp":
        choose(rows[index - 1]?.key);
        break;
      case "Home":
        choose(rows[0]?.key);
        break;
      case "End":
        choose(rows.at(-1)?.key);
        break;
      case "ArrowRight":
        if (open) {
          choose(rows[index + 1]?.key);
        } else if (hasChildren(row)) {
          timeline.setOpen(row.key, true);
        }
        break;
      case "ArrowLeft":
        if (open) {
          timeline.setOpen(row.key, false);
        } else {
          choose(rows.findLast((candidate, at) => at < index && candidate.level < row.level)?.key);
        }
        break;
      case "Enter":
      case " ":
        if (hasChildren(row)) {
          timeline.setOpen(row.key, !open);
        }
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div class="tree" ref={host} role="tree" aria-label="Runs, steps and tool calls" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <TimelineRow key={row.key} row={row} selected={row.key === selected?.key} />
      ))}
    </div>
  );
}
