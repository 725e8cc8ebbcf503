// For the service `setup` of docker-compose.yml, after `mitra setup --create-roles`: the password that Kibana has for Elasticsearch, and
// the users of the agent and of those who ask, each with the one role that it needs. Run again, it sets them again.
// The certificate's authority comes with NODE_EXTRA_CA_CERTS.
const { ELASTICSEARCH_URL, ELASTIC_PASSWORD, KIBANA_PASSWORD, MITRA_AGENT_PASSWORD, MITRA_SEARCHER_PASSWORD } =
  process.env

const authorization = `Basic ${Buffer.from(`elastic:${ELASTIC_PASSWORD}`).toString('base64')}`

async function send(method, path, body) {
  const answer = await fetch(`${ELASTICSEARCH_URL}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
}

await send('POST', '/_security/user/kibana_system/_password', { password: KIBANA_PASSWORD })
await send('PUT', '/_security/user/mitra_agent', { password: MITRA_AGENT_PASSWORD, roles: ['mitra_agent'] })
await send('PUT', '/_security/user/mitra_searcher', { password: MITRA_SEARCHER_PASSWORD, roles: ['mitra_searcher'] })
