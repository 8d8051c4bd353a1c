-- Partitioned by list; the busiest value is partitioned again, by range.
create table audit.events (
  id bigint generated always as identity,
  kind text not null,
  happened_at timestamptz not null,
  actor text not null default current_user,
  subject text not null,
  before jsonb,
  after jsonb,
  primary key (id, kind, happened_at)
) partition by list (kind);
create table audit.events_trade partition of audit.events for values in ('trade');
create table audit.events_login partition of audit.events for values in ('login', 'logout');
create table audit.events_score partition of audit.events for values in ('score') partition by range (happened_at);
create table audit.events_score_past partition of audit.events_score for values from (minvalue) to ('2025-07-01');
create table audit.events_score_recent partition of audit.events_score for values from ('2025-07-01') to (maxvalue);
create table audit.events_other partition of audit.events default;

create function audit.record_change() returns trigger language plpgsql as $$
begin
  begin
    insert into audit.events (kind, happened_at, subject, before, after)
    values (tg_argv[0], clock_timestamp(), tg_table_schema || '.' || tg_table_name, to_jsonb(old), to_jsonb(new));
  exception when others then
    -- A subtransaction: the audit must never stop a game.
    raise warning 'audit of %.% failed: %', tg_table_schema, tg_table_name, sqlerrm;
  end;
  return null;
end
$$;

create function fantasy.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
