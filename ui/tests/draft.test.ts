import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import type { PortalMapping, View } from '../src/host/types';
import { desk, open } from './stage';

function changed(view: View, part: Partial<PortalMapping>): View {
  const copy = structuredClone(view);
  return { ...copy, settings: { ...copy.settings, mappings: copy.settings.mappings.map((mapping) => ({ ...mapping, ...part })) } };
}

test('what is edited outlives other news of the program, and begins anew when what it edits has changed', async () => {
  const view = desk('links');
  const { host, user } = await open(view);
  const mapping = within(screen.getByRole('form', { name: 'Соответствия' }));
  const fields = (): HTMLElement => mapping.getByRole('textbox', { name: 'Поля со ссылками' });
  const kinds = (): number => mapping.getAllByRole('textbox', { name: 'Вид объекта' }).length;
  const known = kinds();
  await user.clear(fields());
  await user.type(fields(), 'UF_CRM_TYPED');
  await user.click(mapping.getAllByRole('button', { name: 'Добавить строку' })[0] as HTMLElement);
  expect(kinds()).toBe(known + 1);

  host.show({ ...changed(view, {}), unread: view.unread + 1 });
  await screen.findByText(String(view.unread + 1));
  expect(fields()).toHaveValue('UF_CRM_TYPED');
  expect(kinds()).toBe(known + 1);

  host.show(changed(view, { fields: ['UF_CRM_NEWS'] }));
  await expect.poll(() => (fields() as HTMLInputElement).value).toBe('UF_CRM_NEWS');
  expect(kinds()).toBe(known);
});
