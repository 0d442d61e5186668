import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { provision } from '../admin/provisioning/provision.ts';
import { parseSpec, type ProvisionSpec, type SpecIssue } from '../admin/provisioning/spec.ts';
import { withCommandContext } from './command-context.ts';
import { runCommand, UsageError } from './run-command.ts';

const USAGE = 'Usage: npm run --silent provision -- <spec.json | ->';

await runCommand(async ([file, ...rest]) => {
  if (file === undefined || rest.length > 0) throw new UsageError(USAGE);
  const spec = specOf(await contentOf(file), file);
  const provisioned = await withCommandContext(({ db, ports }) => provision(db, spec, ports));
  if (provisioned.kind === 'refused') throw new UsageError(issueText(provisioned.issues));
  return provisioned.output;
});

async function contentOf(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    // npm runs scripts in the package's folder; the path is relative to where the person is.
    return await readFile(path.resolve(process.env['INIT_CWD'] ?? '.', file), 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read (${error instanceof Error ? error.message : String(error)}).\n${USAGE}`);
  }
}

function specOf(content: string, file: string): ProvisionSpec {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${file === '-' ? 'stdin' : file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = parseSpec(value);
  if (parsed.kind === 'bad') throw new UsageError(issueText(parsed.issues));
  return parsed.spec;
}

function issueText(issues: readonly SpecIssue[]): string {
  return issues.map(({ path: at, message }) => `${at}: ${message}`).join('\n');
}
