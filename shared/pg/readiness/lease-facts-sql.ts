/** One row of one JSON object: the lease, and whom the fence could not keep out. Asked by the role of the fence. */
export const leaseFactsSql = `/* pg-gameday:fence */ select json_build_object(
  'mode', l.mode, 'accepts', l.accepts, 'secondsLeft', greatest(0, extract(epoch from case when isfinite(l.valid_until) then l.valid_until - l.now end)),
  'deadManSeconds', extract(epoch from case when isfinite(l.dead_man_at) then l.now - l.dead_man_at end),
  'fenced', to_json(l.fenced), 'faults', (select coalesce(json_agg(json_build_object('role', f.role, 'problem', f.problem) order by f.role), '[]') from gameday.fence_faults() f)) as lease
from gameday.read_lease() l`;
