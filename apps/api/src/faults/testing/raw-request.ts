/** A procedure as a client without a library would call it: what stands in the answer, whatever its status. */
export async function callRaw(
  url: string,
  procedure: string,
  { method, token, input }: { readonly method: 'GET' | 'POST'; readonly token: string | null; readonly input: unknown },
): Promise<{ readonly status: number; readonly text: string }> {
  const query = method === 'GET' ? `?input=${encodeURIComponent(JSON.stringify(input ?? null))}` : '';
  const response = await fetch(`${url}/trpc/${procedure}${query}`, {
    method,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(input ?? null) } : {}),
  });
  return { status: response.status, text: await response.text() };
}

/** `data.sync` of a refused request, `results` of a push, or whatever else an answer holds. */
export function bodyOf(text: string): unknown {
  return JSON.parse(text);
}
