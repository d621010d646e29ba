import { mount } from 'svelte';

import App from './App.svelte';
import type { Host } from './host/types';
import './styles/base.css';

// The fake host is for looking at the pages in a browser; the production build does not contain it.
async function host(): Promise<Host> {
  if (import.meta.env.MODE === 'fake') {
    const { fakeHostFrom } = await import('./host/fake');
    return fakeHostFrom(new URLSearchParams(location.search));
  }
  return (await import('./host/tauri')).tauriHost;
}

const target = document.getElementById('app');
if (target) mount(App, { target, props: { host: await host() } });
