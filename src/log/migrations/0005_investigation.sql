-- What whoever looks into a task asks: which tasks are dead letters, and which handlers a live worker has.

-- Few events are of these types, so that the index is small and most appends do not touch it.
create index events_of_dead_letters on tasker.events (stream, version)
  where type in ('task-blocked', 'task-failed', 'deadline-passed', 'dead-letter-resolved', 'task-reopened');

-- Empty where the session did not say.
alter table tasker.sessions add column handlers text[] not null default '{}';
