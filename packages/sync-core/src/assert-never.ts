/** Makes the compiler say which case a switch forgot. Reached at run time only by a value that lied about its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
