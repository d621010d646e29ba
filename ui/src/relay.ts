import type { CommandAuthor, RelayBase, RelaySettings, Settings, UiCommand } from './host/types';

/** What is set for a base; names in links do not tell capitals apart. */
export function relayOf(relay: RelaySettings, alias: string): RelayBase | null {
  return relay.bases.find((known) => same(known.base, alias)) ?? null;
}

/** The list of bases with this one as it is now; without it where it gets nothing. */
export function withBase(bases: RelayBase[], alias: string, base: RelayBase | null): RelayBase[] {
  const others = bases.filter((known) => !same(known.base, alias));
  return base === null ? others : [...others, base];
}

/**
 * The command that changes a part of the relay. A base that was removed is left out: the program refuses all of the
 * relay for the sake of one unknown base.
 */
export function relayChange(settings: Settings, part: Partial<RelaySettings>): UiCommand {
  const relay = { ...settings.relay, ...part };
  const known = (base: RelayBase): boolean => settings.bases.some((set) => same(set.alias, base.base));
  return { do: 'setRelay', relay: { ...relay, bases: relay.bases.filter(known) } };
}

/** An author as one row: a user or an application. */
export interface AuthorRow {
  kind: 'user' | 'application';
  id: string;
}

/** The authors of a portal; an entry that names both is two rows, which say the same. */
export function authorRows(authors: CommandAuthor[], portal: string): AuthorRow[] {
  return authors
    .filter((known) => known.portal === portal)
    .flatMap(({ userId, application }) => [
      ...(userId === null ? [] : [{ kind: 'user' as const, id: userId }]),
      ...(application === null ? [] : [{ kind: 'application' as const, id: application }]),
    ]);
}

/** The authors of all portals with those of one as its rows are now; nobody is named twice. */
export function withAuthors(authors: CommandAuthor[], portal: string, rows: AuthorRow[]): CommandAuthor[] {
  const named = rows.map(({ kind, id }) => ({ kind, id: id.trim() })).filter(({ id }) => id !== '');
  const once = named.filter((row, at) => named.findIndex((other) => other.kind === row.kind && other.id === row.id) === at);
  return [
    ...authors.filter((known) => known.portal !== portal),
    ...once.map(({ kind, id }) => ({ portal, userId: kind === 'user' ? id : null, application: kind === 'application' ? id : null })),
  ];
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
