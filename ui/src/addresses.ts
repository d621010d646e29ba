const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const LANGUAGE = /^[a-z]{2}_[A-Z]{2}$/;

/** Whether the program will want consent for this address: it is not encrypted and leaves this computer. */
export function wantsIntranet(address: string): boolean {
  const url = parsed(address);
  return url?.protocol === 'http:' && !LOOPBACK.test(url.hostname);
}

/** A name for links from the address of a publication: its last folder that is no language, else the host. */
export function suggestedAlias(address: string): string {
  const url = parsed(address);
  if (!url) return '';
  const folders = url.pathname.split('/').filter((folder) => folder !== '' && !LANGUAGE.test(folder));
  return aliasOf(decoded(folders.at(-1) ?? url.hostname.split('.')[0] ?? ''));
}

/** A name for links from a connection string: the name of the base on its servers, else the last folder of its place. */
export function suggestedFromConnection(connection: string): string {
  const part = (key: string): string | undefined => {
    const found = new RegExp(`(?:^|;)\\s*${key}\\s*=\\s*(?:"([^"]*)"|([^;"]*))`, 'i').exec(connection);
    return found?.[1] ?? found?.[2];
  };
  const place = part('ref') ?? part('file')?.split(/[\\/]/).filter((folder) => folder !== '').at(-1);
  return place === undefined ? suggestedAlias(part('ws') ?? connection) : aliasOf(place);
}

function aliasOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|-+$/g, '');
}

function parsed(address: string): URL | null {
  const text = address.trim();
  return /^https?:\/\/./i.test(text) && URL.canParse(text) ? new URL(text) : null;
}

function decoded(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
