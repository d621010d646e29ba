import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { desk, open } from './stage';

test('the language changes every word at once', async () => {
  const { user, sent } = await open(desk('general'));
  await user.click(screen.getByLabelText('English'));
  expect(sent()).toEqual([
    { do: 'setGeneral', language: 'en', portalOpening: 'browser', notifications: { toasts: true, messages: true, bell: true, readOnPortal: true }, e1cLinks: false },
  ]);
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('General');
  expect(screen.getByRole('button', { name: 'Portals' })).toBeVisible();
  expect(document.documentElement.lang).toBe('en');
});

test('portal pages open where it is chosen', async () => {
  const { user, sent } = await open(desk('general'));
  expect(screen.getByLabelText('В браузере по умолчанию')).toBeChecked();
  await user.click(screen.getByLabelText('Во встроенном окне'));
  expect(sent()).toMatchObject([{ do: 'setGeneral', language: 'ru', portalOpening: 'window' }]);
  expect(screen.getByLabelText('Во встроенном окне')).toBeChecked();
});

test.each([
  ['Показывать всплывающие уведомления', { toasts: false, messages: true, bell: true }],
  ['Уведомления портала', { toasts: true, messages: true, bell: false }],
  ['Сообщения в чатах', { toasts: true, messages: false, bell: true }],
])('«%s» is switched off alone', async (label, notifications) => {
  const { user, sent } = await open(desk('general'));
  await user.click(screen.getByLabelText(label));
  expect(sent()).toMatchObject([{ do: 'setGeneral', notifications }]);
});

test('without toasts their kinds cannot be chosen', async () => {
  const { user } = await open(desk('general'));
  await user.click(screen.getByLabelText('Показывать всплывающие уведомления'));
  expect(screen.getByLabelText('Уведомления портала')).toBeDisabled();
  expect(screen.getByLabelText('Сообщения в чатах')).toBeDisabled();
});

test('links of 1C are taken when they are switched on', async () => {
  const { user, sent } = await open(desk('general'));
  await user.click(screen.getByLabelText('Открывать ссылки e1c:// через Hotstart'));
  expect(sent()).toMatchObject([{ do: 'setGeneral', language: 'ru', e1cLinks: true }]);
  expect(screen.getByLabelText('Открывать ссылки e1c:// через Hotstart')).toBeChecked();
});

test('a refused change leaves the choice as the program has it', async () => {
  const { host, user } = await open(desk('general'));
  host.refusal = () => ({ code: 'store.failed', text: 'Не удалось записать.' });
  await user.click(screen.getByLabelText('English'));
  expect(screen.getByRole('alert')).toHaveTextContent('store.failed');
  expect(screen.getByLabelText('Русский')).toBeChecked();
  expect(screen.getByLabelText('English')).not.toBeChecked();
});

test('the version is told', async () => {
  await open(desk('general'));
  expect(screen.getByText('Hotstart, версия 0.1.0')).toBeVisible();
});
