import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, test } from 'vitest';

import { firstStart } from '../src/host/scenes';
import { tauriHost } from '../src/host/tauri';
import type { View } from '../src/host/types';

afterEach(() => {
  clearMocks();
});

describe('the shell', () => {
  test('is asked for the state by the command `view`', async () => {
    const view = firstStart();
    mockIPC((command) => (command === 'view' ? view : undefined));
    expect(await tauriHost.view()).toEqual(view);
  });

  test('gets a command under the name `command`', async () => {
    const calls: unknown[] = [];
    mockIPC((command, payload) => {
      calls.push([command, payload]);
      return null;
    });
    expect(await tauriHost.perform({ do: 'showBase', alias: 'ut' })).toBeNull();
    expect(calls).toEqual([['perform', { command: { do: 'showBase', alias: 'ut' } }]]);
  });

  test('refuses with a failure', async () => {
    mockIPC(() => {
      // What the shell rejects with is a plain value.
      throw { code: 'licence.busy', text: 'Нет свободной лицензии.' };
    });
    expect(await tauriHost.perform({ do: 'showBase', alias: 'ut' })).toEqual({ code: 'licence.busy', text: 'Нет свободной лицензии.' });
  });

  test('sends every new state by the event `view` until nobody listens', async () => {
    mockIPC(() => undefined, { shouldMockEvents: true });
    const heard: View[] = [];
    const stop = await tauriHost.onView((view) => heard.push(view));
    await emit('view', { ...firstStart(), unread: 1 });
    stop();
    await emit('view', { ...firstStart(), unread: 2 });
    expect(heard.map((view) => view.unread)).toEqual([1]);
  });
});
