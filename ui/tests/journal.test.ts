import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { firstStart } from '../src/host/scenes';
import { desk, open } from './stage';

const rows = (): HTMLElement[] => screen.getAllByRole('row').slice(1);

test('a record shows what was done, where, how it ended and how long it took', async () => {
  await open(desk('journal'));
  expect(rows()).toHaveLength(5);
  const [first, , , failed] = rows();
  if (!first || !failed) throw new Error('the scene has records');
  expect(first).toHaveTextContent(/Открытие\s*Заказ клиента 0000-000123/);
  expect(first).toHaveTextContent('34 мс');
  expect(within(failed).getByText('licence.busy')).toBeVisible();
  expect(failed).toHaveTextContent('2,8 с');
  expect(screen.getByText('5 записей')).toBeVisible();
});

test.each([
  ['плитки', 1],
  ['LICENCE.busy', 1],
  ['открытие ut', 1],
  ['romashka', 2],
  ['нет такого', 0],
])('the words «%s» leave %i records', async (words, count) => {
  const { user } = await open(desk('journal'));
  await user.type(screen.getByRole('searchbox', { name: 'Поиск по журналу' }), words);
  expect(screen.queryAllByRole('row').slice(1)).toHaveLength(count);
  if (count === 0) expect(screen.getByText('По этому фильтру записей нет.')).toBeVisible();
});

test('the outcome filters too', async () => {
  const { user } = await open(desk('journal'));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Итог' }), 'Отклонено');
  expect(rows()).toHaveLength(1);
  expect(screen.getByText('base.unknown')).toBeVisible();
  expect(screen.getByText('1 запись')).toBeVisible();
});

test('a link of a record opens', async () => {
  const { user, sent } = await open(desk('journal'));
  await user.click(screen.getByRole('button', { name: /onec\/sklad/ }));
  expect(sent()).toEqual([{ do: 'openLink', text: 'hotstart://onec/sklad/e1cib/list/Справочник.Номенклатура' }]);
});

test('an operation without a text of its own keeps its name', async () => {
  const view = desk('journal');
  const [record] = view.journal;
  if (!record) throw new Error('the scene has records');
  await open({ ...view, journal: [{ ...record, operation: 'toString', source_system: 'constructor' }] });
  expect(rows()[0]).toHaveTextContent(/toString.*constructor/);
});

test('an empty journal says what it is for', async () => {
  await open({ ...firstStart(), page: 'journal' });
  expect(screen.getByText('Журнал пока пуст')).toBeVisible();
  expect(screen.queryByRole('table')).toBeNull();
});
