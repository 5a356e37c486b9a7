/** The numbers that stop a request. Times in milliseconds, sizes in bytes unless the name says else. */

export const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Objects and lists within each other. */
export const MAX_BODY_DEPTH = 64
export const MAX_QUERY_CHARS = 8_192
/** Of one caller: so many requests at once, refilled evenly. */
export const RATE_BURST = 400
export const RATE_PER_SECOND = 100
/** Callers whose rate is remembered; the one that asked longest ago is forgotten first. */
export const MAX_RATED_CALLERS = 10_000
/** How long answers under way may take when the server closes. */
export const SERVER_CLOSE_MS = 5_000
/** A request's head, and the whole of it, has to be here after this. */
export const HEADERS_TIMEOUT_MS = 10_000
export const REQUEST_TIMEOUT_MS = 60_000

/** How long whoever asks waits until it is known who they are. */
export const ACCESS_LOOKUP_MS = 3_000
/** A key or a token that is longer than this is not looked at. */
export const MAX_CREDENTIAL_CHARS = 8_192
/** Between the clocks of an issuer and of this machine. */
export const JWT_TOLERANCE_SECONDS = 30
export const MAX_TOKEN_GROUPS = 500
/** An issuer's keys: how long they are believed, and for how long when they cannot be read anew. */
export const JWKS_FRESH_MS = 600_000
export const JWKS_STALE_MS = 3_600_000
/** Between two readings of them, whatever tokens say. */
export const JWKS_COOL_DOWN_MS = 30_000
export const JWKS_FETCH_MS = 5_000
export const MAX_JWKS_BYTES = 256 * 1024
/** Keys and tokens that were wrong, from one address: so many at once, refilled evenly. */
export const FAILED_ATTEMPTS_BURST = 20
export const FAILED_ATTEMPTS_PER_SECOND = 0.2
/** Credentials that were right are let in although their address is held up, for this long after they were. */
export const PROVED_CREDENTIAL_MS = 600_000
export const MAX_PROVED_CREDENTIALS = 10_000
/** After this a browser has to prove anew who uses it; sooner where its key or token ends. */
export const LOGIN_MS = 12 * 3_600_000
/** Of a page; what is larger comes through the API. */
export const MAX_FORM_BYTES = 2 * 1024 * 1024
/** Items of one page of a list. */
export const MAX_LISTED = 500
/** Positions of the log that one page of events looks at, where its filter lets little through. */
export const MAX_SEARCHED_POSITIONS = 40_000
/** Tasks that one request changes. */
export const MAX_BULK = 10_000
export const MAX_WAIT_SECONDS = 60
export const MAX_REASON_CHARS = 2_000
export const MAX_NAME_CHARS = 200
/** Readers that follow one process, pages among them. */
export const MAX_STREAMS = 1_000
/** After this a stream ends, and its reader comes back where it was. */
export const MAX_STREAM_MS = 600_000
/** How often a stream looks whether what let its reader in (a key, a token, a login) still does. */
export const ADMISSION_LOOK_MS = 5_000
/** A stream on which nothing happens says so, that proxies keep it. */
export const HEARTBEAT_MS = 15_000
/** How long a reader waits before it connects again. */
export const STREAM_RETRY_MS = 2_000
