import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import App from '../src/App.svelte';
import { FakeHost } from '../src/host/fake';
import { keyringMissing } from '../src/host/scenes';
import { failureOf, type Host, type Page } from '../src/host/types';
import { desk, open } from './stage';

test.each<[string, Page]>([
  ['Порталы', 'portals'],
  ['Базы', 'bases'],
  ['Уведомления', 'inbox'],
  ['Журнал', 'journal'],
  ['Общие', 'general'],
])('«%s» shows its page and is marked as the current one', async (name, page) => {
  const { user, sent } = await open(desk(page === 'portals' ? 'bases' : 'portals'));
  await user.click(screen.getByRole('button', { name: new RegExp(`^${name}`) }));
  expect(sent()).toEqual([{ do: 'showPage', page }]);
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent(name);
  expect(screen.getByRole('button', { current: 'page' })).toHaveTextContent(name);
});

test('the program turns the page', async () => {
  const { host } = await open(desk('portals'));
  host.show(desk('journal'));
  expect(await screen.findByRole('heading', { level: 1, name: 'Журнал' })).toBeVisible();
});

test('a failure of the program is shown with its code and dismissed there', async () => {
  const { user, sent } = await open(desk('bases', { failure: keyringMissing }));
  expect(screen.getByRole('alert')).toHaveTextContent(/нет хранилища секретов.*Код: keyring\.missing/);
  await user.click(screen.getByRole('button', { name: 'Скрыть' }));
  expect(sent()).toEqual([{ do: 'dismissFailure' }]);
  expect(screen.getByRole('alert')).toBeEmptyDOMElement();
});

test('a refused command is shown and dismissed without asking the program', async () => {
  const { host, user, sent } = await open(desk('bases'));
  host.refusal = () => ({ code: 'licence.busy', text: 'Нет свободной лицензии.' });
  await user.click(screen.getByRole('button', { name: 'Показать' }));
  expect(screen.getByRole('alert')).toHaveTextContent('licence.busy');
  await user.click(screen.getByRole('button', { name: 'Скрыть' }));
  expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  expect(sent()).toEqual([{ do: 'showBase', alias: 'ut' }]);
});

test('a program that cannot answer is told as a failure', async () => {
  const host: Host = {
    view: () => Promise.reject(new Error('closed')),
    perform: () => Promise.resolve(null),
    onView: () => Promise.resolve(() => undefined),
  };
  render(App, { host });
  expect(await screen.findByText('closed')).toBeVisible();
  expect(screen.getByText('Код: internal')).toBeVisible();
});

test('a state that arrives while the first one is asked for is not overwritten', async () => {
  let answer = (): void => undefined;
  const host = new FakeHost(desk('journal'));
  host.view = () => new Promise((resolve) => (answer = () => { resolve(desk('portals')); }));
  render(App, { host });
  await Promise.resolve();
  await Promise.resolve();
  host.show(desk('journal'));
  answer();
  expect(await screen.findByRole('heading', { level: 1, name: 'Журнал' })).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve));
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Журнал');
});

test('a closed window stops listening', async () => {
  let listeners = 0;
  const host = new FakeHost(desk('portals'));
  const onView = host.onView.bind(host);
  host.onView = async (listener) => {
    const stop = await onView(listener);
    listeners += 1;
    return () => {
      listeners -= 1;
      stop();
    };
  };
  const { unmount } = render(App, { host });
  await screen.findByRole('navigation');
  expect(listeners).toBe(1);
  unmount();
  expect(listeners).toBe(0);
});

test.each([
  [{ code: 'link.refused', text: 'Нет' }, { code: 'link.refused', text: 'Нет' }],
  ['invalid args', { code: 'internal', text: 'invalid args' }],
  [{ code: 7, text: 'x' }, { code: 'internal', text: '[object Object]' }],
  [new Error('x'), { code: 'internal', text: 'x' }],
])('the rejection %o is the failure %o', (reason, failure) => {
  expect(failureOf(reason)).toEqual(failure);
});
