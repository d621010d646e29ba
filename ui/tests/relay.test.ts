import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import type { PortalSettings, RelaySettings, View } from '../src/host/types';
import { authorRows, relayChange, relayOf, withAuthors, withBase } from '../src/relay';
import { desk, open } from './stage';

const UT = 'Управление торговлей';
const ARCHIVE = 'Архив 2019';
const PORTAL = 'romashka.bitrix24.ru';
const NONE: RelaySettings = { bases: [], authors: [], offline: [] };

const card = (name: string): ReturnType<typeof within> => within(screen.getByRole('article', { name }));
const summary = (name: string): HTMLElement => card(name).getByText(/^События портала/);
const form = (name: string): ReturnType<typeof within> => within(screen.getByRole('form', { name }));

function set(view: View, relay: Partial<RelaySettings>, locked: string[] = []): View {
  return { ...view, locked, settings: { ...view.settings, relay: { ...NONE, ...relay } } };
}

/** The first portal as an application of its administrator. */
function application(view: View): View {
  const change = (portal: PortalSettings): PortalSettings =>
    portal.portal === PORTAL ? { ...portal, connection: 'application', application: { clientId: 'local.5f', port: 8400 } } : portal;
  return { ...view, settings: { ...view.settings, portals: view.settings.portals.map(change) } };
}

describe('events of a base', () => {
  test('are off until they are wanted, and go the chosen way', async () => {
    const { user, sent } = await open(desk('bases'));
    expect(summary(UT)).toHaveTextContent('События портала: не передаются');
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    expect(events.getByLabelText('Не передавать')).toBeChecked();
    expect(events.queryByText('Какие события')).toBeNull();
    await user.click(events.getByLabelText('Через HTTP-сервис базы'));
    expect(events.getByLabelText('Только команды для этой базы')).toBeChecked();
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([{ do: 'setRelay', relay: { ...NONE, bases: [{ base: 'ut', way: 'service', events: [], answers: [] }] } }]);
    expect(summary(UT)).toHaveTextContent('События портала: через HTTP-сервис базы');
    expect(summary(UT)).toHaveFocus();
  });

  test('are chosen by patterns, and answers get their fields', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    await user.click(events.getByLabelText('Через HTTP-сервис базы'));
    await user.click(events.getByLabelText('Команды и события по образцам'));
    await user.type(events.getByRole('combobox', { name: 'Образец события' }), ' crm/company.* ');
    await user.selectOptions(events.getByRole('combobox', { name: 'Портал события' }), PORTAL);
    const add = events.getAllByRole('button', { name: 'Добавить строку' });
    await user.click(add[1] as HTMLElement);
    await user.type(events.getByLabelText('Имя в ответе'), 'number');
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([]);
    await user.type(events.getByLabelText('Поле для ответа'), 'UF_CRM_1C_ORDER');
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    const base = {
      base: 'ut', way: 'service', events: [{ portal: PORTAL, pattern: 'crm/company.*' }],
      answers: [{ entity: 'deal', from: 'number', field: 'UF_CRM_1C_ORDER' }],
    };
    expect(sent()).toEqual([{ do: 'setRelay', relay: { ...NONE, bases: [base] } }]);
  });

  test('need a pattern that can fit something', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    await user.click(events.getByLabelText('Через HTTP-сервис базы'));
    await user.click(events.getByLabelText('Команды и события по образцам'));
    const pattern = events.getByRole('combobox', { name: 'Образец события' });
    await user.type(pattern, 'company');
    expect(pattern).toBeInvalid();
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([]);
  });

  test('tell what their way still needs', async () => {
    const { user } = await open(desk('bases'));
    await user.click(summary(ARCHIVE));
    const events = form(`События портала: ${ARCHIVE}`);
    await user.click(events.getByLabelText('Через HTTP-сервис базы'));
    expect(events.getByLabelText('Через HTTP-сервис базы')).toHaveAccessibleDescription(/нет адреса публикации/);
    await user.click(events.getByLabelText('Клиент 1С спрашивает сам'));
    expect(events.getByLabelText('Клиент 1С спрашивает сам')).toHaveAccessibleDescription(/Ключ ещё не создан/);
    expect(events.queryByText(/нет адреса публикации/)).toBeNull();
  });

  test('are switched off without a word about the other bases', async () => {
    const other = { base: 'buh', way: 'client' as const, events: [{ portal: null, pattern: 'im/*' }], answers: [] };
    const { user, sent } = await open(set(desk('bases'), { bases: [{ base: 'UT', way: 'client', events: [], answers: [] }, other] }));
    expect(summary(UT)).toHaveTextContent('клиент 1С спрашивает сам');
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    await user.click(events.getByLabelText('Не передавать'));
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([{ do: 'setRelay', relay: { ...NONE, bases: [other] } }]);
    expect(summary(UT)).toHaveTextContent('не передаются');
  });

  test('stay open with what was typed when they are refused', async () => {
    const { host, user } = await open(desk('bases'));
    host.refusal = () => ({ code: 'store.failed', text: 'Не удалось записать.' });
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    await user.click(events.getByLabelText('Клиент 1С спрашивает сам'));
    await user.click(events.getByRole('button', { name: 'Сохранить' }));
    expect(screen.getByRole('alert')).toHaveTextContent('store.failed');
    expect(events.getByLabelText('Клиент 1С спрашивает сам')).toBeChecked();
    expect(summary(UT)).toHaveTextContent('не передаются');
  });

  test('cannot be changed where the company has set them', async () => {
    const { user } = await open(set(desk('bases'), { bases: [{ base: 'ut', way: 'service', events: [], answers: [] }] }, ['relay.bases']));
    await user.click(summary(UT));
    const events = form(`События портала: ${UT}`);
    expect(events.getByLabelText('Не передавать')).toBeDisabled();
    expect(events.getByRole('button', { name: 'Сохранить' })).toBeDisabled();
    expect(events.getByText('Задано организацией')).toBeVisible();
  });
});

describe('authors of commands', () => {
  const TITLE = 'Кто может давать команды';

  test('are users, and those of other portals stay', async () => {
    const other = { portal: 'b24.zavod.local:8080', userId: '4', application: null };
    const { user, sent } = await open(set(desk('links'), { authors: [other] }));
    const authors = form(TITLE);
    expect(authors.getByText(/Список пуст/)).toBeVisible();
    await user.click(authors.getByRole('button', { name: 'Добавить строку' }));
    expect(within(authors.getByRole('combobox')).queryByText('Приложение')).toBeNull();
    await user.type(authors.getByLabelText('Номер пользователя'), 'Анна');
    await user.click(authors.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([]);
    await user.clear(authors.getByLabelText('Номер пользователя'));
    await user.type(authors.getByLabelText('Номер пользователя'), ' 17 ');
    await user.click(authors.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([{ do: 'setRelay', relay: { ...NONE, authors: [other, { portal: PORTAL, userId: '17', application: null }] } }]);
  });

  test('are the application of the connection as well, and are taken off the list', async () => {
    const { user, sent } = await open(application(set(desk('links'), { authors: [{ portal: PORTAL, userId: '17', application: null }] })));
    const authors = form(TITLE);
    await user.selectOptions(authors.getByRole('combobox', { name: 'Автор команд' }), 'application');
    expect(authors.getByLabelText(/^Код приложения/)).toHaveValue('local.5f');
    await user.click(authors.getByRole('button', { name: 'Сохранить' }));
    expect(sent().at(-1)).toEqual({ do: 'setRelay', relay: { ...NONE, authors: [{ portal: PORTAL, userId: null, application: 'local.5f' }] } });
    await user.click(authors.getByRole('button', { name: 'Удалить: local.5f' }));
    await user.click(authors.getByRole('button', { name: 'Сохранить' }));
    expect(sent().at(-1)).toEqual({ do: 'setRelay', relay: NONE });
  });

  test('cannot be changed where the company has set them', async () => {
    await open(set(desk('links'), { authors: [{ portal: PORTAL, userId: '17', application: null }] }, ['relay.authors']));
    expect(form(TITLE).getByLabelText('Номер пользователя')).toBeDisabled();
    expect(form(TITLE).getByRole('button', { name: 'Сохранить' })).toBeDisabled();
  });
});

describe('offline events', () => {
  const TITLE = 'Офлайн-события для общего ретранслятора';

  test('are taken by an application only', async () => {
    await open(desk('links'));
    expect(screen.queryByRole('form', { name: TITLE })).toBeNull();
  });

  test('are chosen by types of cards, none for none', async () => {
    const { user, sent } = await open(application(set(desk('links'), { offline: [{ portal: PORTAL, entities: ['128'] }] })));
    const offline = form(TITLE);
    expect(offline.getByLabelText('Смарт-процесс (128)')).toBeChecked();
    await user.click(offline.getByLabelText('Компании'));
    await user.click(offline.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([{ do: 'setRelay', relay: { ...NONE, offline: [{ portal: PORTAL, entities: ['128', 'company'] }] } }]);
    await user.click(offline.getByLabelText('Компании'));
    await user.click(offline.getByLabelText('Смарт-процесс (128)'));
    await user.click(offline.getByRole('button', { name: 'Сохранить' }));
    expect(sent().at(-1)).toEqual({ do: 'setRelay', relay: NONE });
  });
});

describe('the relay as a value', () => {
  const way = { way: 'client' as const, events: [], answers: [] };

  test('a base is found and replaced whatever its capitals', () => {
    const bases = [{ ...way, base: 'UT' }, { ...way, base: 'buh' }];
    expect(relayOf({ ...NONE, bases }, 'ut')).toEqual(bases[0]);
    expect(withBase(bases, 'ut', { ...way, base: 'ut' }).map((base) => base.base)).toEqual(['buh', 'ut']);
  });

  test('a base that was removed does not hinder a change', () => {
    const { settings } = set(desk('bases'), { bases: [{ ...way, base: 'gone' }, { ...way, base: 'buh' }] });
    expect(relayChange(settings, { offline: [] })).toEqual({ do: 'setRelay', relay: { ...NONE, bases: [{ ...way, base: 'buh' }] } });
  });

  test('an entry with a user and an application is two rows; nobody is named twice', () => {
    const rows = authorRows([{ portal: PORTAL, userId: '7', application: 'local.1' }, { portal: 'other', userId: '1', application: null }], PORTAL);
    expect(rows).toEqual([{ kind: 'user', id: '7' }, { kind: 'application', id: 'local.1' }]);
    expect(withAuthors([], PORTAL, [...rows, { kind: 'user', id: ' 7' }, { kind: 'user', id: ' ' }])).toHaveLength(2);
  });
});
