import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { firstStart, keyringMissing } from '../src/host/scenes';
import type { ConnectionState } from '../src/host/types';
import { desk, open } from './stage';

const WEBHOOK = 'https://romashka.bitrix24.ru/rest/17/s3cr3t/';
const address = (): HTMLElement => screen.getByLabelText('Адрес входящего вебхука');
const connect = (): HTMLElement => screen.getByRole('button', { name: 'Подключить' });

describe('a first portal', () => {
  test('is connected by its webhook, and the secret leaves the page', async () => {
    const { user, sent } = await open(firstStart());
    expect(screen.getByText('Портал пока не подключён')).toBeVisible();
    expect(screen.getByText('pull_channel')).toBeVisible();
    expect(connect()).toBeDisabled();

    await user.type(address(), `  ${WEBHOOK} `);
    await user.click(connect());

    expect(sent()).toEqual([{ do: 'connectWebhook', address: WEBHOOK, intranet: false, memoryOnly: false }]);
    expect(await screen.findByRole('article', { name: 'romashka.bitrix24.ru' })).toBeVisible();
    expect(document.body.innerHTML).not.toContain('s3cr3t');
    expect(screen.queryByLabelText('Адрес входящего вебхука')).toBeNull();
  });

  test.each([
    ['http://b24.zavod.local/rest/1/x/', true],
    ['http://127.0.0.1:8080/rest/1/x/', false],
    ['http://localhost/rest/1/x/', false],
    ['https://b24.zavod.local/rest/1/x/', false],
  ])('at %s asks for consent to plain http: %s', async (typed, asks) => {
    const { user, sent } = await open(firstStart());
    await user.type(address(), typed);
    const consent = screen.queryByLabelText(/внутренней сети/);
    expect(consent !== null).toBe(asks);
    if (consent) await user.click(consent);
    await user.click(connect());
    expect(sent()).toMatchObject([{ do: 'connectWebhook', intranet: asks }]);
  });

  test('offers memory only after the keyring was found missing, and only then', async () => {
    const { host, user, sent } = await open(firstStart());
    host.refusal = (command) => (command.do === 'connectWebhook' && !command.memoryOnly ? keyringMissing : null);
    await user.type(address(), WEBHOOK);
    expect(screen.queryByLabelText(/только в памяти/)).toBeNull();
    await user.click(connect());

    expect(screen.getByRole('alert')).toHaveTextContent('keyring.missing');
    expect(address()).toHaveValue(WEBHOOK);
    await user.click(screen.getByLabelText(/только в памяти/));
    await user.click(connect());

    expect(sent().at(-1)).toEqual({ do: 'connectWebhook', address: WEBHOOK, intranet: false, memoryOnly: true });
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });

  test('keeps what was typed when the address was refused, and marks the field', async () => {
    const { host, user } = await open(firstStart());
    host.refusal = () => ({ code: 'webhook.invalid', text: 'Это не адрес входящего вебхука.' });
    await user.type(address(), 'https://romashka.bitrix24.ru/');
    await user.click(connect());
    expect(screen.getByRole('alert')).toHaveTextContent('Это не адрес входящего вебхука.');
    expect(address()).toHaveValue('https://romashka.bitrix24.ru/');
    expect(address()).toBeInvalid();
    await user.type(address(), 'rest/1/x/');
    expect(address()).toBeValid();
  });
});

describe('a connected portal', () => {
  const card = (name = 'romashka.bitrix24.ru'): ReturnType<typeof within> => within(screen.getByRole('article', { name }));

  test('shows where its connection stands', async () => {
    await open(desk('portals'));
    expect(card().getByText('На связи')).toBeVisible();
    expect(card().getByText('Версия сервера событий').nextElementSibling).toHaveTextContent('4');
    expect(card().getByText('Переподключений').nextElementSibling).toHaveTextContent('2');
    const failed = card('b24.zavod.local:8080');
    expect(failed.getByText('Требует внимания')).toBeVisible();
    expect(failed.getByText('Код: auth.refused')).toBeVisible();
    expect(failed.getByText(/только в памяти/)).toBeVisible();
  });

  test.each<[ConnectionState, string]>([
    [{ kind: 'online' }, 'На связи'],
    [{ kind: 'connecting' }, 'Соединение…'],
    [{ kind: 'waiting', seconds: 30 }, 'Нет связи, повтор через 30 с'],
    [{ kind: 'stopped' }, 'Отключено'],
  ])('says %o as «%s»', async (state, text) => {
    const view = desk('portals');
    const [first] = view.connections;
    if (!first) throw new Error('the scene has a connection');
    await open({ ...view, connections: [{ ...first, state, since: Date.now() }] });
    expect(card().getByText(text)).toBeVisible();
  });

  test('gets a base for links that name none, and loses it', async () => {
    const { user, sent } = await open(desk('portals'));
    const base = card().getByLabelText('База для ссылок без указания базы');
    expect(base).toHaveValue('ut');
    await user.selectOptions(base, 'Бухгалтерия предприятия');
    await user.selectOptions(base, 'Не выбрана');
    expect(sent()).toEqual([
      { do: 'setPortalBase', portal: 'romashka.bitrix24.ru', base: 'buh' },
      { do: 'setPortalBase', portal: 'romashka.bitrix24.ru', base: null },
    ]);
  });

  test('keeps its base when the change was refused', async () => {
    const { host, user } = await open(desk('portals'));
    host.refusal = () => ({ code: 'store.failed', text: 'Не удалось записать.' });
    const base = card().getByLabelText('База для ссылок без указания базы');
    await user.selectOptions(base, 'Бухгалтерия предприятия');
    expect(base).toHaveValue('ut');
  });

  test('is removed only after a second answer', async () => {
    const { user, sent } = await open(desk('portals'));
    await user.click(card().getByRole('button', { name: 'Удалить: romashka.bitrix24.ru' }));
    expect(card().getByRole('button', { name: 'Отмена' })).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(sent()).toEqual([]);

    await user.click(card().getByRole('button', { name: 'Удалить: romashka.bitrix24.ru' }));
    await user.click(card().getByRole('button', { name: 'Отключить портал' }));
    expect(sent()).toEqual([{ do: 'removePortal', portal: 'romashka.bitrix24.ru' }]);
    expect(screen.queryByRole('article', { name: 'romashka.bitrix24.ru' })).toBeNull();
  });
});

test('the connection is stopped and started', async () => {
  const { user, sent } = await open(desk('portals'));
  await user.click(screen.getByRole('button', { name: 'Отключить соединение' }));
  expect(screen.getByText('Соединение отключено: события не приходят.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Запустить соединение' }));
  expect(sent()).toEqual([
    { do: 'setConnection', wanted: false },
    { do: 'setConnection', wanted: true },
  ]);
});

test('a further portal has its form on demand', async () => {
  const { user } = await open(desk('portals'));
  expect(screen.queryByLabelText('Адрес входящего вебхука')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Подключить портал' }));
  expect(address()).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Отмена' }));
  expect(screen.queryByLabelText('Адрес входящего вебхука')).toBeNull();
});
