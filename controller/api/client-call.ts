/** The API refused or could not be reached; `code` is the problem's, or `unreachable`. */
export class ApiError extends Error {
  readonly code: string
  /** HTTP status; 0 when there was no answer */
  readonly status: number
  constructor(code: string, message: string, { status = 0, ...options }: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.name = 'ApiError'
    this.code = code
    this.status = status
  }
}

export interface ApiClientOptions {
  /** the controller's API; what comes after the host stands before each path */
  readonly url: string
  /** the bearer token, or who knows it by then */
  readonly token: string | (() => Promise<string>)
  /** default: the platform's */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** One request; resolves with an answer of one of the expected statuses. @throws {ApiError} */
export async function call({ url, token, fetch: send = fetch }: ApiClientOptions, path: string, init: RequestInit = {}, expected: readonly number[] = [200]): Promise<Response> {
  const bearer = typeof token === 'string' ? token : await token()
  let response: Response
  try {
    response = await send(`${url.replace(/\/$/, '')}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${bearer}` } })
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError('unreachable', `no controller answers at ${url.replace(/\/$/, '')}: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}`, { cause: error })
  }
  if (expected.includes(response.status)) return response
  // a problem of ours, or the Status of an API server that stands between
  const { code, detail, message } = (await response.json().catch(() => ({}))) as { readonly code?: unknown; readonly detail?: string; readonly message?: string }
  throw new ApiError(typeof code === 'string' ? code : `http-${response.status}`, detail ?? message ?? `${init.method ?? 'GET'} ${path} answered ${response.status}`, { status: response.status })
}

/** The lines of an answer while they come. */
export async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
  if (rest !== '') yield rest
}
