// The official pull client of Bitrix24 (npm @bitrix24/b24jssdk) against the demo office.
//
//   node run.mjs '<ready line of hotstart-office --json>'      or      node run.mjs <file with that line>
//
// Exits 0 when every step went as the protocol says, 1 with the failed step otherwise. The office is an independent
// reading of the protocol: this script holds it against the reading of the vendor.
import { readFileSync } from 'node:fs'
import assert from 'node:assert/strict'
// The order matters: with `window` present but no `window.location` the HTTP client of the SDK dies at import.
import { B24PullClientManager } from '@bitrix24/b24jssdk'
import WebSocket from 'ws'

const given = process.argv[2]
if (!given) {
  console.error('usage: node run.mjs <ready line or file>')
  process.exit(2)
}
const ready = JSON.parse(given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8'))
const USER = 1
const urls = []

class LoggedWebSocket extends WebSocket {
  constructor(url, ...rest) {
    urls.push(String(url))
    super(url, ...rest)
  }
}

function browserShims() {
  const values = new Map()
  const storage = {
    getItem: key => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, String(value)),
    removeItem: key => values.delete(key)
  }
  const window = { WebSocket: LoggedWebSocket, addEventListener() {}, removeEventListener() {}, localStorage: storage }
  Object.assign(globalThis, {
    window,
    localStorage: storage,
    WebSocket: LoggedWebSocket,
    document: { location: { href: 'http://127.0.0.1/' } }
  })
}

async function rest(method, params = {}) {
  const response = await fetch(`${ready.webhook}${method}.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params)
  })
  const body = await response.json()
  assert.equal(response.status, 200, `${method}: ${JSON.stringify(body)}`)
  return body.result
}

async function control(path, body) {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${ready.control}${path}`, init)
  const answer = await response.json()
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`)
  return answer
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

async function until(what, check, ms = 10_000) {
  const end = Date.now() + ms
  while (Date.now() < end) {
    const value = await check()
    if (value) return value
    await sleep(10)
  }
  assert.fail(`waited ${ms} ms for: ${what}`)
}

const sockets = async count => until(`${count} socket(s)`, async () => (await control('/state')).push.sockets === count)
const publish = (command, params, more = {}) =>
  control('/publish', { user: USER, module_id: 'im', command, params, ...more })

async function step(name, run) {
  const start = performance.now()
  try {
    const said = await run()
    console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)${said ? `: ${said}` : ''}`)
  } catch (error) {
    console.log(`FAIL  ${name}: ${error.stack}`)
    throw error
  }
}

async function main() {
  browserShims()
  const quiet = new Proxy({}, { get: () => async () => {} })
  const config = await rest('pull.config.get', { CACHE: 'N' })
  const own = config.channels.private.public_id.split('.')[0]
  const b24 = {
    actions: { v2: { call: { make: async ({ method, params }) => {
      const result = await rest(method, params)
      return { isSuccess: true, getData: () => ({ result }), getErrorMessages: () => [] }
    } } } },
    callMethod: async (method, params) => {
      const result = await rest(method, params)
      return { getData: () => ({ result }) }
    }
  }
  const client = new B24PullClientManager({
    b24, userId: USER, siteId: 's1', configTimestamp: config.server.config_timestamp
  })
  client.setLogger?.(quiet)
  const server = [], clients = [], statuses = []
  client.subscribe({ moduleId: 'im', callback: event => server.push(structuredClone(event)) })
  client.subscribe({ type: 'client', moduleId: 'im', callback: event => clients.push(structuredClone(event)) })
  client.subscribe({ type: 'status', callback: event => statuses.push(event.status ?? event) })
  const got = (list, command) => until(`event ${command}`, () => list.find(event => event.command === command))
  const times = (list, command) => list.filter(event => event.command === command).length

  await step('connects in binary mode with signed channels', async () => {
    await client.start()
    await sockets(1)
    await until('status online', () => statuses.includes('online'))
    const url = new URL(urls[0])
    assert.equal(url.searchParams.get('binaryMode'), 'true')
    assert.equal(url.searchParams.get('revision'), '19')
    assert.equal(url.searchParams.get('mid'), null)
    assert.match(url.searchParams.get('CHANNEL_ID'), /^[0-9a-f]{32}:[0-9a-f]{32}\.[0-9a-f]{40}\/[0-9a-f]{32}\.[0-9a-f]{40}$/)
    return statuses.join(', ')
  })

  await step('receives an event of the server', async () => {
    const { mid } = await publish('peer_one', { a: 1 })
    const event = await got(server, 'peer_one')
    assert.deepEqual(event.params, { a: 1 })
    assert.deepEqual(event.extra.sender, { type: 2, id: '' })
    assert.equal(event.extra.revision_web, 19)
    assert.equal(client.session.mid, mid)
    return `mid ${mid}`
  })

  await step('receives what the portal posts as text', async () => {
    const channel = config.channels.private.id.slice(0, 32)
    const body = { module_id: 'im', command: 'peer_text', params: { b: 'текст' }, extra: {} }
    const response = await fetch(`${ready.push.pub}?CHANNEL_ID=${channel}`, {
      method: 'POST', headers: { 'message-expiry': '600' }, body: JSON.stringify(body)
    })
    assert.equal(response.status, 200)
    assert.equal(await response.text(), '')
    assert.deepEqual((await got(server, 'peer_text')).params, { b: 'текст' })
  })

  await step('receives gathered events in order', async () => {
    for (const n of [1, 2, 3, 4, 5]) await publish('peer_burst', { n })
    await until('five events', () => times(server, 'peer_burst') === 5)
    const order = server.filter(event => event.command === 'peer_burst').map(event => event.params.n)
    assert.deepEqual(order, [1, 2, 3, 4, 5])
  })

  await step('receives a notification made over REST', async () => {
    const id = await rest('im.notify.personal.add', { USER_ID: USER, MESSAGE: 'Проверка' })
    const event = await got(server, 'notifyAdd')
    assert.equal(event.params.id, id)
    assert.equal(event.params.text, 'Проверка')
    assert.equal(event.params.settingName, 'rest|rest_notify')
  })

  await step('publishes to a public channel and receives it as a client event', async () => {
    await client.sendMessage([USER], 'im', 'startWriting', { dialogId: 1 })
    const event = await got(clients, 'startWriting')
    assert.deepEqual(event.extra.sender, { type: 1, id: own })
    assert.equal(times(server, 'startWriting'), 0, 'a client event must not pass for one of the server')
  })

  await step('reads frames with unknown fields, and takes repeated ids once', async () => {
    await control('/fault', { kind: 'unknown_fields' })
    await control('/fault', { kind: 'duplicate_mids' })
    await publish('peer_odd', {})
    await got(server, 'peer_odd')
    await sleep(600)
    assert.equal(times(server, 'peer_odd'), 1)
    await control('/fault', { kind: 'clear' })
  })

  await step('passes over a broken body between good ones', async () => {
    await control('/fault', { kind: 'bad_body', user: USER })
    await got(server, 'fault_after')
    assert.equal(times(server, 'fault_before'), 1)
  })

  await step('comes back after a cut with its cursor and receives what it missed', async () => {
    const cursor = client.session.mid
    const before = urls.length
    assert.equal((await control('/disconnect', {})).disconnected, 1)
    await sockets(0)
    const { mid } = await publish('peer_missed', { while: 'away' })
    await got(server, 'peer_missed')
    const url = urls[before]
    assert.match(cursor, /^[0-9]{26}$/)
    assert.match(url, new RegExp(`&mid=${cursor}&revision=19$`))
    assert.equal(client.session.mid, mid)
    return `from ${cursor}`
  })

  await step('swaps an expired shared channel and goes on', async () => {
    const before = urls.length
    await control('/fault', { kind: 'channel_expire', channel: 'shared' })
    await until('a new connection', () => urls.length > before)
    const changed = new URL(urls.at(-1)).searchParams.get('CHANNEL_ID')
    assert.notEqual(changed, new URL(urls[0]).searchParams.get('CHANNEL_ID'))
    await sockets(1)
    await publish('peer_all', {}, { user: null })
    await got(server, 'peer_all')
  })

  await step('asks for a new configuration when its own channel expired', async () => {
    const before = urls.length
    const old = new URL(urls.at(-1)).searchParams.get('CHANNEL_ID').split('/')[0]
    await control('/fault', { kind: 'channel_expire', channel: 'private', user: USER })
    await until('a new connection', () => urls.length > before, 45_000)
    assert.notEqual(new URL(urls.at(-1)).searchParams.get('CHANNEL_ID').split('/')[0], old)
    await sockets(1)
    await publish('peer_renewed', {})
    await got(server, 'peer_renewed')
  })

  client.destroy()
  await sockets(0)
  console.log('the official client and the office agree')
}

const limit = setTimeout(() => {
  console.log('FAIL  the whole check took more than two minutes')
  process.exit(1)
}, 120_000)
main().then(() => process.exit(0), () => process.exit(1)).finally(() => clearTimeout(limit))
