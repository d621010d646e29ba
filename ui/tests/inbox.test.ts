import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { firstStart } from '../src/host/scenes';
import { desk, open } from './stage';

test('unread notes are marked and counted', async () => {
  await open(desk('inbox'));
  const notes = within(screen.getByRole('main')).getAllByRole('listitem');
  expect(notes.map((note) => within(note).queryByText('Новое') !== null)).toEqual([true, true, false, false]);
  expect(screen.getByText('2 непрочитанных')).toBeVisible();
  expect(within(screen.getByRole('navigation')).getByText('2')).toBeVisible();
});

test('a click on an unread note marks it and opens its link', async () => {
  const { user, sent } = await open(desk('inbox'));
  await user.click(screen.getByRole('button', { name: /Анна Петрова.*Счёт выставили/ }));
  expect(sent()).toEqual([
    { do: 'markRead', id: 'romashka.bitrix24.ru/2' },
    { do: 'openLink', text: 'hotstart://b24/romashka.bitrix24.ru/online/?IM_DIALOG=12' },
  ]);
  expect(screen.getByText('1 непрочитанное')).toBeVisible();
});

test('a click on a read note only opens, on one without a link does nothing', async () => {
  const { user, sent } = await open(desk('inbox'));
  await user.click(screen.getByRole('button', { name: /Отдел продаж/ }));
  await user.click(screen.getByRole('button', { name: /Файл сохранён/ }));
  expect(sent()).toEqual([{ do: 'openLink', text: 'hotstart://b24/romashka.bitrix24.ru/online/?IM_DIALOG=chat5' }]);
});

test('all notes are marked at once', async () => {
  const { user, sent } = await open(desk('inbox'));
  await user.click(screen.getByRole('button', { name: 'Отметить все прочитанными' }));
  expect(sent()).toEqual([{ do: 'markRead', id: null }]);
  expect(screen.getByText('Всё прочитано')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Отметить все прочитанными' })).toBeDisabled();
});

test('text of the portal is text, never markup', async () => {
  const view = desk('inbox');
  const [note] = view.inbox;
  if (!note) throw new Error('the scene has a note');
  await open({ ...view, inbox: [{ ...note, title: '<img src=x>', text: '<b>жирно</b>' }] });
  expect(screen.getByText('<img src=x>')).toBeVisible();
  expect(screen.getByText('<b>жирно</b>')).toBeVisible();
  expect(screen.getByRole('main').querySelector('img, b')).toBeNull();
});

test('an empty inbox says what it is for', async () => {
  await open({ ...firstStart(), page: 'inbox' });
  expect(screen.getByText('Уведомлений пока нет')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Отметить все прочитанными' })).toBeNull();
});
