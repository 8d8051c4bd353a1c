// What the logs of a stage cost a month: kept for 30 days in CloudWatch Logs, and for a year in S3 where operations.yml asks for it.

/** Gzip leaves so much of a log; what is stored is reckoned with it. */
const packed = 0.15;
const daysOfMonth = 30.4;

/** `policy` is the checked operations.yml. Gigabytes are what it expects: nobody knows them before. */
export function logsPrice({ logs, stages }, stage) {
  const { cold, postgresql } = stages[stage].logs;
  const instances = new Set(
    Object.values(stages[stage].databases).flatMap(({ instance, replicas }) => [instance, ...replicas]),
  );
  const regions = stages[stage].dr === undefined ? 1 : 2;
  const own = logs.expectedGigabytes.own * regions;
  const server = postgresql ? logs.expectedGigabytes.server * instances.size : 0;
  const { prices } = logs;
  const gigabytes = own + server;
  const hot = gigabytes * prices.ingestedGb + gigabytes * packed * (logs.hotDays / daysOfMonth) * prices.storedGbMonth;
  if (!cold) return { gigabytes, hot, cold: 0, month: hot };
  const { glacierAfterDays, expireAfterDays } = logs.cold;
  const stored = gigabytes * packed;
  const kept =
    stored * (glacierAfterDays / daysOfMonth) * prices.standardGbMonth +
    stored * ((expireAfterDays - glacierAfterDays) / daysOfMonth) * prices.glacierGbMonth;
  const way = gigabytes * prices.deliveredGb + gigabytes * prices.maskedGb;
  return { gigabytes, hot, cold: way + kept, month: hot + way + kept };
}
