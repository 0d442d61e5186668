import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../test/run-vectors.ts';
import { readVectors } from '../test/vectors.ts';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..');

let bundle: string;
let browser: Browser;

beforeAll(async () => {
  bundle = await bundleForBrowsers();
  browser = await chromium.launch(await findBrowser());
}, 180_000);

afterAll(() => browser?.close());

test('[G4] [G6] [P3] [Proof] a browser gets from every vector what Node gets', async () => {
  const vectors = readVectors();
  const page = await browser.newPage();
  await page.addScriptTag({ content: bundle });
  const outcomes = await page.evaluate<Outcome[]>(`runVectors(${JSON.stringify(vectors)})`);
  expect(outcomes.map(({ name, actual }) => ({ name, actual }))).toStrictEqual(outcomes.map(({ name, expected }) => ({ name, actual: expected })));
  expect(outcomes).toHaveLength(Object.values(vectors).flat().length);
});

test('the browser build holds neither zod nor anything of Node, and is small', () => {
  expect(bundle).not.toMatch(/ZodError|node:crypto|\bBuffer\b|\bprocess\./);
  expect(bundle.length).toBeLessThan(64 * 1024);
});

async function bundleForBrowsers(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(packageFolder, 'test/browser-entry.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['modula-source'],
    minify: true,
    logLevel: 'silent',
  });
  return outputFiles.map((file) => file.text).join('\n');
}

async function findBrowser(): Promise<{ executablePath: string; args: string[] }> {
  // A script of the repository, without types: it must run before anything is built.
  const script = pathToFileURL(join(packageFolder, '../../scripts/browser.mjs')).href;
  const { findBrowser: find } = (await import(/* @vite-ignore */ script)) as { findBrowser: typeof findBrowser };
  return find();
}
