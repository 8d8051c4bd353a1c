import pg from 'pg';

/** One of each kind of object and a few rows: a sweep is hundreds of runs, and each restores it anew. */
const sql = `
create schema shop;
create type shop.state as enum ('open', 'paid', 'sent');
create table shop.customers (
  id integer generated always as identity primary key,
  name text not null,
  joined timestamptz not null default '2025-01-01T00:00:00Z'
);
create table shop.orders (
  id bigint generated always as identity,
  customer integer not null references shop.customers,
  state shop.state not null default 'open',
  total numeric(12, 2) not null check (total >= 0),
  placed date not null,
  primary key (id, placed)
) partition by range (placed);
create table shop.orders_2024 partition of shop.orders for values from ('2024-01-01') to ('2025-01-01');
create table shop.orders_2025 partition of shop.orders for values from ('2025-01-01') to ('2026-01-01');
create index orders_customer on shop.orders (customer);
create table shop.notes (customer integer not null, body text);
alter table shop.notes enable row level security;
create policy everything on shop.notes for select using (true);
create function shop.total_of(who integer) returns numeric language sql stable
  begin atomic select coalesce(sum(total), 0) from shop.orders where customer = who; end;
create view shop.open_orders as select id, customer, total from shop.orders where state = 'open';
insert into shop.customers (name) select 'customer ' || n from generate_series(1, 200) as n;
insert into shop.orders (customer, total, placed)
  select 1 + n % 200, n * 0.25, date '2024-06-01' + n % 400 from generate_series(1, 2000) as n;
insert into shop.notes select n, 'note ' || n from generate_series(1, 100) as n;
vacuum analyze;
`;

/** Of operations.yml, for the tiny database: the ones of the demo name its tables. */
export const tinyAssertions = [
  {
    name: 'every order belongs to a customer',
    sql: 'select not exists (select from shop.orders o where not exists (select from shop.customers c where c.id = o.customer))',
  },
];

export async function fillTinyDatabase(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ application_name: 'pg-gameday sweep', ...master });
  await client.connect();
  try {
    // One by one: a vacuum cannot run with others in one message.
    for (const statement of sql.split(/;\n(?=\S)/)) await client.query(statement);
  } finally {
    await client.end();
  }
}
