import { userInfo } from 'node:os';

/** Who the audit names for what a command did: the person signed in to the machine. */
export function operatorName(): string {
  return `command:${userInfo().username}`;
}
