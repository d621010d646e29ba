import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { suggestedAlias, suggestedFromConnection } from '../src/addresses';
import { firstStart, LISTED, search } from '../src/host/scenes';
import { desk, open } from './stage';

const card = (name: string): ReturnType<typeof within> => within(screen.getByRole('article', { name }));
const modes = (name: string): ReturnType<typeof within> => within(screen.getByRole('group', { name }));

describe('a new base', () => {
  test('is named after its address and saved as chosen', async () => {
    const { user, sent } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://1c.romashka.ru/UT_Demo/ru_RU/');
    expect(screen.getByLabelText('Имя в ссылках')).toHaveValue('ut_demo');

    await user.clear(screen.getByLabelText('Название'));
    await user.type(screen.getByLabelText('Название'), 'Торговля');
    await user.click(screen.getByRole('checkbox', { name: /Отдельное окно/ }));
    await user.click(screen.getByRole('button', { name: 'Поднять выше: Отдельное окно' }));
    await user.click(screen.getByRole('button', { name: 'Опустить ниже: Готовое окно' }));
    await user.click(modes('Режим готового окна и браузера').getByLabelText('Рабочее место, без панели разделов'));
    await user.click(modes('Режим отдельного окна').getByLabelText('Обычный'));
    await user.click(screen.getByLabelText('Не завершать сеанс автоматически'));
    await user.click(screen.getByRole('checkbox', { name: /Браузер по умолчанию/ }));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));

    expect(sent()).toEqual([
      {
        do: 'saveBase',
        previous: null,
        alias: 'ut_demo',
        name: 'Торговля',
        publication: 'https://1c.romashka.ru/UT_Demo/ru_RU/',
        intranet: false,
        methods: ['cold', 'hot'],
        windowMode: 'workplace',
        coldWindowMode: 'normal',
        keep: true,
        connect: null,
        platform: null,
      },
    ]);
    expect(screen.getByRole('article', { name: 'Торговля' })).toBeVisible();
  });

  test('keeps the alias that was typed', async () => {
    const { user } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Имя в ссылках'), 'мой');
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://server/ut');
    expect(screen.getByLabelText('Имя в ссылках')).toHaveValue('мой');
    expect(screen.getByLabelText('Название')).toHaveValue('ut');
  });

  test('needs at least one way to open', async () => {
    const { user } = await open({ ...firstStart(), page: 'bases' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://server/ut');
    const save = screen.getByRole('button', { name: 'Сохранить' });
    expect(save).toBeEnabled();
    await user.click(screen.getByRole('checkbox', { name: /Готовое окно/ }));
    await user.click(screen.getByRole('checkbox', { name: /Браузер по умолчанию/ }));
    expect(save).toBeDisabled();
  });

  test('without a publication opens in the program of 1C only', async () => {
    const { user, sent } = await open({ ...firstStart(), page: 'bases' });
    const save = screen.getByRole('button', { name: 'Сохранить' });
    for (const way of [/Готовое окно/, /Браузер по умолчанию/, /Программа 1С/]) await user.click(screen.getByRole('checkbox', { name: way }));
    expect(screen.queryByRole('group', { name: 'Режим готового окна и браузера' })).toBeNull();
    expect(screen.queryByLabelText('Не завершать сеанс автоматически')).toBeNull();
    expect(save).toBeDisabled();

    await user.type(screen.getByLabelText('Строка соединения'), 'Srvr="srv-1c";Ref="Buh";');
    await user.type(screen.getByLabelText('Версия платформы'), '8.3.25');
    expect(screen.getByLabelText('Имя в ссылках')).toHaveValue('buh');
    await user.click(save);
    expect(sent()).toMatchObject([
      { do: 'saveBase', alias: 'buh', publication: null, methods: ['native'], connect: 'Srvr="srv-1c";Ref="Buh";', platform: '8.3.25' },
    ]);
    expect(card('buh').getByText('Srvr="srv-1c";Ref="Buh";')).toBeVisible();
  });

  test.each([
    ['connect.login', 'Строка соединения'],
    ['platform.invalid', 'Версия платформы'],
  ])('shows where %s belongs', async (code, label) => {
    const { host, user } = await open({ ...firstStart(), page: 'bases' });
    host.refusal = () => ({ code, text: 'Нет.' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'https://server/ut');
    await user.click(screen.getByRole('checkbox', { name: /Программа 1С/ }));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(screen.getByLabelText(label)).toBeInvalid();
    await user.type(screen.getByLabelText(label), '8');
    expect(screen.getByLabelText(label)).toBeValid();
  });

  test('stays in the form when it was refused', async () => {
    const { host, user, sent } = await open({ ...firstStart(), page: 'bases' });
    host.refusal = () => ({ code: 'alias.invalid', text: 'Имя «ut» занято.' });
    await user.type(screen.getByLabelText('Адрес публикации'), 'http://srv-1c/ut');
    await user.click(screen.getByLabelText(/внутренней сети/));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toMatchObject([{ do: 'saveBase', intranet: true }]);
    expect(screen.getByRole('alert')).toHaveTextContent('alias.invalid');
    expect(screen.getByLabelText('Имя в ссылках')).toBeInvalid();
    expect(screen.getByLabelText('Адрес публикации')).toHaveValue('http://srv-1c/ut');
  });
});

describe('a known base', () => {
  test('is shown and released', async () => {
    const { user, sent } = await open(desk('bases'));
    expect(card('Управление торговлей').getByText('Окно загружено')).toBeVisible();
    await user.click(card('Управление торговлей').getByRole('button', { name: 'Показать' }));
    await user.click(card('Управление торговлей').getByRole('button', { name: 'Завершить сеанс 1С' }));
    expect(card('Управление торговлей').queryByText('Окно загружено')).toBeNull();
    await user.click(card('Бухгалтерия предприятия').getByRole('button', { name: 'Открыть' }));
    expect(sent()).toEqual([
      { do: 'showBase', alias: 'ut' },
      { do: 'releaseBase', alias: 'ut' },
      { do: 'showBase', alias: 'buh' },
    ]);
  });

  test('without a publication opens in the program of 1C and has no services', async () => {
    const { user, sent } = await open(desk('bases'));
    expect(card('Архив 2019').getByText('Без веб-публикации')).toBeVisible();
    expect(card('Архив 2019').queryByText(/HTTP-сервисы/)).toBeNull();
    await user.click(card('Архив 2019').getByRole('button', { name: 'Открыть' }));
    expect(sent()).toEqual([{ do: 'showBase', alias: 'archive' }]);
    expect(card('Архив 2019').queryByText('Окно загружено')).toBeNull();
  });

  test('is changed under its former alias', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(screen.getByRole('button', { name: 'Изменить: Бухгалтерия предприятия' }));
    const alias = screen.getByLabelText('Имя в ссылках');
    expect(alias).toHaveValue('buh');
    await user.clear(alias);
    await user.type(alias, 'acc');
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toEqual([
      {
        do: 'saveBase',
        previous: 'buh',
        alias: 'acc',
        name: 'Бухгалтерия предприятия',
        publication: 'http://srv-1c/buh',
        intranet: true,
        methods: ['cold', 'browser'],
        windowMode: 'workplace',
        coldWindowMode: 'workplace',
        keep: false,
        connect: null,
        platform: null,
      },
    ]);
  });

  test('that the list holds needs neither publication nor connection string', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(screen.getByRole('button', { name: 'Изменить: Архив 2019' }));
    expect(screen.getByRole('button', { name: 'Сохранить' })).toBeEnabled();
    await user.click(screen.getByRole('checkbox', { name: /Готовое окно/ }));
    expect(screen.getByRole('button', { name: 'Сохранить' })).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: /Готовое окно/ }));
    await user.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(sent()).toMatchObject([{ do: 'saveBase', previous: 'archive', publication: null, methods: ['native'], connect: null }]);
  });

  test('is removed after a second answer', async () => {
    const { user, sent } = await open(desk('bases'));
    await user.click(screen.getByRole('button', { name: 'Удалить: Архив 2019' }));
    await user.click(screen.getByRole('button', { name: 'Удалить базу' }));
    expect(sent()).toEqual([{ do: 'removeBase', alias: 'archive' }]);
  });
});

describe('the list of this computer', () => {
  test('is offered when a base is added', async () => {
    const { user, sent } = await open(desk('bases'));
    expect(screen.queryByRole('region', { name: 'Базы из списка 1С' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Добавить базу' }));
    const list = within(screen.getByRole('region', { name: 'Базы из списка 1С' }));
    expect(list.getByText('Уже добавлена')).toBeVisible();
    expect(list.getByText('Файловая · C:\\Базы 1С\\Розница')).toBeVisible();

    await user.type(list.getByRole('searchbox'), 'зарплата');
    expect(list.getAllByRole('listitem')).toHaveLength(1);
    await user.click(list.getByRole('button', { name: 'Добавить: Зарплата и управление персоналом' }));
    expect(sent().filter((command) => command.do === 'searchListed').at(-1)).toEqual({ do: 'searchListed', text: 'зарплата' });
    expect(sent().at(-1)).toMatchObject({ do: 'addListed', base: { kind: 'server', address: 'srv-1c:1541/zup' } });
    expect(screen.getByRole('article', { name: 'Зарплата и управление персоналом' })).toBeVisible();
    expect(list.getByText('Уже добавлена')).toBeVisible();
  });

  test('stays open for a second base', async () => {
    const { user } = await open({ ...firstStart(), page: 'bases', listed: search('', LISTED) });
    await user.click(screen.getByRole('button', { name: 'Добавить: ERP: холдинг' }));
    await user.click(screen.getByRole('button', { name: 'Добавить: Розница, магазин на Лесной' }));
    expect(screen.getAllByRole('article')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Отмена' }));
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  test('says when it holds more than it shows, and when nothing was found', async () => {
    const many = Array.from({ length: 10_000 }, (_, number) => ({
      name: `База ${String(number)}`, id: null, kind: 'file' as const, address: `/bases/${String(number)}`, known: false,
    }));
    const { host, user } = await open({ ...firstStart(), page: 'bases', listed: search('', many) });
    expect(screen.getByText(/Показаны первые 200 из 10\s000/)).toBeVisible();
    expect(screen.getAllByRole('listitem', { hidden: false }).filter((line) => line.textContent.includes('/bases/'))).toHaveLength(200);
    host.perform = () => {
      host.show({ ...firstStart(), page: 'bases', listed: search('нет такой', many) });
      return Promise.resolve(null);
    };
    await user.type(screen.getByRole('searchbox'), 'х');
    expect(await screen.findByText('Таких баз в списке нет.')).toBeVisible();
  });
});

test('a recent object gets a star and loses it', async () => {
  const { user, sent } = await open(desk('bases', { favourites: [] }));
  const link = 'hotstart://onec/ut/e1cib/list/Справочник.Партнеры';
  await user.click(screen.getByRole('button', { name: 'Добавить в избранное: Партнёры' }));
  const favourites = within(screen.getByRole('region', { name: 'Избранное' }));
  await user.click(favourites.getByRole('button', { name: 'Партнёры' }));
  await user.click(favourites.getByRole('button', { name: 'Убрать из избранного: Партнёры' }));
  expect(sent()).toEqual([
    { do: 'setFavourite', link, favourite: true },
    { do: 'openLink', text: link },
    { do: 'setFavourite', link, favourite: false },
  ]);
  expect(screen.queryByRole('region', { name: 'Избранное' })).toBeNull();
});

test('favourites stand before recent objects', async () => {
  await open(desk('bases'));
  const regions = screen.getAllByRole('region').map((region) => within(region).getByRole('heading').textContent);
  expect(regions).toEqual(['Избранное', 'Недавние объекты']);
});

test('a recent object opens again', async () => {
  const { user, sent } = await open(desk('bases'));
  await user.click(screen.getByRole('button', { name: 'Партнёры' }));
  expect(sent()).toEqual([{ do: 'openLink', text: 'hotstart://onec/ut/e1cib/list/Справочник.Партнеры' }]);
});

test.each([
  ['Srvr="srv";Ref="Buh_2024";', 'buh_2024'],
  ['ref = Торговля ; srvr = srv', 'торговля'],
  ['File="C:\\Базы 1С\\Розница\\";', 'розница'],
  ['File=/bases/ut', 'ut'],
  ['ws="https://server/ut/ru_RU";', 'ut'],
  ['https://server/ut', 'ut'],
  ['Srvr="srv";', ''],
  ['', ''],
])('the connection string %s suggests the alias «%s»', (connection, alias) => {
  expect(suggestedFromConnection(connection)).toBe(alias);
});

test.each([
  ['https://server/ut', 'ut'],
  ['https://server/ut/', 'ut'],
  ['https://server/ut/ru_RU/', 'ut'],
  ['https://server/ru', 'ru'],
  ['https://server/group/УТ%20Демо', 'ут-демо'],
  ['https://server/%E0', 'e0'],
  ['https://server.example.ru/', 'server'],
  ['ftp://server/ut', ''],
  ['https://', ''],
  ['ut', ''],
])('the address %s suggests the alias «%s»', (address, alias) => {
  expect(suggestedAlias(address)).toBe(alias);
});
