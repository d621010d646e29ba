// A plain feeder of push frames: the portal's answer to pull.config.get, WebSockets without compression, and events as
// they are ordered. It decides nothing and keeps nothing, so that whatever a client costs is the client's own.
//
//   node feeder.mjs <folder for the certificate of the authority>
//
// One JSON value per line on both sides, over standard input and output; it ends with its standard input.
//
//   <- {"ready":{"http":8001,"https":8002,"ca":".../ca.pem"}}
//   <- {"open":"text1","mid":null}   {"close":"text1","code":1006}
//   -> {"flood":"text1","events":100000,"corked":false,"progress":0}
//   <- {"progress":"text1","sent":100000}   {"flooded":"text1","sent":100000,"seconds":2.1}
//   -> {"pace":["text1","text2"],"rate":50,"seconds":30}
//   <- {"paced":["text1","text2"],"events":1500}
//   -> {"ask":"jsonrpc1"}
//   <- {"told":"jsonrpc1","mid":"1795...","acknowledged":100000}
//
// A client is told by the secret of its webhook, `/rest/7/<name>/`; its name begins with its framing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'
import { authorityAndServer } from './certificate.mjs'
import { FRAMINGS, midOf } from './frames.mjs'

/** Above this the feeder waits for the client. */
const MOST_BUFFERED = 1 << 20
/** Where Debian keeps the authorities that everybody trusts. */
const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt'
/** Frames between two looks at what else there is to do. */
const RUN = 64
/** As servers of version 5 do. */
const RPC_PING_MS = 10_000
/** As servers of versions 3 and 4 do. */
const PING_MS = 120_000

const say = value => process.stdout.write(`${JSON.stringify(value)}\n`)
const clients = new Map()
const folder = process.argv[2]
if (!folder) {
  console.error('usage: node feeder.mjs <folder>')
  process.exit(2)
}

const framingOf = name => FRAMINGS[/^[a-z]+/.exec(name)?.[0]]
const hex = (length, digit) => digit.repeat(length)

/** What pull.config.get answers. */
function config(name, secure, port) {
  const { version } = framingOf(name)
  const ws = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/subws/${name}/`
  const lp = `${secure ? 'https' : 'http'}://127.0.0.1:${port}/sub/${name}/`
  const publish = `${secure ? 'https' : 'http'}://127.0.0.1:${port}/rest/`
  const now = Date.now()
  const span = { start: new Date(now - 60_000).toISOString(), end: new Date(now + 43_200_000).toISOString() }
  const address = secure
    ? { websocket_secure: ws, long_pooling_secure: lp, publish_secure: publish }
    : { websocket: ws, long_polling: lp, publish }
  return {
    server: {
      version,
      server_enabled: true,
      mode: 'personal',
      hostname: '127.0.0.1',
      websocket_enabled: true,
      publish_enabled: version > 3,
      config_timestamp: 1774886062,
      ...address
    },
    api: { revision_web: 19, revision_mobile: 3 },
    channels: {
      shared: { id: `${hex(32, 'a')}.${hex(40, 'b')}`, type: 'shared', ...span },
      private: {
        id: version > 3 ? `${hex(32, 'c')}:${hex(32, 'd')}.${hex(40, 'e')}` : `${hex(32, 'c')}.${hex(40, 'e')}`,
        public_id: version > 3 ? `${hex(32, 'd')}.${hex(40, 'f')}` : '',
        type: 'private',
        ...span
      }
    },
    ...(version > 4 ? { jwt: 'header.payload.signature', exp: Math.floor(now / 1000) + 43_200 } : {}),
    publicChannels: version > 3 ? { 7: { user_id: 7, public_id: hex(32, 'd'), signature: hex(40, 'f'), ...span } } : false,
    serverTime: new Date(now).toISOString()
  }
}

function portal(secure) {
  return (request, response) => {
    request.resume()
    const name = /^\/rest\/\d+\/([a-z]+\w*)\/pull\.config\.get/.exec(request.url)?.[1]
    if (name && framingOf(name)) {
      const result = config(name, secure, request.socket.localPort)
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ result, time: {} }))
    }
    if (request.url.startsWith('/sub/')) {
      // The history holds nothing.
      const mid = new URL(request.url, 'http://x').searchParams.get('mid') ?? ''
      response.writeHead(304, { 'last-message-id': mid, expires: 'Thu, 01 Jan 1973 11:11:01 GMT' })
      return response.end()
    }
    response.writeHead(404)
    response.end()
  }
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

function upgrade(request, socket, head) {
  const { pathname, searchParams } = new URL(request.url, 'http://x')
  const name = /^\/subws\/([a-z]+\w*)\/$/.exec(pathname)?.[1]
  const framing = name && framingOf(name)
  if (!framing) return socket.destroy()
  socket.setNoDelay(true)
  sockets.handleUpgrade(request, socket, head, ws => {
    const rpc = framing.version > 4
    const client = { ws, socket, framing, sent: clients.get(name)?.sent ?? 0, acknowledged: 0 }
    clients.set(name, client)
    const ping = setInterval(() => rpc ? ws.send('ping') : ws.ping('ws ping'), rpc ? RPC_PING_MS : PING_MS)
    ws.on('message', data => {
      if (data.length > 5 && data.toString('latin1', 0, 5) === 'mack:') client.acknowledged += 1
    })
    ws.on('error', () => {})
    ws.on('close', code => {
      clearInterval(ping)
      say({ close: name, code })
    })
    say({ open: name, mid: searchParams.get('mid') })
  })
}

const pass = () => new Promise(setImmediate)
const rest = () => new Promise(resolve => setTimeout(resolve, 1))

function send(client) {
  client.sent += 1
  client.ws.send(client.framing.frame(client.sent), { binary: client.framing.binary })
}

/** As fast as the client takes them; `corked`: several frames in one write to the system. */
async function flood({ flood: name, events, corked, progress }) {
  const client = clients.get(name)
  const end = client.sent + events
  let told = client.sent
  const start = performance.now()
  while (client.sent < end && client.ws.readyState === client.ws.OPEN) {
    if (client.ws.bufferedAmount > MOST_BUFFERED) {
      await rest()
      continue
    }
    if (corked) client.socket.cork()
    for (let left = Math.min(RUN, end - client.sent); left > 0; left -= 1) send(client)
    if (corked) client.socket.uncork()
    if (progress && client.sent - told >= progress) {
      told = client.sent
      say({ progress: name, sent: told })
    }
    await pass()
  }
  while (client.ws.bufferedAmount > 0 && client.ws.readyState === client.ws.OPEN) await rest()
  say({ flooded: name, sent: client.sent, seconds: (performance.now() - start) / 1000 })
}

/** So many a second to each, the clients taking turns within the interval. */
function pace({ pace: names, rate, seconds }) {
  const events = rate * seconds
  const start = performance.now()
  let open = names.length
  names.forEach((name, turn) => {
    const client = clients.get(name)
    const due = number => start + ((number + turn / names.length) * 1000) / rate
    const next = number => {
      if (number === events) {
        open -= 1
        if (open === 0) say({ paced: names, events })
        return
      }
      setTimeout(() => {
        send(client)
        next(number + 1)
      }, Math.max(0, due(number) - performance.now()))
    }
    next(0)
  })
}

function ask({ ask: name }) {
  const client = clients.get(name)
  say({ told: name, mid: midOf(client.sent), acknowledged: client.acknowledged })
}

const { ca, cert, key } = authorityAndServer()
const caFile = path.join(folder, 'ca.pem')
// A client that trusts this one authority alone would be smaller than any client in life.
writeFileSync(caFile, (existsSync(SYSTEM_ROOTS) ? readFileSync(SYSTEM_ROOTS, 'utf8') : '') + ca)
const plain = http.createServer(portal(false))
const secure = https.createServer({ cert, key, ALPNProtocols: ['http/1.1'] }, portal(true))
const ports = await Promise.all([plain, secure].map(server => {
  server.on('upgrade', upgrade)
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
}))
const lines = createInterface({ input: process.stdin })
lines.on('line', line => {
  const order = JSON.parse(line)
  if (order.flood) flood(order)
  else if (order.pace) pace(order)
  else if (order.ask) ask(order)
})
lines.on('close', () => process.exit(0))
say({ ready: { http: ports[0], https: ports[1], ca: caFile } })
