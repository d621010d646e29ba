import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { commandQuestion, objectQuestion } from '../src/host/scenes';
import { desk, open } from './stage';

const choices = (): HTMLElement[] => within(screen.getByRole('region')).getAllByRole('button');

test('shows what is asked and every choice with its hint', async () => {
  await open(desk('question', { question: objectQuestion }));
  expect(screen.getByRole('region', { name: 'Какой объект открыть?' })).toBeVisible();
  expect(choices()).toHaveLength(4);
  expect(choices()[2]).toHaveTextContent(/Реализация 0000-000031\s*Бухгалтерия предприятия/);
});

test('a click answers once', async () => {
  const { host, user, sent } = await open(desk('question', { question: commandQuestion }));
  host.refusal = () => null;
  await user.dblClick(screen.getByRole('button', { name: 'Выполнить' }));
  expect(sent()).toEqual([{ do: 'answer', question: 7, choice: 'allow' }]);
});

test('a key that was meant for another window answers nothing', async () => {
  const { user, sent } = await open(desk('question', { question: commandQuestion }));
  await waitFor(() => {
    expect(screen.getByRole('region')).toHaveFocus();
  });
  await user.keyboard('{Enter} 1y');
  expect(sent()).toEqual([]);
});

test('arrows choose and Enter confirms', async () => {
  const { user, sent } = await open(desk('question', { question: commandQuestion }));
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{ArrowUp}{ArrowUp}');
  expect(screen.getByRole('button', { name: 'Всегда разрешать' })).toHaveFocus();
  await user.keyboard('{Enter}');
  expect(sent()).toEqual([{ do: 'answer', question: 7, choice: 'always' }]);
});

test('Escape takes the last choice, the one that does nothing', async () => {
  const { user, sent } = await open(desk('question', { question: objectQuestion }));
  await user.keyboard('{Escape}');
  expect(sent()).toEqual([{ do: 'answer', question: 8, choice: 'cancel' }]);
});

test('a refused answer can be given again', async () => {
  const { host, user, sent } = await open(desk('question', { question: commandQuestion }));
  host.refusal = () => ({ code: 'internal', text: 'Не вышло.' });
  await user.click(screen.getByRole('button', { name: 'Отмена' }));
  host.refusal = null;
  await user.click(screen.getByRole('button', { name: 'Отмена' }));
  expect(sent()).toHaveLength(2);
});

test('is in the navigation while it waits, and gone after', async () => {
  const { user } = await open(desk('portals', { question: commandQuestion }));
  await user.click(screen.getByRole('button', { name: 'Вопрос' }));
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('button', { name: 'Вопрос' })).toBeNull();
});
