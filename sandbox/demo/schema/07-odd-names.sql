create table "Front Office"."Salary Cap" (
  "Season" smallint primary key,
  "Cap in $" numeric not null,
  "Größe der Liga" integer not null,
  "o'clock" time with time zone,
  "select" boolean,
  "a ""quoted"" word" text
);
create table "Front Office"."Größenwahn's ""Dream Team""" (
  "Spieler Nr" serial,
  "名前" text not null,
  "ordre d'arrivée" integer
);
comment on table "Front Office"."Größenwahn's ""Dream Team""" is 'no primary key, and every kind of quote in its name';
create table "Front Office"."Salary Cap Notes" (
  id uuid primary key,
  "Season" smallint not null references "Front Office"."Salary Cap" on delete cascade,
  note text collate "C" not null
);
create sequence "Front Office"."Ticket #";
