/** An upload as it is begun. */
export interface BegunUpload {
  readonly sha256: string;
  /** The file's name without its folder, as the provider gets it. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/**
 * What was uploaded to one connection from this computer, kept on disk: so that nothing is sent twice, whatever ends the program.
 * `begin` and `done` return when that would survive a kill.
 */
export interface UploadJournal {
  /** Ids of uploads that are done, with this content and name. */
  known(sha256: string, name: string): readonly string[];
  /** An upload that was begun, and whose end was not seen. */
  begun(sha256: string, name: string): BegunUpload | null;
  /** Whether another content of this name and size was begun as well: a file that is found by them may be either. */
  ambiguous(upload: BegunUpload): boolean;
  /** Whether some upload that is done has this id. */
  claims(id: string): boolean;
  /** Every id that is known, oldest first. */
  ids(): readonly string[];
  begin(upload: BegunUpload): Promise<void>;
  done(upload: Pick<BegunUpload, "sha256" | "name" | "bytes">, id: string): Promise<void>;
  /** The file is gone on the provider. */
  forget(id: string): Promise<void>;
}
