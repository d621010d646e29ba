// The official REST client of Bitrix24 (npm @bitrix24/b24jssdk) against the portal of the demo office.
//
//   node rest.mjs '<ready line of hotstart-office --json>'      or      node rest.mjs <file with that line>
//
// An application gets in through the pages, calls, refreshes its tokens, reads lists and batches, and meets refusals.
// Exits 0 when every step went as the documentation says, 1 with the failed step otherwise.
import { readFileSync } from 'node:fs'
import assert from 'node:assert/strict'
import { B24OAuth } from '@bitrix24/b24jssdk'

const [given] = process.argv.slice(2)
if (!given) {
  console.error('usage: node rest.mjs <ready line or file>')
  process.exit(2)
}
const ready = JSON.parse(given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8'))
const host = new URL(ready.portal).host
let number = 0

async function control(path, body) {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${ready.control}${path}`, init)
  const answer = await response.json()
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`)
  return answer
}

// The form of the portal, then the redirect with the code, then the tokens.
async function tokensOf(application, login) {
  const asked = `/oauth/authorize/?client_id=${application.client_id}&state=s1`
  const page = await (await fetch(`${ready.portal}${asked}`)).text()
  assert.match(page, /name="USER_LOGIN"/)
  const form = new URLSearchParams({ AUTH_FORM: 'Y', backurl: asked, USER_LOGIN: login, USER_PASSWORD: 'demo' })
  const posted = await fetch(`${ready.portal}/auth/?login=yes`, { method: 'POST', body: form, redirect: 'manual' })
  assert.equal(posted.headers.get('location'), asked)
  const cookie = posted.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
  const sent = await fetch(`${ready.portal}${asked}`, { headers: { cookie }, redirect: 'manual' })
  const back = new URL(sent.headers.get('location'))
  assert.equal(`${back.origin}${back.pathname}`, application.redirect_uri)
  assert.equal(back.searchParams.get('state'), 's1')
  const body = new URLSearchParams({
    grant_type: 'authorization_code', client_id: application.client_id, client_secret: application.client_secret,
    code: back.searchParams.get('code')
  })
  const answer = await fetch(`${ready.portal}/oauth/token/`, { method: 'POST', body })
  assert.equal(answer.status, 200)
  return answer.json()
}

function clientOf(application, tokens) {
  const kept = {
    applicationToken: application.application_token, userId: tokens.user_id, memberId: tokens.member_id,
    accessToken: tokens.access_token, refreshToken: tokens.refresh_token, expires: tokens.expires,
    expiresIn: tokens.expires_in, scope: tokens.scope, domain: host, clientEndpoint: tokens.client_endpoint,
    serverEndpoint: tokens.server_endpoint, status: tokens.status, issuer: 'store'
  }
  return new B24OAuth(kept, { clientId: application.client_id, clientSecret: application.client_secret })
}

const call = (b24, method, params = {}) =>
  b24.actions.v2.call.make({ method, params, requestId: `peer-${++number}` })

async function result(b24, method, params) {
  const answer = await call(b24, method, params)
  assert.ok(answer.isSuccess, `${method}: ${answer.getErrorMessages()}`)
  return answer.getData().result
}

async function step(name, run) {
  const start = performance.now()
  try {
    const said = await run()
    console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)${said ? `: ${said}` : ''}`)
  } catch (error) {
    console.log(`FAIL  ${name}: ${error.stack}`)
    process.exit(1)
  }
}

const application = await control('/portal/application', { scopes: ['crm', 'im', 'user'] })
let b24

await step('gets in through the pages', async () => {
  const tokens = await tokensOf(application, 'lebedev')
  assert.deepEqual([tokens.status, tokens.expires_in, tokens.scope], ['L', 3600, 'crm,im,user'])
  b24 = clientOf(application, tokens)
  assert.equal((await result(b24, 'profile')).ID, '2')
  assert.equal((await result(b24, 'app.info')).CODE, application.client_id)
})

await step('refreshes when the token expired', async () => {
  await control('/portal/tokens', { end: 'access', client_id: application.client_id })
  const before = (await control('/portal/state')).oauth.refreshes
  assert.equal((await result(b24, 'user.current')).ID, '2')
  assert.equal((await control('/portal/state')).oauth.refreshes, before + 1)
  assert.equal((await result(b24, 'profile')).ID, '2')
})

await step('reads a list by pages', async () => {
  await control('/portal/bulk', { type: 4, count: 120, first_id: 1001 })
  const first = await call(b24, 'crm.company.list', { select: ['ID'], order: { ID: 'ASC' } })
  assert.equal(first.getTotal(), 123)
  assert.ok(first.isMore())
})

await step('reads everything by ids', async () => {
  const answer = await b24.actions.v2.callList.make({
    method: 'crm.item.list', params: { entityTypeId: 4, select: ['id'] }, idKey: 'id', customKeyForResult: 'items',
    requestId: `peer-${++number}`
  })
  assert.ok(answer.isSuccess, answer.getErrorMessages().join())
  assert.equal(new Set(answer.getData().map(item => item.id)).size, 123)
})

await step('sends a batch', async () => {
  const answer = await b24.actions.v2.batch.make({
    calls: [['crm.deal.list', { select: ['ID'] }], ['user.current', {}]],
    options: { isHaltOnError: false, returnAjaxResult: false, requestId: `peer-${++number}` }
  })
  assert.ok(answer.isSuccess, answer.getErrorMessages().join())
  const [deals, me] = answer.getData()
  assert.ok(deals.length >= 6)
  assert.equal(me.ID, '2')
})

await step('is refused what it was not given', async () => {
  const refused = await call(b24, 'pull.application.config.get').catch(error => ({ thrown: error }))
  const text = refused.thrown ? String(refused.thrown.code ?? refused.thrown) : [...refused.getErrors()].map(error => error.code ?? error.message).join()
  assert.match(text, /insufficient_scope|higher privileges/i)
})

await step('waits and repeats when it was too fast', async () => {
  await control('/portal/answer', { method: 'profile', status: 503, error: 'QUERY_LIMIT_EXCEEDED', description: 'Too many requests' })
  assert.equal((await result(b24, 'profile')).ID, '2')
})

await step('is stopped by a dead refresh token', async () => {
  await control('/portal/tokens', { end: 'access', client_id: application.client_id })
  await control('/portal/tokens', { end: 'refresh', client_id: application.client_id })
  const refused = await call(b24, 'profile').catch(error => ({ thrown: error }))
  assert.ok(refused.thrown || !refused.isSuccess)
})

process.exit(0)
