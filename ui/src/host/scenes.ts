import type { BaseSettings, FailureView, JournalRecord, ListedBase, Note, Question, View } from './types';

/** A moment to count the sample data from. */
const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

/** What most bases have. */
export const USUAL = { id: null, intranet: false, windowMode: 'normal', coldWindowMode: 'workplace', keep: false, connect: null, platform: null, serviceUser: null } as const;

/** How many bases a program shows at most. */
export const SHOWN = 200;

/** The state of the first start. */
export function firstStart(): View {
  return {
    version: '0.1.0',
    page: 'portals',
    settings: {
      language: 'ru',
      portals: [],
      bases: [],
      connectionWanted: true,
      portalOpening: 'browser',
      notifications: { toasts: true, messages: true, bell: true, readOnPortal: true },
      allowed: [],
      pool: { windows: 4, companyCap: null, idleMinutes: null, onLock: false, at: [], memoryMb: null },
      e1cLinks: false,
      mappings: [],
      bridge: { off: false, port: null, everyone: [], methods: null },
      sessionsAllowed: true,
      relay: { bases: [], authors: [], offline: [] },
      polling: { allowed: true, desks: 20, perMinute: 60, soleReader: false },
    },
    connections: [],
    locked: [],
    warm: [],
    bridge: { port: null, paired: [], running: [], token: null, failure: null },
    relay: { bases: [], answers: 0, dead: [] },
    listed: { text: '', bases: [], found: 0, total: 0 },
    links: { preview: null, byHand: null, processes: [], fields: null, writing: null, cards: [] },
    inbox: [],
    unread: 0,
    journal: [],
    report: null,
    recent: [],
    favourites: [],
    question: null,
    failure: null,
    login: null,
    answers: [],
  };
}

/** A desk in use: two portals, three bases, notes and records. */
export function inUse(now: number = NOON): View {
  const view = firstStart();
  const inbox = notes(now);
  return {
    ...view,
    settings: {
      ...view.settings,
      portals: [
        { portal: 'romashka.bitrix24.ru', scheme: 'https', connection: 'webhook', intranet: false, base: 'ut', userId: '17', memoryOnly: false, application: null, missingScopes: ['im'] },
        { portal: 'b24.zavod.local:8080', scheme: 'http', connection: 'webhook', intranet: true, base: null, userId: '4', memoryOnly: true, application: null, missingScopes: [] },
      ],
      bases: [
        { ...USUAL, alias: 'ut', name: 'Управление торговлей', publication: 'https://1c.romashka.ru/ut', methods: ['hot', 'browser'], serviceUser: 'Обмен с Битрикс24' },
        { ...USUAL, alias: 'buh', name: 'Бухгалтерия предприятия', publication: 'http://srv-1c/buh', intranet: true, methods: ['cold', 'browser'], windowMode: 'workplace' },
        { ...USUAL, alias: 'archive', id: '5f2c1e0a-7d3b-4a53-9c64-6a2d7f0b1c11', name: 'Архив 2019', publication: null, methods: ['native'] },
      ] satisfies BaseSettings[],
      pool: { ...view.settings.pool, idleMinutes: 60, at: ['02:30'] },
      mappings: [
        {
          portal: 'romashka.bitrix24.ru', fields: ['UF_CRM_1732558654060'], linkField: 'UF_CRM_HOTSTART', templates: [],
          originators: [{ originator: '1C_UT', base: 'ut' }],
          kinds: [
            { entity: 'deal', base: 'ut', object: 'Документ.ЗаказКлиента', attribute: null, field: null },
            { entity: 'company', base: 'ut', object: 'Справочник.Контрагенты', attribute: 'Description', field: 'title' },
          ],
        },
      ],
    },
    connections: [
      { portal: 'romashka.bitrix24.ru', state: { kind: 'online' }, since: now - 5_400_000, transport: 'web-socket', serverVersion: 4, lastEvent: now - 42_000, reconnects: 2, missing: [{ scope: 'im', purpose: 'чтение уведомлений и сообщений, ответ на них прямо отсюда' }], why: null },
      { portal: 'b24.zavod.local:8080', state: { kind: 'failed', failure: authRefused }, since: now - 120_000, transport: null, serverVersion: null, lastEvent: null, reconnects: 0, missing: [], why: null },
    ],
    locked: [],
    warm: ['ut'],
    bridge: { port: 47_710, paired: ['ut'], running: ['ut'], token: null, failure: null },
    relay: {
      bases: [{ base: 'ut', waiting: 3, away: true }],
      answers: 0,
      dead: [
        {
          number: 7,
          base: 'ut',
          kind: 'hotstart/order',
          entity: 'deal:123',
          at: now - 600_000,
          failure: { code: 'relay.refused', text: 'База «УТ» отказалась от события: нет контрагента. Исправьте причину в 1С и отправьте его ещё раз из журнала.' },
        },
      ],
    },
    listed: search('', LISTED),
    inbox,
    unread: inbox.filter((note) => !note.read).length,
    journal: records(now),
    recent: [
      { link: 'hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=b7e4001517de6ff211e0b4c1d2a3f455', title: 'Заказ клиента 0000-000123', base: 'ut', at: now - 60_000 },
      { link: 'hotstart://onec/ut/e1cib/list/Справочник.Партнеры', title: 'Партнёры', base: 'ut', at: now - 4_000_000 },
    ],
    favourites: [
      { link: 'hotstart://onec/buh/e1cib/list/Документ.РеализацияТоваровУслуг', title: 'Реализация (акты, накладные, УПД)', base: 'buh' },
    ],
  };
}

const IDS = '00000000-7d3b-4a53-9c64-6a2d7f0b1c';

/** The bases of the lists of a computer. */
export const LISTED: readonly ListedBase[] = [
  { name: 'Управление торговлей', id: `${IDS}00`, kind: 'web', address: 'https://1c.romashka.ru/ut', known: true },
  { name: 'Зарплата и управление персоналом', id: `${IDS}01`, kind: 'server', address: 'srv-1c:1541/zup', known: false },
  { name: 'Розница, магазин на Лесной', id: `${IDS}02`, kind: 'file', address: 'C:\\Базы 1С\\Розница', known: false },
  { name: 'ERP: холдинг', id: null, kind: 'web', address: 'http://srv-1c/erp', known: false },
];

/** What a program answers to a search in its lists. */
export function search(text: string, listed: readonly ListedBase[]): View['listed'] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found = listed.filter((base) => words.every((word) => `${base.name}\n${base.address}`.toLowerCase().includes(word)));
  return { text, bases: found.slice(0, SHOWN), found: found.length, total: listed.length };
}

export const authRefused: FailureView = {
  code: 'auth.refused',
  text: 'Портал b24.zavod.local:8080 не принял секрет вебхука. Создайте вебхук заново и вставьте его адрес.',
};

export const keyringMissing: FailureView = {
  code: 'keyring.missing',
  text: 'На этом компьютере нет хранилища секретов. Установите gnome-keyring или KWallet, либо разрешите хранить секрет только в памяти.',
};

/** A link that wants to run a command. */
export const commandQuestion: Question = {
  id: 7,
  title: 'Выполнить команду 1С?',
  text: 'Ссылка просит выполнить в базе «Управление торговлей»: e1cib/command/Обработка.ЗагрузкаЦен.Команда.Открыть. Разрешайте, только если ждали этого.',
  choices: [
    { key: 'allow', label: 'Выполнить', hint: null },
    { key: 'always', label: 'Всегда разрешать', hint: null },
    { key: 'cancel', label: 'Отмена', hint: null },
  ],
};

/** A card with several objects. */
export const objectQuestion: Question = {
  id: 8,
  title: 'Какой объект открыть?',
  text: 'У карточки deal:123 несколько объектов 1С.',
  choices: [
    { key: 'hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=b7e4001517de6ff211e0b4c1d2a3f455', label: 'Заказ клиента 0000-000123', hint: 'Управление торговлей' },
    { key: 'hotstart://onec/ut/e1cib/data/Документ.СчетНаОплату?ref=a1e4001517de6ff211e0b4c1d2a3f466', label: 'Счёт на оплату 0000-000077', hint: 'Управление торговлей' },
    { key: 'hotstart://onec/buh/e1cib/data/Документ.Реализация?ref=c2e4001517de6ff211e0b4c1d2a3f477', label: 'Реализация 0000-000031', hint: 'Бухгалтерия предприятия' },
    { key: 'cancel', label: 'Отмена', hint: null },
  ],
};

function notes(now: number): Note[] {
  const portal = 'romashka.bitrix24.ru';
  const note = (id: string, kind: Note['kind'], title: string, text: string, ago: number, read: boolean, link: string | null): Note => ({
    id: `${portal}/${id}`, portal, title, text, link, tag: null, at: now - ago, read, toast: false, kind, buttons: [],
  });
  return [
    note('1', 'bell', 'Сделка «Поставка плитки»', 'Анна Петрова назначила вас ответственным за сделку.', 42_000, false, `hotstart://b24/${portal}/crm/deal/details/123/`),
    note('2', 'message', 'Анна Петрова', 'Счёт выставили? Клиент спрашивает второй раз, хочет оплатить сегодня до конца дня.', 900_000, false, `hotstart://b24/${portal}/online/?IM_DIALOG=12`),
    note('3', 'chat', 'Отдел продаж', 'Олег: планёрка переносится на 15:00.', 7_200_000, true, `hotstart://b24/${portal}/online/?IM_DIALOG=chat5`),
    note('4', 'own', 'Файл сохранён', 'Счёт 0000-000077.pdf', 90_000_000, true, null),
  ];
}

function records(now: number): JournalRecord[] {
  const order = 'hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=b7e4001517de6ff211e0b4c1d2a3f455';
  return [
    { timestamp: now - 60_000, operation: 'open', source_system: 'clicked', target_system: 'ut', object_id: order, status: 'done', details: 'Заказ клиента 0000-000123', duration_ms: 34, error_code: null },
    { timestamp: now - 42_000, operation: 'notify', source_system: 'romashka.bitrix24.ru', target_system: 'desk', object_id: '01a3f2', status: 'done', details: 'Сделка «Поставка плитки»', duration_ms: 12, error_code: null },
    { timestamp: now - 300_000, operation: 'open', source_system: 'clicked', target_system: 'sklad', object_id: 'hotstart://onec/sklad/e1cib/list/Справочник.Номенклатура', status: 'refused', details: 'База «sklad» не настроена.', duration_ms: 1, error_code: 'base.unknown' },
    { timestamp: now - 400_000, operation: 'open', source_system: 'tray', target_system: 'buh', object_id: 'hotstart://onec/buh/e1cib/list/Документ.Реализация', status: 'failed', details: 'Нет свободной лицензии 1С.', duration_ms: 2840, error_code: 'licence.busy' },
    { timestamp: now - 90_000_000, operation: 'connect', source_system: 'desk', target_system: 'romashka.bitrix24.ru', object_id: '', status: 'done', details: '', duration_ms: 310, error_code: null },
  ];
}
