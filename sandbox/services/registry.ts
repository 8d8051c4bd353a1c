import { budgetsService } from './budgets/service.ts';
import { cloudwatchService } from './cloudwatch/service.ts';
import { costsService } from './costexplorer/service.ts';
import { ec2Service } from './ec2/service.ts';
import { loadBalancersService } from './elb/service.ts';
import { eventsService } from './events/service.ts';
import { firehoseService } from './firehose/service.ts';
import { kmsService } from './kms/service.ts';
import { lambdaService } from './lambda/service.ts';
import { logsService } from './logs/service.ts';
import { rdsService } from './rds/service.ts';
import { Register } from './register.ts';
import { route53Service } from './route53/service.ts';
import { s3Service } from './s3/service.ts';
import { secretsService } from './secretsmanager/service.ts';
import { snsService } from './sns/service.ts';
import { statesService } from './states/service.ts';
import { stsService } from './sts/service.ts';

/** Every service, each after those that it is made of. They end in the reverse order: machines, functions, servers. */
export const registry = new Register<object>()
  .with(eventsService)
  .with(cloudwatchService)
  .with(firehoseService)
  .with(logsService)
  .with(rdsService)
  .with(route53Service)
  .with(lambdaService)
  .with(s3Service)
  .with(snsService)
  .with(secretsService)
  .with(costsService)
  .with(budgetsService)
  .with(ec2Service)
  .with(kmsService)
  .with(loadBalancersService)
  .with(statesService)
  .with(stsService);
