// Finds a Chromium to run tests in, and says how to start it. Playwright drives it; nothing is downloaded unless nothing is there.
// Order: CHROMIUM_PATH, browsers of the system, Playwright's own cache, on Linux x64 an npm package, then an error that says what to do.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const PACKAGED = '@sparticuz/chromium';
const PACKAGED_VERSION = '141.0.0';
const STALE_LOCK_MS = 180_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packagedHome = join(root, 'node_modules', '.cache', 'e2e-browser');

// Tests run as root in containers, without a graphics card, and must not talk to anybody.
const SAFE_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {Promise<{ executablePath: string, args: string[] }>} what `chromium.launch` of playwright-core takes */
export async function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file`);
    return { executablePath: named, args: SAFE_ARGS };
  }
  const installed = [...systemPaths(), ...playwrightPaths()].find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, args: SAFE_ARGS };
  if (process.platform === 'linux' && process.arch === 'x64') return packagedBrowser();
  throw new Error('No Chromium found. Install Chrome, Chromium or Edge, or set CHROMIUM_PATH to the program file of one.');
}

function systemPaths() {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
        ['/Applications', join(homedir(), 'Applications')].map((folder) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
      );
    case 'win32':
      return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ]);
    default:
      return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].flatMap((name) => [
        join('/usr/bin', name),
        join('/usr/local/bin', name),
        join('/snap/bin', name),
      ]);
  }
}

function playwrightPaths() {
  const cache = {
    darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
    win32: join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
  }[process.platform] ?? join(homedir(), '.cache', 'ms-playwright');
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH || cache;
  if (!existsSync(folder)) return [];
  // Folders end in a build number; the highest is the newest.
  const builds = readdirSync(folder)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .sort((left, right) => Number(right.split('-').at(-1)) - Number(left.split('-').at(-1)));
  const programs = ['chrome', 'headless_shell', 'chrome-headless-shell', 'chrome.exe', 'chrome-headless-shell.exe', 'Chromium', 'Google Chrome for Testing'];
  return builds.flatMap((build) =>
    readdirSync(join(folder, build), { recursive: true })
      .map(String)
      .filter((path) => programs.includes(path.split(/[\\/]/).at(-1)))
      .map((path) => join(folder, build, path)),
  );
}

async function packagedBrowser() {
  await oneAtATime(async () => {
    if (existsSync(join(packagedHome, 'node_modules', PACKAGED, 'package.json'))) return;
    const npm = process.env.npm_execpath;
    const [program, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
    await promisify(execFile)(program, [...first, 'install', '--no-save', '--no-audit', '--no-fund', '--prefix', packagedHome, `${PACKAGED}@${PACKAGED_VERSION}`], {
      cwd: packagedHome,
    }).catch((error) => {
      throw new Error(`No Chromium found, and ${PACKAGED}@${PACKAGED_VERSION} could not be installed. Set CHROMIUM_PATH to a Chromium.`, { cause: error });
    });
  });
  // Makes the package unpack the system libraries that a bare machine lacks. It reads the variable when it is loaded.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x';
  const entry = createRequire(join(packagedHome, 'package.json')).resolve(PACKAGED);
  const { default: chromium } = await import(pathToFileURL(entry).href);
  const executablePath = await oneAtATime(() => chromium.executablePath());
  // The package's own list of arguments is for a cloud function: one process, no web security. Tests want neither.
  return { executablePath, args: [...SAFE_ARGS, '--no-zygote'] };
}

/** Two test files that need the browser at once must not unpack it over each other. */
async function oneAtATime(work) {
  const lock = join(packagedHome, '.lock');
  await mkdir(packagedHome, { recursive: true });
  while (!(await mkdir(lock).then(() => true, () => false))) {
    const age = await stat(lock).then((found) => Date.now() - found.mtimeMs, () => 0);
    // Whoever made it has died.
    if (age > STALE_LOCK_MS) await rm(lock, { recursive: true, force: true });
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
