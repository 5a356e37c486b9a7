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
