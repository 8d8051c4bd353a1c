import { readMetrics } from '../../shared/aws/cloudwatch.ts';
import { makeCostExplorer } from '../../shared/aws/cost-explorer.ts';
import { ec2In } from '../../shared/aws/ec2.ts';
import { listLoadBalancers } from '../../shared/aws/load-balancers.ts';
import { listDatabases } from '../../shared/aws/rds-databases.ts';
import { makeObjectStore } from '../../shared/aws/s3.ts';
import { config } from '../../shared/config.ts';
import { CollectedCosts, FindWasteInput, FindWasteOutput } from '../../shared/contracts/cost-report.ts';
import type { Waste, WasteFinding } from '../../shared/contracts/waste.ts';
import { dayOf, isoDate } from '../../shared/domain/cost-days.ts';
import { judgeCoverage, judgeUntagged } from '../../shared/domain/waste-bill.ts';
import {
  databaseDays,
  judgeDatabaseSize,
  judgeHours,
  judgeIdleDatabase,
  judgeLeftover,
  useQuestions,
} from '../../shared/domain/waste-database.ts';
import { byMoney, findingOf, judged, type Verdict } from '../../shared/domain/waste-finding.ts';
import { judgeAddress, judgeLoadBalancer, trafficQuestion } from '../../shared/domain/waste-network.ts';
import { judgeImage, judgeSnapshot, judgeVolume } from '../../shared/domain/waste-storage.ts';
import { AccessDeniedError, AwsUnavailableError, CostDataUnavailableError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { wasteSetting } from '../../shared/lambda/waste-rule.ts';
import { operations } from '../../shared/policy/operations.ts';

/** Days over which use is measured. */
const measuredDays = 14;
/** Days of which coverage is asked. */
const coverageDays = 30;
const secondsPerDay = 86_400;
const secondsPerHour = 3600;

/**
 * Looks for what costs money and serves nobody. A service that refuses or is not to be had is named as missing; the
 * others are told all the same. Changes nothing, so a second call is harmless.
 */
export const findWaste = defineTask({
  input: FindWasteInput,
  output: FindWasteOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    explorer: makeCostExplorer(),
    setting: wasteSetting(operations(), config().stage),
    now: () => new Date(),
  }),
  async run(
    { executionName, startedAt, costsKey, requests: before },
    { store, explorer, setting, now: clock },
    { progress },
  ) {
    const { rule, prices, regions, currency, tag, settleDays, office, sources } = setting;
    const now = clock();
    const findings: WasteFinding[] = [];
    const missing: Waste['missing'] = [];
    let [requests, parts] = [before, 0];
    const look = async (part: string, region: string, read: () => Promise<readonly WasteFinding[]>) => {
      try {
        findings.push(...(await read()));
      } catch (error) {
        if (!(error instanceof AccessDeniedError || error instanceof AwsUnavailableError)) throw error;
        missing.push({ part, region, error: error.name });
        logger.warn('part of the waste is not known', { part, region, error });
      }
      parts += 1;
      progress('parts', parts, 4 * regions.length + 2);
    };

    for (const region of regions) {
      const ec2 = ec2In(region);
      await look('volumes, snapshots and images', region, async () => {
        const storage = await ec2.storage();
        return [
          ...judged(storage.volumes, (one) => judgeVolume(one, prices, now), rule, now),
          ...judged(storage.snapshots, (one) => judgeSnapshot(one, storage, { prices, rule, now }), rule, now),
          ...judged(storage.images, (one) => judgeImage(one, { prices, rule, now }), rule, now),
        ];
      });
      await look('addresses', region, async () =>
        judged(await ec2.addresses(), (one) => judgeAddress(one, prices), rule, now),
      );
      await look('load balancers', region, async () => {
        const asked = (await listLoadBalancers(region)).flatMap((balancer) => {
          const question = trafficQuestion(balancer);
          return question === undefined ? [] : [{ balancer, question }];
        });
        const from = new Date(now.getTime() - measuredDays * secondsPerDay * 1000);
        const questions = asked.map(({ question }) => question);
        const answers = await readMetrics(region, questions, { from, to: now, period: secondsPerDay });
        const measured = asked.map(({ balancer, question }, index) => ({
          ...balancer,
          traffic: {
            days: measuredDays,
            metric: question.name,
            sum: (answers[index] ?? []).reduce((sum, { value }) => sum + value, 0),
          },
        }));
        return judged(measured, (one) => judgeLoadBalancer(one, one.traffic, prices), rule, now);
      });
      await look('databases', region, async () => {
        const databases = await listDatabases(region);
        const from = new Date(now.getTime() - databaseDays * secondsPerDay * 1000);
        const questions = databases.flatMap(({ id }) => useQuestions(id));
        const answers = await readMetrics(region, questions, { from, to: now, period: secondsPerHour });
        const measured = databases.map((database, index) => {
          const [cpu = [], connections = [], freeableMemory = []] = answers.slice(3 * index, 3 * index + 3);
          return { ...database, use: { cpu, connections, freeableMemory } };
        });
        return [
          ...judged(measured, (one) => judgeIdleDatabase(one, one.use, prices), rule, now),
          ...judged(measured, (one) => judgeDatabaseSize(one, one.use, prices), rule, now),
          ...judged(measured, (one) => office && judgeHours(one, one.use, { ...office, sources, prices }), rule, now),
          ...judged(databases, (one) => judgeLeftover(one, sources, prices, now), { ...rule, graceDays: 0 }, now),
        ];
      });
    }

    const ofBill = (verdict: Verdict | undefined, resource: string) =>
      verdict === undefined ? [] : [findingOf(verdict, 'global', resource)];
    const lastDay = dayOf(startedAt) - settleDays;
    const span = { from: isoDate(lastDay + 1 - coverageDays), to: isoDate(lastDay + 1) };
    for (const what of ['Savings Plans', 'reservations'] as const) {
      await look(`coverage by ${what}`, 'global', async () => {
        const answer = await explorer.coverage(what, span);
        requests += answer.requests;
        return ofBill(judgeCoverage({ what, percent: answer.percent, days: coverageDays }), what);
      });
    }
    const text = await store.getText(costsKey);
    if (text === undefined) {
      throw new CostDataUnavailableError(`costs '${costsKey}' are not in the evidence bucket`, {
        hints: ['Start the workflow again; did a lifecycle rule or a person remove the object?'],
      });
    }
    findings.push(...ofBill(judgeUntagged(CollectedCosts.parse(JSON.parse(text)), tag), tag));

    const waste: Waste = { schemaVersion: 1, currency, findings: byMoney(findings), missing };
    const wasteKey = `cost-report/${executionName}/waste.json`;
    await store.put(wasteKey, JSON.stringify(waste, undefined, 2), 'application/json');
    logger.info('waste found', { wasteKey, findings: findings.length, missing, requests });
    return { wasteKey, requests };
  },
});
export const { handler } = findWaste;
