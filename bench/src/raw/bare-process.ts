import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface BareProcess {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

export async function startBareServer(databaseUrl: string): Promise<BareProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-server.js', import.meta.url))], {
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error('The bare server ended before it listened.')));
  });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
