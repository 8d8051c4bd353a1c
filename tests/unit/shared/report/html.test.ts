import assert from 'node:assert/strict';
import { escapeHtml, html } from '../../../../shared/report/html.ts';

describe('text in a page', () => {
  test('is text wherever it stands: no element, no end of an attribute in quotes of either kind', () => {
    assert.equal(escapeHtml(`<b title="a" lang='b'>&amp;`), '&#60;b title=&#34;a&#34; lang=&#39;b&#39;&#62;&#38;amp;');
    assert.equal(html`<p title="${'"'}" lang='${"'"}'>${'<'}</p>`.markup, `<p title="&#34;" lang='&#39;'>&#60;</p>`);
  });

  test('is escaped once: what is markup already stays so, also in a list', () => {
    assert.equal(html`${html`<b>${'&'}</b>`}`.markup, '<b>&#38;</b>');
    assert.equal(html`${['<', html`<i></i>`]}`.markup, '&#60;<i></i>');
  });

  test('of what is not there is nothing, and of a number its digits', () => {
    assert.equal(html`${null}${undefined}${false}${0}`.markup, '0');
  });
});
