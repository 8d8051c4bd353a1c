create type league.position as enum ('PG', 'SG', 'SF', 'PF', 'C');
create type fantasy.trade_state as enum ('proposed', 'accepted', 'rejected', 'vetoed', 'withdrawn');
create type league.measurements as (height_cm smallint, weight_kg numeric(5, 2), wingspan_cm smallint);
create type fantasy.salary_range as range (subtype = numeric);

create domain fantasy.handle as public.citext check (value ~ '^[[:alnum:]_.-]{3,40}$');
create domain stats.made_count as smallint default 0 check (value between 0 and 99);
create domain fantasy.money_amount as numeric(12, 2) check (value >= 0);
