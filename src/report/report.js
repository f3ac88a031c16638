// SPDX-License-Identifier: GPL-2.0-only
// report.js - sorts and filters the tables of the page, which is whole without it; the program has this file within itself.
'use strict';

// ---- sorting: a header becomes a button; up, down, and back to how it was ----

function valueOf(row, column) {
	const cell = row.cells[column];

	if (!cell)
		return '';
	return 'v' in cell.dataset ? Number(cell.dataset.v) : cell.textContent.trim();
}

// Numbers before words, and what has no value last, whichever way it goes.
function inOrder(a, b, direction) {
	const rank = (v) => v === '' || v === '\u2013' || Number.isNaN(v) ? 2 : typeof v === 'number' ? 0 : 1;

	if (rank(a) !== rank(b) || rank(a) === 2)
		return rank(a) - rank(b);
	return direction * (typeof a === 'number' ? a - b : a.localeCompare(b, 'en', { numeric: true }));
}

function sortBy(table, header) {
	const next = { none: 'ascending', ascending: 'descending', descending: 'none' };
	const state = next[header.getAttribute('aria-sort')];
	const body = table.tBodies[0], rows = Array.from(body.rows), column = header.cellIndex;
	const place = (row) => Number(row.dataset.place);

	for (const other of header.parentNode.cells)
		other.setAttribute('aria-sort', 'none');
	header.setAttribute('aria-sort', state);
	rows.sort((a, b) => (state === 'none' ? 0 :
		inOrder(valueOf(a, column), valueOf(b, column), state === 'ascending' ? 1 : -1)) || place(a) - place(b));
	body.append(...rows);
}

function makeSortable(table) {
	Array.from(table.tBodies[0].rows).forEach((row, i) => { row.dataset.place = i; });
	for (const header of table.tHead.rows[0].cells) {
		const button = document.createElement('button');

		button.type = 'button';
		button.append(...header.childNodes);
		header.append(button);
		header.setAttribute('aria-sort', 'none');
		button.addEventListener('click', () => sortBy(table, header));
	}
}

// ---- filters: of all tables of one section ----

function labelled(text, control) {
	const label = document.createElement('label');

	label.append(text + ' ', control);
	return label;
}

function choice(rows, key, all) {
	const select = document.createElement('select');

	select.append(new Option(all, ''));
	for (const value of new Set(rows.map((row) => row.dataset[key])))
		select.append(new Option(value, value));
	return select;
}

function makeFilter(section) {
	const rows = Array.from(section.querySelectorAll('table.pair tbody tr'));
	const text = document.createElement('input'), shown = document.createElement('output'), bar = document.createElement('div');
	const verdict = choice(rows, 'verdict', 'all'), workload = choice(rows, 'workload', 'all');

	function apply() {
		const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
		let left = 0;

		for (const row of rows) {
			const content = row.textContent.toLowerCase();

			row.hidden = (verdict.value && row.dataset.verdict !== verdict.value) ||
				(workload.value && row.dataset.workload !== workload.value) ||
				!words.every((word) => content.includes(word));
			left += !row.hidden;
		}
		shown.textContent = `${left} of ${rows.length} rows`;
		// What was asked for is not to stay folded away.
		for (const fold of section.querySelectorAll('details'))
			fold.open = fold.open || (left < rows.length && Boolean(fold.querySelector('tbody tr:not([hidden])')));
	}

	text.type = 'search';
	text.size = 16;
	bar.className = 'filter';
	bar.setAttribute('role', 'search');
	bar.append(labelled('Case or word', text), labelled('Verdict', verdict), labelled('Workload', workload), shown);
	bar.addEventListener('input', apply);
	section.querySelector('details').before(bar);
	apply();
}

document.querySelectorAll('table.sort').forEach(makeSortable);
document.querySelectorAll('section.cases').forEach(makeFilter);

// ---- paper: nothing stays folded ----

let folded = [];
addEventListener('beforeprint', () => {
	folded = Array.from(document.querySelectorAll('details:not([open])'));
	folded.forEach((fold) => { fold.open = true; });
});
addEventListener('afterprint', () => folded.forEach((fold) => { fold.open = false; }));
