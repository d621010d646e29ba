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
  const name = decoded(folders.at(-1) ?? url.hostname.split('.')[0] ?? '');
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
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
