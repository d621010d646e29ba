import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { firstStart, inUse } from '../src/host/scenes';
import { open } from './stage';

const PORTAL = 'romashka.bitrix24.ru';

test('a preview says what would open, where it stood, and offers a link by hand where nothing is', async () => {
  const { user, host } = await open({ ...inUse(), page: 'links' });
  const preview = within(screen.getByRole('region', { name: 'Что откроется?' }));
  const typed = preview.getByRole('textbox', { name: 'Карточка' });
  await user.type(typed, 'deal:123');
  await user.click(screen.getByRole('button', { name: 'Показать' }));
  expect(screen.getByText('Заказ клиента 0000-000123')).toBeVisible();
  expect(screen.getByText(/поле UF_CRM_1732558654060/)).toBeVisible();

  await user.clear(typed);
  await user.type(typed, 'deal:127');
  await user.click(screen.getByRole('button', { name: 'Показать' }));
  expect(screen.getByText('Объекта 1С нет.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Связать вручную' }));
  await user.type(screen.getByRole('textbox', { name: 'Ссылка на объект' }), 'e1cib/data/x');
  await user.click(screen.getByRole('button', { name: 'Связать и открыть' }));
  expect(host.commands.at(-1)).toEqual({ do: 'links', command: { ask: 'linkByHand', portal: PORTAL, entity: 'deal:127', text: 'e1cib/data/x' } });
});

test('the mapping is edited as a whole and empty attributes are none', async () => {
  const { user, host } = await open({ ...inUse(), page: 'links' });
  const form = screen.getByRole('form', { name: 'Соответствия' });
  await user.clear(within(form).getByRole('textbox', { name: 'Поля со ссылками' }));
  await user.type(within(form).getByRole('textbox', { name: 'Поля со ссылками' }), 'UF_CRM_A, UF_CRM_B');
  const attributes = within(form).getAllByRole('textbox', { name: 'Реквизит для поиска' });
  await user.clear(attributes[1] as HTMLElement);
  await user.click(within(form).getByRole('button', { name: 'Сохранить' }));
  const command = host.commands.at(-1);
  if (command?.do !== 'links' || command.command.ask !== 'setMapping') throw new Error('the mapping is saved');
  expect(command.command.mapping.fields).toEqual(['UF_CRM_A', 'UF_CRM_B']);
  expect(command.command.mapping.kinds.map((kind) => kind.attribute)).toEqual([null, null]);

  await user.selectOptions(within(form).getAllByRole('combobox', { name: 'Добавить типовые для конфигурации' })[0] as HTMLElement, 'bp');
  await user.click(within(form).getByRole('button', { name: 'Добавить' }));
  expect(within(form).getAllByRole('textbox', { name: 'Вид объекта' })).toHaveLength(3);
});

test('fields are made for chosen types and links are written until they are stopped', async () => {
  const { user, host } = await open({ ...inUse(), page: 'links' });
  await user.click(screen.getAllByRole('button', { name: 'Показать смарт-процессы' })[0] as HTMLElement);
  await user.click(screen.getAllByRole('checkbox', { name: 'Отгрузка (128)' })[0] as HTMLElement);
  await user.click(screen.getByRole('button', { name: 'Создать поле' }));
  expect(screen.getByText(`hotstart://crm/${PORTAL}/128/{{ID}}`)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Записать ссылки' }));
  expect(screen.getByText(/Просмотрено: 150, записано: 120/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Остановить' }));
  expect(host.commands.at(-1)).toEqual({ do: 'links', command: { ask: 'cancelWriting' } });
  expect(screen.getByRole('button', { name: 'Продолжить' })).toBeEnabled();
});

test('without a portal there is nothing to link', async () => {
  await open({ ...firstStart(), page: 'links' });
  expect(screen.getByText('Сначала подключите портал и добавьте базу.')).toBeVisible();
});
