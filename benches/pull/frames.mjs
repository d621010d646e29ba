// Frames of the push server with one event of 808 bytes each, in the framings of its versions 3, 4 and 5.
//
// A frame is a copy of a template with its id written over: the feeder must cost little beside the client.

const BODY_BYTES = 808
const SECONDS = '1795304145'
const LINK = 'hotstart://onec/trade/e1cib/data/Документ.ЗаказКлиента?ref=8a0a50ebf6d5a0b711edc1c4c2b1f3d2'

/** The event: a chat message with Cyrillic text and a link to a 1C document, as a portal publishes it. */
function event() {
  const make = fill => JSON.stringify({
    module_id: 'im',
    command: 'message',
    params: {
      chatId: 12,
      dialogId: '1',
      message: {
        id: 345,
        chatId: 12,
        senderId: 1,
        recipientId: '7',
        system: 'N',
        date: '2026-11-22T10:00:00+03:00',
        text: `Заказ клиента согласован, можно отгружать: ${LINK} ${fill}`,
        params: {}
      },
      users: { 1: { id: 1, name: 'Иван Петров', first_name: 'Иван', last_name: 'Петров', color: '#df532d', status: 'online' } },
      notify: true,
      counter: 3
    },
    extra: {
      server_time: '2026-11-22T10:00:00+03:00',
      server_time_unix: 1795330800.1234,
      server_name: 'portal.example.ru',
      revision_web: 19,
      revision_mobile: 3
    }
  })
  const missing = BODY_BYTES - Buffer.byteLength(make(''))
  if (missing < 0) throw new Error(`the event is ${-missing} bytes too long`)
  return make('x'.repeat(missing))
}

/** The id of message `number`: 10 digits of the server's start, then a counter. */
export const midOf = number => SECONDS + String(number).padStart(16, '0')

const MARK = midOf(0)

function patched(text) {
  const template = Buffer.from(text)
  const places = []
  for (let at = template.indexOf(MARK); at >= 0; at = template.indexOf(MARK, at + 1)) places.push(at)
  return number => {
    const frame = Buffer.allocUnsafe(template.length)
    template.copy(frame)
    const mid = midOf(number)
    for (const place of places) frame.latin1Write(mid, place, mid.length)
    return frame
  }
}

/** Version 3: an envelope between markers. */
function text() {
  const head = `{"id":1,"mid":"${MARK}","channel":"-","tag":"732","time":"Sun, 22 Nov 2026 07:00:00 GMT"`
  return { version: 3, binary: false, frame: patched(`#!NGINXNMS!#${head},"text":${event()}}#!NGINXNME!#`) }
}

/** Version 5: a JSON-RPC call. */
function jsonrpc() {
  const params = `{"mid":"${MARK}","body":${event()},"sender":{"type":2}}`
  return { version: 5, binary: false, frame: patched(`{"jsonrpc":"2.0","method":"incoming.message","params":${params}}`) }
}

/** Version 4: a ResponseBatch with one OutgoingMessage of the portal. */
function protobuf() {
  const varint = number => number < 128 ? [number] : [(number & 127) | 128, ...varint(number >>> 7)]
  const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])
  const id = Buffer.from(MARK, 'hex')
  const created = Buffer.from([(4 << 3) | 5, 0, 0, 0, 0])
  created.writeUInt32LE(1795330800, 1)
  const expiry = Buffer.from([3 << 3, ...varint(86400)])
  const message = [field(1, id), field(2, Buffer.from(event())), expiry, created, field(5, Buffer.from([8, 2]))]
  const template = field(1, field(1, field(1, Buffer.concat(message))))
  const place = template.indexOf(id)
  const frame = number => {
    const frame = Buffer.allocUnsafe(template.length)
    template.copy(frame)
    frame.hexWrite(midOf(number), place, id.length)
    return frame
  }
  return { version: 4, binary: true, frame }
}

export const FRAMINGS = { text: text(), jsonrpc: jsonrpc(), protobuf: protobuf() }
