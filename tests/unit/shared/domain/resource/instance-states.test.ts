import assert from 'node:assert/strict';
import { isBadTerminalStatus } from '../../../../../shared/domain/resource/instance-states.ts';

test('a status that passes by itself is waited for', () => {
  for (const status of [
    'creating',
    'backing-up',
    'modifying',
    'rebooting',
    'configuring-enhanced-monitoring',
    'available',
  ]) {
    assert.equal(isBadTerminalStatus(status), false, status);
  }
});

test('a status that stays until somebody acts ends the wait', () => {
  for (const status of ['failed', 'restore-error', 'incompatible-parameters', 'storage-full', 'stopped', 'deleting']) {
    assert.equal(isBadTerminalStatus(status), true, status);
  }
});

test('every incompatible status of RDS ends the wait', () => {
  for (const reason of ['create', 'network', 'option-group', 'parameters', 'restore']) {
    assert.equal(isBadTerminalStatus(`incompatible-${reason}`), true, reason);
  }
});
