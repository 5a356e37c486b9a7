/** Reads from what a Postgres binary printed why it did not run, so that a person is told what to mend. */
import { EmbeddedError, systemCode } from './embedded-error.js'

/** @param output what the binary wrote; @param logFile where it can be read again. */
export const startFailure = (program: string, output: string, logFile: string | undefined, cause?: unknown): Error => {
  const library =
    /error while loading shared libraries: ([^:]+):/.exec(output) ?? /Library not loaded: (\S+)/.exec(output)
  if (library !== null) {
    return new EmbeddedError(
      'embedded_library_missing',
      `the embedded Postgres needs the system library ${library[1]}, which this system does not have`,
      `install the package that holds ${library[1]}, or set DATABASE_URL to a Postgres server`,
      cause,
    )
  }
  if (systemCode(cause) === 'ENOENT' || /Error (loading shared library|relocating)/.test(output)) {
    return new EmbeddedError(
      'embedded_unsupported_platform',
      'the embedded Postgres needs Linux with glibc, or macOS; on this system (Alpine, musl) its binaries do not run',
      'set DATABASE_URL to a Postgres server',
      cause,
    )
  }
  if (/Address already in use|could not bind/.test(output)) {
    return new EmbeddedError(
      'embedded_port',
      'the embedded Postgres found no port of the loopback address to listen on',
      'check that 127.0.0.1 can be listened on, or set DATABASE_URL to a Postgres server',
      cause,
    )
  }
  if (systemCode(cause) === 'EACCES' || systemCode(cause) === 'EPERM') {
    return new EmbeddedError(
      'embedded_permission',
      `${program} of the embedded Postgres may not be executed`,
      'check that the folder of node_modules allows execution (noexec), or set DATABASE_URL to a Postgres server',
      cause,
    )
  }
  const said = output.trim().split('\n').slice(-8).join('\n')
  return new EmbeddedError(
    'embedded_start_failed',
    `${program} of the embedded Postgres did not start${said === '' ? '' : `:\n${said}`}`,
    logFile === undefined ? 'see what it printed' : `see ${logFile}`,
    cause,
  )
}
