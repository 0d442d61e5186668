import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** More operations than a demo makes between two notes. Gaps in `deviceSeq` are legal, and shown (O2). */
const GAP_AFTER_CRASH = 10_000;

interface Note {
  readonly wasEndedWell: boolean;
  readonly next: Readonly<Record<string, number>>;
}

/** Remembers how far each demo till has counted: its queue is in memory, but a number must never be used twice. */
export class DeviceSeqs {
  readonly #file: string;
  readonly #before: Note;

  constructor(file: string) {
    this.#file = file;
    // Safe: only this class writes the file.
    this.#before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Note) : { wasEndedWell: true, next: {} };
  }

  firstOf(deviceId: string): number {
    return (this.#before.next[deviceId] ?? 1) + (this.#before.wasEndedWell ? 0 : GAP_AFTER_CRASH);
  }

  note(next: Readonly<Record<string, number>>, wasEndedWell: boolean): void {
    const note: Note = { wasEndedWell, next: { ...this.#before.next, ...next } };
    writeFileSync(`${this.#file}.new`, JSON.stringify(note));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
