import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { firstStart, keyringMissing } from '../src/host/scenes';
import type { ConnectionKind, View } from '../src/host/types';
import { desk, open } from './stage';

const PORTAL = 'romashka.bitrix24.ru';

/** One portal of a kind whose connection has failed. */
function failed(connection: ConnectionKind, code: string): View {
  const view = desk('portals');
  const [portal] = view.settings.portals;
  const [known] = view.connections;
  if (!portal || !known) throw new Error('the scene has a portal');
  return {
    ...view,
    settings: { ...view.settings, portals: [{ ...portal, connection, application: connection === 'application' ? { clientId: 'local.1.2', port: 8400 } : null }] },
    connections: [{ ...known, state: { kind: 'failed', failure: { code, text: 'Вход больше не действует.' } } }],
  };
}

describe('an application', () => {
  const fill = async (): Promise<Awaited<ReturnType<typeof open>>> => {
    const stage = await open(firstStart());
    await stage.user.click(screen.getByRole('radio', { name: /^Приложение/ }));
    await stage.user.type(screen.getByLabelText('Адрес портала'), PORTAL);
    await stage.user.type(screen.getByLabelText(/client_id/), 'local.1.2');
    await stage.user.type(screen.getByLabelText(/client_secret/), 's3cr3t');
    return stage;
  };
  const begin = (): HTMLElement => screen.getByRole('button', { name: 'Войти через браузер' });

  test('is signed in by the browser, and its secret leaves the page', async () => {
    const { host, user, sent } = await fill();
    expect(screen.getByText('http://127.0.0.1:8400/b24/callback')).toBeVisible();
    await user.click(begin());
    expect(sent()).toEqual([
      { do: 'connectApplication', portal: PORTAL, clientId: 'local.1.2', clientSecret: 's3cr3t', port: 8400, intranet: false, memoryOnly: false },
    ]);
    expect(await screen.findByRole('heading', { name: `Вход на портал ${PORTAL}` })).toBeVisible();
    expect(document.body.innerHTML).not.toContain('s3cr3t');

    const address = 'http://127.0.0.1:8400/b24/callback?code=c0de&state=5';
    await user.type(screen.getByLabelText(/вставьте адрес/), address);
    await user.click(screen.getByRole('button', { name: 'Использовать адрес' }));
    expect(sent().at(-1)).toEqual({ do: 'finishLogin', address });
    expect(screen.getByText('Проверка входа…')).toBeVisible();
    expect(document.body.innerHTML).not.toContain('c0de');
    host.show({ ...firstStart(), login: null });
    expect(await screen.findByText('Портал пока не подключён')).toBeVisible();
  });

  test('says what was wrong with it, and offers memory only without a keyring', async () => {
    const { host, user, sent } = await fill();
    host.refusal = () => ({ code: 'application.invalid', text: 'Это не код и не ключ приложения.' });
    await user.click(begin());
    expect(screen.getByLabelText(/client_id/)).toBeInvalid();
    host.refusal = (command) => (command.do === 'connectApplication' && !command.memoryOnly ? keyringMissing : null);
    await user.click(begin());
    await user.click(screen.getByLabelText(/только в памяти/));
    await user.click(begin());
    expect(sent().at(-1)).toMatchObject({ do: 'connectApplication', memoryOnly: true });
  });

  test('waits for a pasted address where nothing listens, and can be given up', async () => {
    const { user, sent } = await open(
      desk('portals', { login: { portal: PORTAL, connection: 'application', listening: false, checking: false } }),
    );
    expect(screen.getByText(/действует 30 секунд/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Отмена' }));
    expect(sent()).toEqual([{ do: 'cancelLogin' }]);
  });
});

describe('a session', () => {
  test('begins with a window', async () => {
    const { user, sent } = await open(firstStart());
    await user.click(screen.getByRole('radio', { name: /^Вход через окно/ }));
    await user.type(screen.getByLabelText('Адрес портала'), PORTAL);
    await user.click(screen.getByRole('button', { name: 'Открыть окно для входа' }));
    expect(sent()).toEqual([{ do: 'connectSession', portal: PORTAL, intranet: false, memoryOnly: false }]);
    expect(await screen.findByText(/Оно закроется само/)).toBeVisible();
  });

  test('is not offered where it is not allowed', async () => {
    const view = firstStart();
    await open({ ...view, settings: { ...view.settings, sessionsAllowed: false } });
    expect(screen.getAllByRole('radio')).toHaveLength(2);
  });

  test('is allowed and forbidden in the general settings', async () => {
    const { user, sent } = await open(desk('general'));
    await user.click(screen.getByLabelText('Разрешить вход через окно программы'));
    expect(sent()).toEqual([{ do: 'setSessionsAllowed', allowed: false }]);
  });
});

describe('a card', () => {
  const card = (): ReturnType<typeof within> => within(screen.getByRole('article', { name: PORTAL }));

  test.each<[ConnectionKind, string, boolean]>([
    ['application', 'auth.sign-in', true],
    ['session', 'auth.sign-in', true],
    ['application', 'portal.certificate', false],
    ['webhook', 'auth.refused', false],
  ])('of the kind %s with %s offers to sign in again: %s', async (kind, code, offers) => {
    const { user, sent } = await open(failed(kind, code));
    const button = card().queryByRole('button', { name: 'Войти снова' });
    expect(button !== null).toBe(offers);
    if (!button) return;
    await user.click(button);
    expect(sent()).toEqual([{ do: 'signInAgain', portal: PORTAL }]);
  });

  test('says which rights are missing and what for, until they are given', async () => {
    const { user, sent } = await open(desk('portals'));
    expect(card().getByText('im')).toBeVisible();
    expect(card().getByText(/чтение уведомлений/)).toBeVisible();
    await user.click(card().getByRole('button', { name: 'Проверить снова' }));
    expect(sent()).toEqual([{ do: 'checkPortal', portal: PORTAL }]);
    expect(card().queryByText('im')).toBeNull();
  });
});
