import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complain } from './say.ts';

/** A list of things to put away, last first, whatever ended the run. */
export class Workspace {
  readonly #closers: (() => Promise<void> | void)[] = [];
  #closing: Promise<void> | null = null;

  defer(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** A folder that is gone when the workspace is closed. */
  temporaryFolder(prefix: string): string {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    // A database that was interrupted while it was being created may write for some seconds more.
    this.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 12, retryDelay: 200 }));
    return folder;
  }

  get isClosing(): boolean {
    return this.#closing !== null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** Ctrl-C leaves nothing behind. */
  closeOnSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      // Not `once`: a second Ctrl-C would then end the process before the service is stopped.
      process.on(signal, () => void this.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
    }
  }

  async #closeAll(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        complain(error);
      }
    }
  }
}
