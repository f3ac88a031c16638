// SPDX-License-Identifier: GPL-2.0-only
// report-check.js - tests/meta/report puts this into a copy of a report's page: what it finds is appended to
// the page, a line a check that begins with "ok" or "FAIL", and then "the end". In a frame it tells its parent how wide the page is.
'use strict';

const results = [];
const check = (what, ok, got) => results.push(`${ok ? 'ok' : 'FAIL'} ${what}${ok ? '' : ': got ' + JSON.stringify(got)}`);
const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const numbers = (rows, column) => rows.map((row) => row.cells[column].dataset.v).filter((v) => v !== undefined).map(Number);
const ascends = (values) => values.every((v, i) => !i || v >= values[i - 1]);

function checkDocument() {
	const ids = all('[id]').map((e) => e.id), levels = all('h1, h2, h3, h4').map((h) => Number(h.tagName[1]));

	check('ids are unique', new Set(ids).size === ids.length, ids.filter((id, i) => ids.indexOf(id) !== i));
	check('links lead somewhere', all('a[href]').every((a) => a.hash && document.getElementById(decodeURIComponent(a.hash.slice(1)))),
		all('a[href]').filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.getAttribute('href')));
	check('figures have a name and a description', all('figure > svg').length > 0 && all('figure > svg').every((svg) =>
		svg.getAttribute('aria-label') && document.getElementById(svg.getAttribute('aria-describedby')).textContent.length > 20));
	check('images have an alternative', all('img').every((img) => img.alt));
	check('figures refer to themselves alone', all('use').every((u) => document.getElementById(u.href.baseVal.slice(1))));
	check('headings skip no level', levels[0] === 1 && levels.every((l, i) => !i || l <= levels[i - 1] + 1), levels);
	check('headings are not empty', all('h1, h2, h3, h4').every((h) => h.textContent.trim()));
	check('nothing was fetched', performance.getEntriesByType('resource').length === 0,
		performance.getEntriesByType('resource').map((r) => r.name));
	check('controls have labels', all('input, select').every((c) => c.labels.length > 0) && all('button').every((b) => b.textContent));
}

function checkSort(table) {
	const header = Array.from(table.tHead.rows[0].cells).find((th) => th.textContent === 'ratio');
	const button = header.querySelector('button'), column = header.cellIndex, rows = () => Array.from(table.tBodies[0].rows);
	const before = rows(), states = [];

	button.focus();
	check('a header takes the focus', document.activeElement === button && button.tabIndex === 0);
	check('what matters most is on top', before[0].dataset.verdict === 'fails' && before[1].dataset.verdict === 'worse',
		before.map((row) => row.dataset.verdict));
	button.click();
	states.push(header.getAttribute('aria-sort'));
	check('sorts up', ascends(numbers(rows(), column)) && numbers(rows(), column).length > 3, numbers(rows(), column));
	check('no value comes last', rows().at(-1).cells[column].dataset.v === undefined, rows().at(-1).textContent);
	button.click();
	states.push(header.getAttribute('aria-sort'));
	check('sorts down', ascends(numbers(rows(), column).reverse()), numbers(rows(), column));
	check('no value comes last again', rows().at(-1).cells[column].dataset.v === undefined, rows().at(-1).textContent);
	table.tHead.rows[0].cells[0].querySelector('button').click();
	check('sorts words', ascends(rows().map((row) => row.cells[0].textContent.localeCompare('dma', 'en', { numeric: true }))) &&
		header.getAttribute('aria-sort') === 'none', rows().map((row) => row.cells[0].textContent));
	button.click();
	button.click();
	button.click();
	states.push(header.getAttribute('aria-sort'));
	check('and as it was', same(rows().map((r) => before.indexOf(r)), before.map((r, i) => i)));
	check('says how', same(states, ['ascending', 'descending', 'none']), states);
}

function checkFilter(section) {
	const rows = all('table.pair tbody tr', section), shown = () => rows.filter((row) => row.getClientRects().length);
	const [verdict, workload] = all('.filter select', section), text = section.querySelector('.filter input');
	const count = section.querySelector('.filter output');
	const set = (control, value) => {
		control.value = value;
		control.dispatchEvent(new Event('input', { bubbles: true }));
	};

	all('details', section).forEach((d) => { d.open = true; });
	check('all is shown', shown().length === rows.length, shown().length);
	set(verdict, 'worse');
	check('filters by verdict', shown().length > 0 && shown().length < rows.length &&
		shown().every((row) => row.dataset.verdict === 'worse'), shown().map((row) => row.dataset.verdict));
	check('says how many', count.textContent === `${shown().length} of ${rows.length} rows`, count.textContent);
	set(verdict, '');
	set(workload, 'dma');
	check('filters by workload', shown().length > 0 && shown().length < rows.length &&
		shown().every((row) => row.dataset.workload === 'dma'), shown().map((row) => row.dataset.workload));
	set(text, 'THREADS=4 op');
	check('filters by words', shown().length === 1 && shown()[0].textContent.includes('threads=4'), shown().map((row) => row.textContent));
	set(text, 'no such case');
	check('filters all away', shown().length === 0, shown().length);
	set(text, '');
	set(workload, '');
	check('all is shown again', shown().length === rows.length, shown().length);
	all('details', section).forEach((d) => { d.open = false; });
	set(text, 'threads=4');
	check('what was asked for is unfolded', shown().length === 1, shown().length);
	set(text, '');
}

if (window !== parent) {
	all('details').forEach((d) => { d.open = true; });
	parent.postMessage(`width ${innerWidth} ${document.documentElement.scrollWidth} ${document.body.scrollWidth}`, '*');
} else {
	checkDocument();
	all('section.cases').forEach((section) => {
		checkSort(section.querySelector('table.pair'));
		checkFilter(section);
	});
	check('the run has two beds', all('section.cases').length === 2, all('section.cases').length);
	for (const line of results.concat('the end'))
		document.body.append(Object.assign(document.createElement('p'), { className: 'result', textContent: line }));
}
