import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { firstStart } from '../src/host/scenes';
import type { View } from '../src/host/types';
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

const portal = 'romashka.bitrix24.ru';

function asking(): View {
  const view = desk('inbox');
  const [note] = view.inbox;
  if (!note) throw new Error('the scene has a note');
  const buttons = [{ title: 'Да', value: 'Y', agrees: true }, { title: '', value: 'N', agrees: false }];
  return { ...view, inbox: [{ ...note, id: `${portal}/request/5`, title: 'Согласование', buttons }, ...view.inbox.slice(1)] };
}

test('a request is answered by its buttons, in the words of the portal or in ours', async () => {
  const { user, sent } = await open(asking());
  expect(screen.getByRole('button', { name: 'Отклонить' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Да' }));
  expect(sent()).toEqual([{ do: 'pressButton', id: `${portal}/request/5`, value: 'Y' }]);
  expect(screen.queryByRole('button', { name: 'Отклонить' })).toBeNull();
});

test('a message is replied to, and what was typed stays while it is not sent', async () => {
  const { user, sent, host } = await open(desk('inbox'));
  host.refusal = () => ({ code: 'portal.unreachable', text: 'Портал не отвечает.' });
  const [reply] = screen.getAllByRole('button', { name: 'Ответить' });
  if (!reply) throw new Error('a message can be replied to');
  await user.click(reply);
  const field = screen.getByRole('textbox', { name: 'Ответ: Анна Петрова' });
  expect(field).toHaveFocus();
  expect(screen.getByRole('button', { name: 'Отправить' })).toBeDisabled();
  await user.type(field, 'Завтра');
  await user.click(screen.getByRole('button', { name: 'Отправить' }));
  expect(field).toHaveValue('Завтра');
  host.refusal = null;
  field.focus();
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(sent().at(-1)).toEqual({ do: 'reply', id: `${portal}/2`, text: 'Завтра' });
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('an answer that was not sent says why, comes back into the field, and can be let go', async () => {
  const failure = { code: 'answer.unsure', text: 'Неизвестно, дошёл ли ответ.' };
  const { user, sent } = await open({ ...desk('inbox'), answers: [{ note: `${portal}/2`, text: 'Завтра', failure }] });
  expect(screen.getByText('Не отправлено: Завтра')).toBeVisible();
  expect(screen.getByText(failure.text)).toBeVisible();
  const [reply] = screen.getAllByRole('button', { name: 'Ответить' });
  if (!reply) throw new Error('a message can be replied to');
  await user.click(reply);
  expect(screen.getByRole('textbox')).toHaveValue('Завтра');
  await user.click(screen.getByRole('button', { name: 'Не отправлять' }));
  expect(sent()).toEqual([{ do: 'dropReply', id: `${portal}/2` }]);
});

test('while an answer is on its way nothing can be pressed twice', async () => {
  const view = asking();
  await open({ ...view, answers: [{ note: `${portal}/request/5`, text: '', failure: null }] });
  expect(screen.getByRole('button', { name: 'Да' })).toBeDisabled();
  expect(screen.getByRole('button', { name: 'Отклонить' })).toBeDisabled();
});
