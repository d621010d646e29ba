import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import App from '../src/App.svelte';
import { FakeHost } from '../src/host/fake';
import { inUse } from '../src/host/scenes';
import type { Page, UiCommand, View } from '../src/host/types';

export interface Stage {
  host: FakeHost;
  user: UserEvent;
  /** The commands since the start. */
  sent: () => UiCommand[];
}

/** The whole window on a fake program, ready to be used. */
export async function open(view: View): Promise<Stage> {
  const host = new FakeHost(view);
  render(App, { host });
  await screen.findByRole('navigation');
  return { host, user: userEvent.setup(), sent: () => host.commands };
}

/** A desk in use on one page, with changes. */
export function desk(page: Page, changes: Partial<View> = {}): View {
  return { ...inUse(), page, ...changes };
}
