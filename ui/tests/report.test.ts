import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { reported } from '../src/host/report';
import { desk, open } from './stage';

test('a report of the chosen period is asked for, shown and closed', async () => {
  const { user, sent } = await open(desk('journal'));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Период' }), '30 дней');
  await user.click(screen.getByRole('button', { name: 'Показать отчёт' }));
  expect(sent()).toEqual([{ do: 'records', command: { do: 'report', period: 'month' } }]);
  const opened = screen.getByRole('row', { name: /^Открытие/ });
  expect(opened).toHaveTextContent(/1.200/);
  expect(opened).toHaveTextContent('31 мс');
  expect(screen.getByText('98,5 %')).toBeVisible();
  expect(screen.getByText(/Проверьте сеть и адрес публикации/)).toBeVisible();
  expect(screen.getByText('ut: ждут 4, отложены 1')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Закрыть отчёт' }));
  expect(screen.queryByText('Очередь в 1С')).toBeNull();
});

test.each([
  ['Сохранить CSV', 'csv'],
  ['Сохранить JSON', 'json'],
])('«%s» saves the period', async (name, format) => {
  const { user, sent } = await open(desk('journal'));
  await user.click(screen.getByRole('button', { name }));
  expect(sent()).toEqual([{ do: 'records', command: { do: 'export', period: 'week', format } }]);
});

test('a period without records and errors says so', async () => {
  const empty = { ...reported(0), total: { count: 0, done: 0, refused: 0, failed: 0, success_per_mille: null, p50_ms: null, p95_ms: null } };
  await open(desk('journal', { report: { ...empty, operations: [], objects: [], targets: [], errors: [], queue: [] } }));
  expect(screen.getByText('За этот период записей нет.')).toBeVisible();
  expect(screen.getByText('Очередь пуста.')).toBeVisible();
});
