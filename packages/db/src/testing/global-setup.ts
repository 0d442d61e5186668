import type { TestProject } from 'vitest/node';
import { startTestServer } from './test-server.ts';
import './create-test-database.ts';

let stop: () => Promise<void> = () => Promise.resolve();

/** For `globalSetup` in a vitest.config.ts: one server per run, shared by all workers. */
export async function setup(project: TestProject): Promise<void> {
  const started = await startTestServer();
  stop = started.stop;
  project.provide('testServer', started.server);
}

export async function teardown(): Promise<void> {
  await stop();
}
