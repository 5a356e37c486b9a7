-- What this database calls itself towards others: two installations that share one Redis must not read each other's hints.

create table tasker.installation (
  only_one boolean not null default true,
  id uuid not null default gen_random_uuid(),
  constraint installation_is_one primary key (only_one),
  constraint installation_is_the_only_one check (only_one)
);

insert into tasker.installation default values;
