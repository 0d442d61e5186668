import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['modula-source'] },
  ssr: { resolve: { conditions: ['modula-source'] } },
  test: { include: ['src/**/*.test.ts'], pool: 'forks', testTimeout: 30_000 },
});
