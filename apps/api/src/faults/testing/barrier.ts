/** Lets nobody pass before `parties` have come; whoever comes later passes at once. */
export function barrier(parties: number): () => Promise<void> {
  let missing = parties;
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    missing -= 1;
    if (missing <= 0) open();
    return opened;
  };
}
