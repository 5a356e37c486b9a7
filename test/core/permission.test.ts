import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  grantsBeyond,
  isGrant,
  PERMISSIONS,
  permissionsIn,
  permissionsOf,
  permissionsWithin,
} from '../../src/core/permission.js'

const test = suite('permissions')

test('a grant covers one permission, all of a resource, all of an action, or everything', () => {
  assert.equal(permissionsIn('tasks:read'), ['tasks:read'])
  assert.equal(permissionsIn('gates:*'), ['gates:read', 'gates:vote'])
  assert.ok(permissionsIn('*:read').every((one) => one.endsWith(':read')))
  assert.ok(permissionsIn('*:read').includes('events:read'))
  assert.equal(permissionsIn('*'), PERMISSIONS)
})

test('what covers nothing is no grant', () => {
  for (const grant of ['', ':', 'tasks', 'tasks:', ':read', '*:*', 'tasks:read:x', 'Tasks:read', 'constructor:read']) {
    assert.not.ok(isGrant(grant), grant)
  }
})

test('nobody gives away more than they have', () => {
  const held = permissionsOf(['tasks:*', 'gates:read'])
  assert.equal(grantsBeyond(['tasks:read', 'tasks:*', 'gates:read'], held), [])
  assert.equal(grantsBeyond(['gates:*', '*', '*:read', 'tasks:write'], held), ['gates:*', '*', '*:read'])
})

test('whoever is kept to some namespaces may not look at what is of all of them', () => {
  const kept = permissionsWithin(['*'])
  for (const one of ['projections:read', 'subscriptions:write', 'metrics:read', 'keys:admin'] as const) {
    assert.not.ok(kept.has(one), one)
  }
  for (const one of ['tasks:write', 'events:read', 'catalog:read'] as const) assert.ok(kept.has(one), one)
})

test.run()
