import type { PayloadError } from './module-contract.ts';

/** One complaint about one place of an input. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

const plainKey = /^[A-Za-z_$][\w$]*$/;

/** `['lines', 2, 'name']` as `lines[2].name`; odd keys are quoted, shortened and never hold what JSON can't. The root is ''. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (typeof part === 'string' && plainKey.test(part) && part.length <= 100) text += text === '' ? part : `.${part}`;
    // JSON.stringify escapes lone surrogates and U+0000, so the path itself is always storable.
    else text += `[${JSON.stringify(String(part).slice(0, 100))}]`;
  }
  return text;
}

const MAX_ISSUES = 50;
const MAX_MESSAGE_LENGTH = 500;

/** A schema's complaints as the wire carries them: paths as text, and not more of them than a person reads. */
export function issuesOf(error: PayloadError): Issue[] {
  return error.issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path: formatPath(path), message: message.slice(0, MAX_MESSAGE_LENGTH) }));
}
