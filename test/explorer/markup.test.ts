import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dataBlock, html, joined } from '../../src/explorer/markup.ts'

test('escapes texts and leaves markup alone', () => {
  const inner = html`<b>${'a & b'}</b>`
  assert.equal(
    html`<p title="${`"'<`}">${inner}${[1, ' ', inner]}${undefined}${false}</p>`.text,
    '<p title="&quot;&#39;&lt;"><b>a &amp; b</b>1 <b>a &amp; b</b></p>',
  )
})

test('writes out what nobody would see', () => {
  assert.equal(html`${'a\x1b[31mb\u202ec\td\n'}`.text, 'a\\x1b[31mb\\u{202e}c\td\n')
})

test('puts something between parts', () => {
  assert.equal(joined(['<', html`<br>`], ', ').text, '&lt;, <br>')
})

test('no text ends an element, an attribute or a data block', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(html`${text}`.text, /[<>"']/)
      const block = dataBlock('x', { text }).text
      assert.equal(block.indexOf('</script>'), block.length - '</script>'.length)
      const json = block.slice(block.indexOf('>') + 1, -'</script>'.length)
      assert.deepEqual(JSON.parse(json), { text })
    }),
  )
})
