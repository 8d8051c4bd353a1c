import type { AgesReading, ServerReading } from './reading.ts';

/** Connections that an application may have: the rest is kept for superusers, reserved roles and RDS itself. */
export const usableConnections = (
  server: Pick<ServerReading, 'maxConnections' | 'superuserReserved' | 'reserved' | 'rdsReserved'>,
): number => server.maxConnections - server.superuserReserved - server.reserved - server.rdsReserved;

/** Without a usable connection every session is one too many. */
export function connectionsUsedPercent(clients: number, server: Parameters<typeof usableConnections>[0]): number {
  const usable = usableConnections(server);
  return usable <= 0 ? 100 : (100 * clients) / usable;
}

/**
 * Half of the ids are the past, and PostgreSQL takes no command that needs a new one when 3 million of them are left:
 * xidStopLimit of varsup.c, multiStopLimit of multixact.c (100 before PostgreSQL 14).
 */
const half = 2 ** 31 - 1;
export const stopAge = half - 3_000_000;

/** Share of the ids until the server stops, of the oldest database of all; 90 % of autovacuum_freeze_max_age is normal. */
export const idsUsedPercent = (ages: AgesReading) => ({
  transactionIds: (100 * ages.transactionIds) / stopAge,
  multixacts: (100 * ages.multixacts) / stopAge,
});
