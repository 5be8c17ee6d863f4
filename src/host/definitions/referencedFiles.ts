import * as vscode from "vscode";

/** The files that definitions name, watched wherever they are changed: in an editor, by another program, by version control. */
export class ReferencedFiles implements vscode.Disposable {
  readonly #definitions = new Map<string, Set<string>>();
  readonly #targets = new Map<string, readonly string[]>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** A file that this definition names came, changed or went. */
  readonly onChange = this.#changed.event;

  constructor() {
    // One watcher for all: VS Code reports the workspace's changes in any case, and looking one up is cheap.
    const watcher = vscode.workspace.createFileSystemWatcher("**/*");
    const tell = (uri: vscode.Uri): void => this.#tell(uri);
    this.#subscriptions = [
      watcher,
      watcher.onDidCreate(tell),
      watcher.onDidChange(tell),
      watcher.onDidDelete(tell),
      vscode.workspace.onDidChangeTextDocument(({ document }) => tell(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => tell(uri)),
    ];
  }

  /** What a definition names now, in the place of what it named before. */
  set(definition: vscode.Uri, targets: readonly vscode.Uri[]): void {
    const key = definition.toString();
    for (const before of this.#targets.get(key) ?? []) {
      const others = this.#definitions.get(before);
      others?.delete(key);
      if (others?.size === 0) this.#definitions.delete(before);
    }
    const names = targets.map((target) => target.toString());
    if (names.length === 0) this.#targets.delete(key);
    else this.#targets.set(key, names);
    for (const name of names) {
      const known = this.#definitions.get(name) ?? new Set();
      this.#definitions.set(name, known.add(key));
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #tell(uri: vscode.Uri): void {
    for (const definition of this.#definitions.get(uri.toString()) ?? [])
      this.#changed.fire(vscode.Uri.parse(definition, true));
  }
}
