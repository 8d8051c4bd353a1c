import type { Mistake } from './mistake.ts';
import type { SoundAccount } from './sound-account.ts';

/** Alarms that nobody hears: all of them switched off, or one without its actions. */
export function alarmMistakes(sound: () => SoundAccount): readonly Mistake[] {
  const switchAlarms = async (operation: string) => {
    const AlarmNames = sound().fixture.sandbox.template.alarms.map(({ name }) => name);
    await sound().fixture.call('monitoring', operation, { AlarmNames });
  };
  /** Of one alarm; undefined gives back those of the template. */
  const setActions = async (actions: readonly string[] | undefined) => {
    const { fixture } = sound();
    const alarm = fixture.sandbox.template.alarms.find(({ name }) => name === 'pg-gameday-leftovers-dev');
    const input = actions === undefined ? alarm?.properties : { ...alarm?.properties, AlarmActions: actions };
    await fixture.call('monitoring', 'PutMetricAlarm', { ...input });
  };
  return [
    {
      title: 'alarms that do not act',
      make: () => switchAlarms('DisableAlarmActions'),
      undo: () => switchAlarms('EnableAlarmActions'),
      named: 'alarms act',
      says: /mute: /,
    },
    {
      title: 'an alarm without actions',
      make: () => setActions([]),
      undo: () => setActions(undefined),
      named: 'alarms act',
      says: /mute: pg-gameday-leftovers-dev/,
    },
    {
      title: 'an alarm that acts on a topic which is not there',
      make: () => setActions(['arn:aws:sns:us-east-1:123456789012:pg-gameday-p9-dev']),
      undo: () => setActions(undefined),
      named: 'every alarm reaches somebody',
      says: /^pg-gameday-leftovers-dev: pg-gameday-p9-dev is not there/,
    },
    {
      title: 'an alarm that acts on a topic to which CloudWatch may not publish',
      // Its policy is for topics of mail.
      make: () =>
        setActions([
          sound().fixture.sandbox.template.topics.find(({ name }) => name === 'pg-gameday-mail-dev')?.arn ?? '',
        ]),
      undo: () => setActions(undefined),
      named: 'every alarm reaches somebody',
      says: /pg-gameday-mail-dev does not let cloudwatch\.amazonaws\.com publish it/,
    },
  ];
}
