import type { SpecIssue } from './spec.ts';

/** Collects everything that is wrong with a specification, so that one run tells it all. */
export class IssueList {
  readonly #issues: SpecIssue[] = [];

  get all(): readonly SpecIssue[] {
    return this.#issues;
  }

  add(issue: SpecIssue): void {
    this.#issues.push(issue);
  }

  /** Notes what is missing; the answer stands in for it, and is never used since the specification is refused. */
  missing(path: string, message: string): string {
    this.add({ path, message });
    return '';
  }

  /** Within their parent, names are what things are found by. */
  refuseSharedNames<State extends { readonly name: string }>(
    states: readonly State[],
    path: string,
    keyOf: (state: State) => string = (state) => state.name,
  ): void {
    const seen = new Set<string>();
    for (const state of states) {
      const key = keyOf(state);
      if (state.name !== '' && seen.has(key)) this.add({ path, message: `two of them would be named "${state.name}"` });
      seen.add(key);
    }
  }

  refuseTwice(ids: readonly string[], path: string): void {
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) this.add({ path: `${path}[${index}]`, message: 'is listed twice' });
      seen.add(id);
    }
  }
}
