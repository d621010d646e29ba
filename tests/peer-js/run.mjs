// The official pull client of Bitrix24 (npm @bitrix24/b24jssdk) against the demo office.
//
//   node run.mjs '<ready line of hotstart-office --json>'      or      node run.mjs <file with that line>
//   node run.mjs --office <program> [version ...]              starts an office of each version (3 4 5) itself
//
// Which steps are taken depends on the version of the push server that the configuration names: 3, 4 or 5.
// Exits 0 when every step went as the protocol says, 1 with the failed step otherwise. The office is an independent
// reading of the protocol: this script holds it against the reading of the vendor.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
// The order matters: with `window` present but no `window.location` the HTTP client of the SDK dies at import.
import { B24PullClientManager } from '@bitrix24/b24jssdk'
import WebSocket from 'ws'

const [given, program, ...wanted] = process.argv.slice(2)
if (!given) {
  console.error('usage: node run.mjs <ready line or file>  |  --office <program> [version ...]')
  process.exit(2)
}
if (given === '--office') {
  const failed = wanted.concat(wanted.length ? [] : ['3', '4', '5']).filter(version => !checked(program, version))
  console.log(failed.length ? `failed: version ${failed.join(', ')}` : 'every version agrees')
  process.exit(failed.length ? 1 : 0)
}

// An office lives as long as its standard input, which a shell holds here.
function checked(program, version) {
  console.log(`--- version ${version}`)
  const script = `exec 3> >(exec "$1" --json --server-version "$2" > "$4/ready"); \
    while [ ! -s "$4/ready" ]; do sleep 0.05; done; "$3" "$5" "$4/ready"`
  const folder = mkdtempSync(join(tmpdir(), 'peer-'))
  const child = spawnSync('bash', ['-c', script, 'bash', program, version, process.execPath, folder, process.argv[1]], {
    stdio: ['ignore', 'inherit', 'inherit']
  })
  rmSync(folder, { recursive: true })
  return child.status === 0
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

function clientOf(config) {
  const quiet = new Proxy({}, { get: () => async () => {} })
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
  return client
}

const got = (list, command) => until(`event ${command}`, () => list.find(event => event.command === command))
const times = (list, command) => list.filter(event => event.command === command).length
const parameter = (index, name) => new URL(urls.at(index)).searchParams.get(name)

const SIGNED = {
  3: /^[0-9a-f]{32}\.[0-9a-f]{40}\/[0-9a-f]{32}\.[0-9a-f]{40}$/,
  4: /^[0-9a-f]{32}:[0-9a-f]{32}\.[0-9a-f]{40}\/[0-9a-f]{32}\.[0-9a-f]{40}$/
}

async function connects({ version, client, statuses }) {
  if (version === 5) await control('/push/set', { rpc_ping_ms: 500 })
  await client.start()
  await sockets(1)
  await until('status online', () => statuses.includes('online'))
  assert.equal(parameter(0, 'binaryMode'), version === 4 ? 'true' : null)
  assert.equal(parameter(0, 'jsonRpc'), version === 5 ? 'true' : null)
  assert.equal(parameter(0, 'revision'), '19')
  assert.equal(parameter(0, 'mid'), null)
  if (version === 5) {
    assert.equal(parameter(0, 'CHANNEL_ID'), null)
    assert.match(parameter(0, 'token'), /^[\w-]+\.[\w-]+\.[\w-]+$/)
  } else {
    assert.match(parameter(0, 'CHANNEL_ID'), SIGNED[version])
  }
  return statuses.join(', ')
}

async function receives({ version, client, server }) {
  const { mid } = await publish('peer_one', { a: 1 })
  const event = await got(server, 'peer_one')
  assert.deepEqual(event.params, { a: 1 })
  assert.equal(event.extra.revision_web, 19)
  // Text frames lose the sender.
  if (version === 4) assert.deepEqual(event.extra.sender, { type: 2, id: '' })
  if (version === 5) assert.deepEqual(event.extra.sender, { type: 2 })
  assert.equal(client.session.mid, mid)
  return `mid ${mid}`
}

async function receivesText({ version, config, server }) {
  // The server of tokens knows users by their number, not by a channel: there it is posted to everybody.
  const channel = config.channels[version === 5 ? 'shared' : 'private'].id.slice(0, 32)
  const body = { module_id: 'im', command: 'peer_text', params: { b: 'текст' }, extra: {} }
  const response = await fetch(`${ready.push.pub}?CHANNEL_ID=${channel}`, {
    method: 'POST', headers: { 'message-expiry': '600' }, body: JSON.stringify(body)
  })
  assert.equal(response.status, 200)
  assert.equal(await response.text(), '')
  assert.deepEqual((await got(server, 'peer_text')).params, { b: 'текст' })
}

async function receivesInOrder({ server }) {
  for (const n of [1, 2, 3, 4, 5]) await publish('peer_burst', { n })
  await until('five events', () => times(server, 'peer_burst') === 5)
  const order = server.filter(event => event.command === 'peer_burst').map(event => event.params.n)
  assert.deepEqual(order, [1, 2, 3, 4, 5])
}

async function receivesNotification({ server }) {
  const id = await rest('im.notify.personal.add', { USER_ID: USER, MESSAGE: 'Проверка' })
  const event = await got(server, 'notifyAdd')
  assert.equal(event.params.id, id)
  assert.equal(event.params.text, 'Проверка')
  assert.equal(event.params.settingName, 'rest|rest_notify')
}

async function publishes({ version, client, config, server, clients }) {
  if (version === 3) {
    assert.equal(config.publicChannels, false)
    assert.equal(client.isPublishingEnabled(), false)
    return 'not at this version'
  }
  await client.sendMessage([USER], 'im', 'startWriting', { dialogId: 1 })
  const event = await got(clients, 'startWriting')
  const id = version === 5 ? String(USER) : config.channels.private.public_id.split('.')[0]
  assert.deepEqual(event.extra.sender, { type: 1, id })
  assert.equal(times(server, 'startWriting'), 0, 'a client event must not pass for one of the server')
}

async function mergesAdditions({ server }) {
  await publish('peer_merged', { a: 1 }, {
    user_params: { [USER]: { mine: 1 }, 5: { other: 1 } }, dictionary: { common: 2 }
  })
  assert.deepEqual((await got(server, 'peer_merged')).params, { a: 1, mine: 1, common: 2 })
}

async function answersPingsAndAcknowledges({ client, server }) {
  const { mid } = await publish('peer_mack', {})
  await got(server, 'peer_mack')
  const receipts = await until('mack and pong', async () => {
    const receipts = await control('/push/receipts')
    return receipts.pongs > 1 && receipts.macks.some(mack => mack.mid === mid) && receipts
  })
  assert.ok(receipts.macks.every(mack => mack.user === USER))
  await client.ping()
  return `${receipts.pongs} pongs, ${receipts.macks.length} macks`
}

async function asksForPresence({ client }) {
  const seen = []
  await client.subscribeUserStatusChange(5, event => seen.push(event))
  const { access_token: token } = await control('/application', { client_id: 'local.peer', user: 5 })
  const response = await fetch(`${ready.portal}/rest/pull.application.config.get?auth=${token}`)
  const { jwt, server } = (await response.json()).result
  const other = new WebSocket(`${server.websocket}?token=${jwt}&jsonRpc=true&revision=19`)
  await until('online', () => seen.length === 1)
  assert.deepEqual(seen[0], { userId: 5, isOnline: true })
  // The client does not copy the server's answer: the portal would be asked for strangers only.
  assert.deepEqual(await client.getUsersLastSeen([USER, 5]), {})
  const channels = await client.listChannels()
  assert.equal(channels.length, 2)
  other.close()
  await until('offline', () => seen.length === 2)
  assert.deepEqual(seen[1], { userId: 5, isOnline: false })
  await sockets(1)
}

async function readsOddFrames({ server }) {
  await control('/fault', { kind: 'unknown_fields' })
  await control('/fault', { kind: 'duplicate_mids' })
  await publish('peer_odd', {})
  await got(server, 'peer_odd')
  await sleep(600)
  assert.equal(times(server, 'peer_odd'), 1)
  await control('/fault', { kind: 'clear' })
}

async function passesOverBrokenBody({ version, server }) {
  if (version === 5) {
    // One frame is one text of JSON there: a broken body spoils its neighbours, but not the connection.
    await control('/push/raw', { user: USER, bodies: ['{"module_id":'] })
    await publish('fault_after', {})
  } else {
    await control('/fault', { kind: 'bad_body', user: USER })
  }
  await got(server, 'fault_after')
  assert.equal(times(server, 'fault_before'), version === 5 ? 0 : 1)
}

async function comesBackWithCursor({ version, client, server }) {
  const cursor = client.session.mid
  const before = urls.length
  assert.equal((await control('/disconnect', {})).disconnected, 1)
  await sockets(0)
  const { mid } = await publish('peer_missed', { while: 'away' })
  await got(server, 'peer_missed')
  assert.match(cursor, /^[0-9]{26}$/)
  // Text frames carry the older cursor too.
  const older = version === 3 ? '&tag=[0-9]+&time=[^&]+' : ''
  assert.match(urls[before], new RegExp(`&mid=${cursor}${older}&revision=19$`))
  assert.equal(client.session.mid, mid)
  return `from ${cursor}`
}

async function goesOnAfterRestart({ client, server }) {
  await publish('peer_kept', {})
  await got(server, 'peer_kept')
  const cursor = client.session.mid
  const before = urls.length
  await control('/push/restart', { down_ms: 50 })
  await until('a new connection', () => urls.length > before)
  await sockets(1)
  assert.equal(parameter(-1, 'mid'), cursor)
  const { mid } = await publish('peer_restarted', {})
  await got(server, 'peer_restarted')
  assert.ok(mid.slice(0, 10) >= cursor.slice(0, 10) && mid > cursor)
}

async function swapsSharedChannel({ version, server }) {
  const before = urls.length
  const name = version === 5 ? 'token' : 'CHANNEL_ID'
  const old = parameter(-1, name)
  await control('/fault', { kind: 'channel_expire', channel: 'shared' })
  await until('a new connection', () => urls.length > before)
  await sockets(1)
  if (version === 5) {
    // The token still names the old channel: only a new configuration brings the new one.
    assert.equal(parameter(-1, name), old)
    return 'with the old token'
  }
  assert.notEqual(parameter(-1, name), old)
  await publish('peer_all', {}, { user: null })
  await got(server, 'peer_all')
}

async function asksForNewConfiguration({ version, server }) {
  const before = urls.length
  const name = version === 5 ? 'token' : 'CHANNEL_ID'
  const old = parameter(-1, name)
  await control('/fault', { kind: 'channel_expire', channel: 'private', user: USER })
  await until('a new connection', () => urls.length > before, 45_000)
  assert.notEqual(parameter(-1, name), old)
  await sockets(1)
  await publish('peer_renewed', {})
  await got(server, 'peer_renewed')
  if (version === 5) {
    await publish('peer_all', {}, { user: null })
    await got(server, 'peer_all')
  }
}

const STEPS = [
  [345, 'connects with what the configuration gives', connects],
  [345, 'receives an event of the server', receives],
  [345, 'receives what the portal posts as text', receivesText],
  [345, 'receives gathered events in order', receivesInOrder],
  [345, 'receives a notification made over REST', receivesNotification],
  [345, 'publishes and receives it as a client event', publishes],
  [5, "merges its own parameters and everybody's dictionary", mergesAdditions],
  [5, 'answers pings and acknowledges', answersPingsAndAcknowledges],
  [5, 'asks for presence and is told of its change', asksForPresence],
  [345, 'reads odd frames, and takes repeated ids once', readsOddFrames],
  [345, 'passes over a broken body between good ones', passesOverBrokenBody],
  [345, 'comes back after a cut with its cursor and receives what it missed', comesBackWithCursor],
  [345, 'goes on after a restart of the server', goesOnAfterRestart],
  [345, 'swaps an expired shared channel and goes on', swapsSharedChannel],
  [345, 'asks for a new configuration when its own channel expired', asksForNewConfiguration]
]

async function main() {
  browserShims()
  const config = await rest('pull.config.get', { CACHE: 'N' })
  const version = config.server.version
  assert.ok([3, 4, 5].includes(version), `the official client does not speak version ${version}`)
  const client = clientOf(config)
  const all = { version, config, client, server: [], clients: [], statuses: [] }
  client.subscribe({ moduleId: 'im', callback: event => all.server.push(structuredClone(event)) })
  client.subscribe({ type: 'client', moduleId: 'im', callback: event => all.clients.push(structuredClone(event)) })
  client.subscribe({ type: 'status', callback: event => all.statuses.push(event.status ?? event) })
  for (const [versions, name, run] of STEPS) {
    if (String(versions).includes(version)) await step(name, () => run(all))
  }
  client.destroy()
  await sockets(0)
  console.log(`the official client and the office agree at version ${version}`)
}

const limit = setTimeout(() => {
  console.log('FAIL  the whole check took more than two minutes')
  process.exit(1)
}, 120_000)
main().then(() => process.exit(0), () => process.exit(1)).finally(() => clearTimeout(limit))
