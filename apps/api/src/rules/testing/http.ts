/** What came back over the wire, before any client library touched it. */
export interface Answer<Data> {
  readonly status: number;
  /** `result.data` of a good answer. */
  readonly data: Data;
  /** `error.data.sync` of a refusal. */
  readonly sync: SyncError | null;
  readonly tRpcCode: string | null;
}

export interface SyncError {
  readonly code: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  readonly [key: string]: unknown;
}

export interface Call {
  readonly token: string | null;
  /** Value or, for what no serializer would write, the text itself. */
  readonly body?: unknown;
  readonly text?: string;
}

/** A mutation, sent as any HTTP client could. */
export async function post<Data>(url: string, path: string, { token, body, text }: Call): Promise<Answer<Data>> {
  const headers = { 'content-type': 'application/json', ...bearer(token) };
  return read(await fetch(`${url}/trpc/${path}`, { method: 'POST', headers, body: text ?? JSON.stringify(body) }));
}

export async function get<Data>(url: string, path: string, { token, body, text }: Call): Promise<Answer<Data>> {
  const input = encodeURIComponent(text ?? JSON.stringify(body));
  return read(await fetch(`${url}/trpc/${path}?input=${input}`, { headers: bearer(token) }));
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

async function read<Data>(response: Response): Promise<Answer<Data>> {
  // The test then looks at what it was given; a wrong shape fails there.
  const body = (await response.json()) as { result?: { data: Data }; error?: { data: { code: string; sync: SyncError } } };
  return {
    status: response.status,
    data: body.result?.data as Data,
    sync: body.error?.data.sync ?? null,
    tRpcCode: body.error?.data.code ?? null,
  };
}
