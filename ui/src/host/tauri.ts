import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import { failureOf, type Host, type View } from './types';

/** The program by the two commands and the one event of the shell. */
export const tauriHost: Host = {
  view: () => invoke<View>('view'),
  perform: async (command) => {
    try {
      await invoke('perform', { command });
      return null;
    } catch (reason) {
      return failureOf(reason);
    }
  },
  onView: (listener) => listen<View>('view', (event) => { listener(event.payload); }),
};
