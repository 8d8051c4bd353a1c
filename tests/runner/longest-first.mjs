import path from 'node:path';
import { expectedSeconds } from './durations.mjs';

/** One queue over all layers: the longest files first, so that none begins when the others have ended. */
export default class LongestFirst {
  sort(tests) {
    const seconds = expectedSeconds();
    const key = (test) => path.relative(test.context.config.rootDir, test.path);
    return [...tests].sort((one, other) => seconds(key(other)) - seconds(key(one)) || (key(one) < key(other) ? -1 : 1));
  }

  /** The reporter keeps durations. */
  cacheResults() {}
}
