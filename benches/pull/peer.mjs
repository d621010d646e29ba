// The official pull client of Bitrix24, doing what a program with it does: it subscribes to a module and takes the events.
//
//   node peer.mjs <webhook>
//
// Answers every line of its standard input with {"events","mid"}, and ends with it.
import { createInterface } from 'node:readline'
// The order matters: with `window` present but no `window.location` the HTTP client of the SDK dies at import.
import { B24PullClientManager } from '@bitrix24/b24jssdk'
import WebSocket from 'ws'

const webhook = process.argv[2]
if (!webhook) {
  console.error('usage: node peer.mjs <webhook>')
  process.exit(2)
}

const values = new Map()
const localStorage = {
  getItem: key => values.get(key) ?? null,
  setItem: (key, value) => values.set(key, String(value)),
  removeItem: key => values.delete(key)
}
Object.assign(globalThis, {
  window: { WebSocket, addEventListener() {}, removeEventListener() {}, localStorage },
  localStorage,
  WebSocket,
  document: { location: { href: 'http://127.0.0.1/' } }
})

const answer = await fetch(`${webhook}pull.config.get.json`)
const { result: config } = await answer.json()
const b24 = {
  actions: { v2: { call: { make: async () => ({
    isSuccess: true,
    getData: () => ({ result: structuredClone(config) }),
    getErrorMessages: () => []
  }) } } },
  callMethod: async () => ({ getData: () => ({ result: config.publicChannels }) })
}
const client = new B24PullClientManager({
  b24, userId: 7, siteId: 's1', configTimestamp: config.server.config_timestamp, skipCheckRevision: true
})
let events = 0
client.subscribe({ moduleId: 'im', callback: () => { events += 1 } })
createInterface({ input: process.stdin })
  .on('line', () => process.stdout.write(`${JSON.stringify({ events, mid: client.session.mid })}\n`))
  .on('close', () => process.exit(0))
await client.start()
