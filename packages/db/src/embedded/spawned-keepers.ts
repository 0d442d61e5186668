import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a keeper is told when it starts. */
export interface KeeperSettings {
  readonly dataDir: string;
  readonly durable: boolean;
  readonly ephemeral: boolean;
}

const KEEPER = fileURLToPath(new URL('../../keeper/keeper.mjs', import.meta.url));
const OTHERS_TIMEOUT_MS = 5_000;

/** The keepers that one holder of the server has started and that still run. At most one of them got the lock. */
export class SpawnedKeepers {
  readonly #settings: KeeperSettings;
  readonly #running = new Set<ChildProcess>();

  constructor(settings: KeeperSettings) {
    this.#settings = settings;
  }

  spawn(): void {
    const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(this.#settings)], {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
      // Flags meant for this process (loaders, inspectors) are not the keeper's.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#running.add(keeper);
    keeper.on('exit', () => this.#running.delete(keeper));
    keeper.on('error', () => this.#running.delete(keeper));
    keeper.unref();
  }

  /**
   * Resolves when all but that one have found the lock taken and ended. To be awaited before a goodbye: one that looks at the lock only
   * after it would get it, and start the server again for nobody.
   */
  async othersEnded(keeperPid: number): Promise<void> {
    const patience = AbortSignal.timeout(OTHERS_TIMEOUT_MS);
    const others = [...this.#running].filter(({ pid }) => pid !== keeperPid);
    await Promise.all(
      others.map(async (keeper) => {
        keeper.ref();
        // One that takes longer is left alone: it ends by itself when no client comes.
        await once(keeper, 'exit', { signal: patience }).catch(() => {});
        keeper.unref();
      }),
    );
  }
}
