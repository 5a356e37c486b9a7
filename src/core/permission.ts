/**
 * What somebody may do, as keys and tokens state it: `tasks:read`. A grant may cover several: `tasks:*` whatever can be
 * done to tasks, `*:read` everything that only looks, `*` all. Whoever states a grant that covers nothing is told so,
 * since a slip in a right would otherwise show only where it is missed.
 */
export const PERMISSIONS = [
  'tasks:read',
  'tasks:write',
  // Settles steps by hand, those that wait at a gate too: it overrides what people were asked.
  'steps:write',
  'gates:read',
  'gates:vote',
  'plans:read',
  'plans:write',
  'templates:read',
  'templates:write',
  'schedules:read',
  'schedules:write',
  'dead-letters:read',
  'dead-letters:resolve',
  'events:read',
  'catalog:read',
  'projections:read',
  'projections:rebuild',
  'subscriptions:read',
  'subscriptions:write',
  'metrics:read',
  'keys:admin',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** The permissions that a grant covers; none where it is no grant. */
export const permissionsIn = (grant: string): ReadonlyArray<Permission> => {
  if (grant === '*') return PERMISSIONS
  const [resource, action, ...rest] = grant.split(':')
  if (resource === undefined || action === undefined || rest.length > 0 || grant === '*:*') return []
  return PERMISSIONS.filter((permission) => {
    const [of, what] = permission.split(':')
    return (resource === '*' || resource === of) && (action === '*' || action === what)
  })
}

export const isGrant = (grant: string): boolean => permissionsIn(grant).length > 0

/** Everything that one of the grants covers. */
export const permissionsOf = (grants: ReadonlyArray<string>): ReadonlySet<Permission> =>
  new Set(grants.flatMap(permissionsIn))

/** What shows or changes the whole installation, whatever namespace it is of. */
const OF_ALL_NAMESPACES: ReadonlyArray<Permission> = [
  'projections:read',
  'projections:rebuild',
  'subscriptions:read',
  'subscriptions:write',
  'metrics:read',
  'keys:admin',
]

/** The same for somebody who is kept to some namespaces. */
export const permissionsWithin = (grants: ReadonlyArray<string>): ReadonlySet<Permission> =>
  new Set(grants.flatMap(permissionsIn).filter((one) => !OF_ALL_NAMESPACES.includes(one)))

/** The grants whose permissions `held` does not hold all of: nobody gives away more than they have. */
export const grantsBeyond = (grants: ReadonlyArray<string>, held: ReadonlySet<Permission>): ReadonlyArray<string> =>
  grants.filter((grant) => permissionsIn(grant).some((one) => !held.has(one)))
