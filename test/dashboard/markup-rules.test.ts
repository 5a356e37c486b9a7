/** That nothing in the sources of the pages goes around the escaping, or needs more than the content policy allows. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'

const FOLDERS = ['src/dashboard', 'src/http']

/** What is not escaped, runs, or is styled in place: with the files that have a reason to, which is none so far. */
const RULES: ReadonlyArray<readonly [rule: string, pattern: RegExp, listed: ReadonlyArray<string>]> = [
  ['text that is not escaped', /dangerouslySetInnerHTML|\braw\(|from 'hono\/utils\/html'/, []],
  ['text that becomes markup in a browser', /\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write/, []],
  ['text that becomes a program', /\beval\(|new Function\(|setTimeout\('/, []],
  ['style in place', /\sstyle=[{"']|<style[\s>]/, ['src/dashboard/queues/bull-board.ts']],
  ['a handler in place', /\son(?:click|change|submit|load|error|input|key\w+|mouse\w+)=[{"']/i, []],
  ['a script in place', /<script>|<script(?![^>]*\ssrc=)[^>]*>/, []],
  ['an inline policy', /'unsafe-(?:inline|eval)'/, ['src/dashboard/queues/bull-board.ts']],
]

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|js|svg)$/.test(entry.name))
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name))),
).map((path) => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }))

for (const [rule, pattern, listed] of RULES) {
  test(`no page has ${rule}, but for what is listed with its reason`, () => {
    assert.ok(sources.length > 50)
    assert.equal(
      sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path),
      listed,
    )
  })
}

test.run()
