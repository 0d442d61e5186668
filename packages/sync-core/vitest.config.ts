import { defineConfig } from 'vitest/config';

const conditions = ['modula-source', 'node', 'module', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['src/**/*.test.ts'], pool: 'forks', testTimeout: 30_000 },
});
