// A certificate authority and a certificate for this computer, both of one day, made anew at every run: the client is to
// go the whole way of TLS, and no key lies around in the repository. Node has no maker of certificates, so the few
// structures (RFC 5280) are written here by hand.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const tagged = (tag, ...parts) => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts) => tagged(0x30, ...parts)
const bytes = (...list) => Buffer.from(list)
const octets = content => tagged(0x04, content)
const bits = (unused, content) => tagged(0x03, bytes(unused), content)
const oid = hex => tagged(0x06, Buffer.from(hex, 'hex'))
const time = date => tagged(0x17, Buffer.from(date.toISOString().replace(/[-:T]/g, '').slice(2, 14) + 'Z'))
const yes = tagged(0x01, bytes(0xff))

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const extension = (id, critical, value) => sequence(oid(id), ...(critical ? [yes] : []), octets(value))
const name = text => sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(text)))))

function certificate({ subject, issuer, publicKey, signer, extensions }) {
  const serial = randomBytes(15)
  serial[0] = 1 + (serial[0] & 0x3f)
  const from = new Date(Date.now() - 3_600_000)
  const content = sequence(
    tagged(0xa0, tagged(0x02, bytes(2))),
    tagged(0x02, serial),
    ECDSA_WITH_SHA256,
    name(issuer),
    sequence(time(from), time(new Date(from.getTime() + 86_400_000))),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions))
  )
  const signed = sequence(content, ECDSA_WITH_SHA256, bits(0, sign('sha256', content, signer)))
  const lines = signed.toString('base64').match(/.{1,64}/g).join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** PEM texts: the authority to be trusted, and certificate and key of a server on 127.0.0.1. */
export function authorityAndServer() {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = 'Bench of one run'
  const ca = certificate({
    subject: issuer,
    issuer,
    publicKey: authority.publicKey,
    signer: authority.privateKey,
    extensions: [
      extension('551d13', true, sequence(yes)),
      extension('551d0f', true, bits(1, bytes(0x06)))
    ]
  })
  const cert = certificate({
    subject: '127.0.0.1',
    issuer,
    publicKey: server.publicKey,
    signer: authority.privateKey,
    extensions: [
      extension('551d0f', true, bits(7, bytes(0x80))),
      extension('551d25', false, sequence(oid('2b06010505070301'))),
      extension('551d11', false, sequence(tagged(0x87, bytes(127, 0, 0, 1))))
    ]
  })
  return { ca, cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}
