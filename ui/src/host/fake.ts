import { afterLinks } from './fakeLinks';
import { reported } from './report';
import { commandQuestion, firstStart, inUse, keyringMissing, LISTED, objectQuestion, search, USUAL } from './scenes';
import type { BaseSettings, FailureView, Host, Page, PortalSettings, Settings, UiCommand, View } from './types';

/**
 * A program without a program: keeps a state, notes every command and answers as the real one would, so that pages
 * can be tested and looked at in any browser.
 */
export class FakeHost implements Host {
  /** Every command so far. */
  readonly commands: UiCommand[] = [];
  /** How the next commands are refused; none are while it is null. */
  refusal: ((command: UiCommand) => FailureView | null) | null = null;

  #view: View;
  readonly #listeners = new Set<(view: View) => void>();

  constructor(view: View = firstStart()) {
    this.#view = view;
  }

  view(): Promise<View> {
    return Promise.resolve(this.#view);
  }

  perform(command: UiCommand): Promise<FailureView | null> {
    this.commands.push(command);
    const refused = this.refusal?.(command) ?? null;
    if (!refused) this.show(after(this.#view, command));
    return Promise.resolve(refused);
  }

  onView(listener: (view: View) => void): Promise<() => void> {
    this.#listeners.add(listener);
    return Promise.resolve(() => this.#listeners.delete(listener));
  }

  /** Sends a new state, as the program does on every change. */
  show(view: View): void {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}

/** The fake as the address asks: `?scene=first&page=bases&language=en&question=object&failure=keyring.missing`. */
export function fakeHostFrom(query: URLSearchParams): FakeHost {
  const view = query.get('scene') === 'first' ? firstStart() : inUse(Date.now());
  const page = query.get('page') as Page | null;
  const host = new FakeHost({
    ...view,
    page: page ?? view.page,
    settings: { ...view.settings, language: query.get('language') === 'en' ? 'en' : 'ru' },
    question: page !== 'question' ? null : query.get('question') === 'object' ? objectQuestion : commandQuestion,
    failure: query.get('failure') === null ? null : keyringMissing,
  });
  host.refusal = (command) => {
    const secret = command.do === 'connectWebhook' || (command.do === 'setService' && command.user !== null);
    return secret && !command.memoryOnly ? keyringMissing : null;
  };
  return host;
}

/** The state after a command that was accepted. */
function after(view: View, command: UiCommand): View {
  const change = (settings: Partial<Settings>): View => ({ ...view, settings: { ...view.settings, ...settings } });
  const { portals, bases } = view.settings;
  switch (command.do) {
    case 'connectWebhook': {
      const portal = connected(command.address, command.intranet, command.memoryOnly);
      return {
        ...change({ portals: [...portals.filter((known) => known.portal !== portal.portal), portal] }),
        connections: [
          ...view.connections.filter((known) => known.portal !== portal.portal),
          { portal: portal.portal, state: { kind: 'connecting' }, since: null, transport: null, serverVersion: null, lastEvent: null, reconnects: 0, missing: [], why: null },
        ],
      };
    }
    case 'connectApplication':
      return { ...view, login: { portal: command.portal, connection: 'application', listening: true, checking: false } };
    case 'connectSession':
      return { ...view, login: { portal: command.portal, connection: 'session', listening: true, checking: false } };
    case 'signInAgain': {
      const connection = portals.find((known) => known.portal === command.portal)?.connection ?? 'webhook';
      return { ...view, login: { portal: command.portal, connection, listening: true, checking: false } };
    }
    case 'finishLogin':
      return { ...view, login: view.login && { ...view.login, checking: true } };
    case 'cancelLogin':
      return { ...view, login: null };
    case 'checkPortal':
      return {
        ...change({ portals: portals.map((known) => (known.portal === command.portal ? { ...known, missingScopes: [] } : known)) }),
        connections: view.connections.map((known) => (known.portal === command.portal ? { ...known, missing: [] } : known)),
      };
    case 'setSessionsAllowed':
      return change({ sessionsAllowed: command.allowed });
    case 'removePortal':
      return {
        ...change({ portals: portals.filter((known) => known.portal !== command.portal) }),
        connections: view.connections.filter((known) => known.portal !== command.portal),
      };
    case 'setPortalBase':
      return change({ portals: portals.map((known) => (known.portal === command.portal ? { ...known, base: command.base } : known)) });
    case 'saveBase': {
      const base: BaseSettings = {
        ...(bases.find((known) => known.alias === command.previous) ?? USUAL), alias: command.alias, name: command.name,
        publication: command.publication, intranet: command.intranet, methods: command.methods, windowMode: command.windowMode,
        coldWindowMode: command.coldWindowMode, keep: command.keep, connect: command.connect, platform: command.platform,
      };
      const others = bases.filter((known) => known.alias !== (command.previous ?? command.alias));
      return change({ bases: [...others, base] });
    }
    case 'searchListed':
      return { ...view, listed: search(command.text, LISTED) };
    case 'addListed': {
      const { name, id, kind, address } = command.base;
      const web = kind === 'web';
      const base: BaseSettings = {
        ...USUAL, alias: name, id, name, publication: web ? address : null, intranet: address.startsWith('http:'),
        methods: web ? ['hot', 'browser', 'native'] : ['native'],
        connect: web ? `ws="${address}";` : kind === 'file' ? `File="${address}";` : 'Srvr="srv-1c:1541";Ref="zup";',
      };
      const listed = view.listed.bases.map((known) => (known.name === name ? { ...known, known: true } : known));
      return { ...change({ bases: [...bases, base] }), listed: { ...view.listed, bases: listed } };
    }
    case 'setService':
      return change({ bases: bases.map((known) => (known.alias === command.alias ? { ...known, serviceUser: command.user } : known)) });
    case 'removeBase':
      return change({ bases: bases.filter((known) => known.alias !== command.alias) });
    case 'showBase':
      if (bases.find((known) => known.alias === command.alias)?.methods[0] === 'native') return view;
      return { ...view, warm: [...new Set([...view.warm, command.alias])] };
    case 'releaseBase':
      return { ...view, warm: view.warm.filter((alias) => alias !== command.alias) };
    case 'setGeneral':
      return change({ language: command.language, portalOpening: command.portalOpening, notifications: command.notifications, e1cLinks: command.e1cLinks });
    case 'setRelay':
      return change({ relay: command.relay });
    case 'relayAgain':
    case 'relayForget':
      return { ...view, relay: { ...view.relay, dead: command.number === null ? [] : view.relay.dead.filter((event) => event.number !== command.number) } };
    case 'setBridge':
      return {
        ...change({ bridge: { ...view.settings.bridge, off: command.off, port: command.port } }),
        bridge: { ...view.bridge, port: command.off ? null : (command.port ?? 47_710) },
      };
    case 'pairBase':
      return {
        ...view,
        bridge: { ...view.bridge, paired: [...new Set([...view.bridge.paired, command.alias])], token: { base: command.alias, token: '0123456789abcdef'.repeat(4) } },
      };
    case 'unpairBase':
      return { ...view, bridge: { ...view.bridge, paired: view.bridge.paired.filter((alias) => alias !== command.alias), token: null } };
    case 'setEveryone': {
      const { bridge } = view.settings;
      const others = bridge.everyone.filter((alias) => alias !== command.alias);
      return change({ bridge: { ...bridge, everyone: command.everyone ? [...others, command.alias] : others } });
    }
    case 'hideToken':
      return { ...view, bridge: { ...view.bridge, token: null } };
    case 'setPool':
      return change({ pool: command.pool });
    case 'links':
      return afterLinks(view, command.command);
    case 'setFavourite': {
      const others = view.favourites.filter((known) => known.link !== command.link);
      const object = view.recent.find((known) => known.link === command.link);
      if (!command.favourite || !object) return { ...view, favourites: others };
      return { ...view, favourites: [...others, { link: object.link, title: object.title, base: object.base }] };
    }
    case 'setConnection':
      return change({ connectionWanted: command.wanted });
    case 'openLink':
      return view;
    case 'records':
      return command.command.do === 'export' ? view : { ...view, report: command.command.do === 'close' ? null : reported(Date.now()) };
    case 'answer':
      return { ...view, question: null, page: 'portals' };
    case 'markRead': {
      const inbox = view.inbox.map((note) => (command.id === null || note.id === command.id ? { ...note, read: true } : note));
      return { ...view, inbox, unread: inbox.filter((note) => !note.read).length };
    }
    case 'pressButton': {
      const inbox = view.inbox.map((note) => (note.id === command.id ? { ...note, read: true, buttons: [] } : note));
      return { ...view, inbox, unread: inbox.filter((note) => !note.read).length, answers: without(view, command.id) };
    }
    case 'reply': {
      const inbox = view.inbox.map((note) => (note.id === command.id ? { ...note, read: true } : note));
      return { ...view, inbox, unread: inbox.filter((note) => !note.read).length, answers: without(view, command.id) };
    }
    case 'dropReply':
      return { ...view, answers: without(view, command.id) };
    case 'setPolling':
      return change({ polling: command.polling });
    case 'showPage':
      return { ...view, page: command.page };
    case 'dismissFailure':
      return { ...view, failure: null };
  }
}

function without(view: View, note: string): View['answers'] {
  return view.answers.filter((answer) => answer.note !== note);
}

function connected(address: string, intranet: boolean, memoryOnly: boolean): PortalSettings {
  const url = new URL(address);
  return {
    portal: url.host, scheme: url.protocol.slice(0, -1), connection: 'webhook', intranet, base: null,
    userId: url.pathname.split('/')[2] ?? null, memoryOnly, application: null, missingScopes: [],
  };
}
