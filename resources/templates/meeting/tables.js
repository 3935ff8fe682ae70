// The tables: searched, filtered by numbers, sorted over all their rows, followed to the map, and saved as CSV.
var ROWS_AT_FIRST = 25, COLUMNS_AT_FIRST = 9;
var tables = [];

// One tab per table; a single table has no tabs.
function tableTabs(result, number) {
  var place = element('div', 'tables'), bar = element('div', 'tabs'), panels = [];
  bar.setAttribute('role', 'tablist');
  bar.setAttribute('aria-label', result.title);
  result.tables.forEach(function (table, i) {
    var tab = element('button', 'tab', table.title), panel = tablePanel(table, result.title);
    tab.type = 'button';
    tab.id = 'tab-' + number + '-' + i;
    tab.setAttribute('role', 'tab');
    panel.id = 'table-' + number + '-' + i;
    tab.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', function () { choose(i); });
    tab.addEventListener('keydown', function (event) {
      var by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) { choose((i + by + panels.length) % panels.length); bar.childNodes[(i + by + panels.length) % panels.length].focus(); }
    });
    bar.appendChild(tab);
    panels.push(panel);
    place.appendChild(panel);
  });
  function choose(chosen) {
    panels.forEach(function (panel, i) {
      panel.hidden = i !== chosen;
      bar.childNodes[i].setAttribute('aria-selected', String(i === chosen));
      bar.childNodes[i].tabIndex = i === chosen ? 0 : -1;
    });
  }
  place.insertBefore(bar, place.firstChild);
  choose(0);
  return place;
}

function tableState(table, answer) {
  return { table: table, answer: answer, wanted: '', sort: null, down: false, all: false, filters: [], elements: {},
    rows: table.ids.map(function (_, row) { return row; }), columns: table.columns.slice(0, COLUMNS_AT_FIRST) };
}

// The words of a row, put together when they are searched for the first time.
function rowKeys(state) {
  state.keys = state.keys || state.table.ids.map(function (id, row) {
    return folded(text(id) + ' ' + state.table.columns.map(function (column) { return text(column.cells[row]); }).join(' '));
  });
  return state.keys;
}

function wantedRows(state) {
  var rows = state.rows;
  if (state.wanted) {
    var keys = rowKeys(state);
    rows = rows.filter(function (row) { return keys[row].indexOf(state.wanted) >= 0; });
  }
  return rows.filter(function (row) {
    return state.filters.every(function (filter) { return passes(filter, filter.column.keys[row]); });
  });
}

// A number that is missing passes no filter; out of reach is beyond every number.
function passes(filter, value) {
  if (value === null || value === undefined) { return false; }
  var shown = value === 'inf' ? Infinity : value * scaleOf(filter.column);
  return shown >= filter.least - 1e-9 && shown <= filter.most + 1e-9;
}

function recipeOf(column) { return data.numbers[column.unit] || data.numbers['']; }
function scaleOf(column) { return recipeOf(column).scale; }
function unitOf(column) { return recipeOf(column).around.replace('{n}', '').trim(); }

function tablePanel(table, answer) {
  var panel = element('div', 'table-panel'), tools = element('div', 'tools'), input = element('input');
  var scroll = element('div', 'scroll'), grid = element('table'), body = element('tbody'), more = button('plain', '');
  var wider = button('plain', say('page.show_columns', { all: table.columns.length })), save = button('plain', words['page.save_csv']);
  var name = answer + ' \u00b7 ' + table.title, shownText = element('span', 'quiet'), state = tableState(table, answer);
  input.type = 'search';
  input.placeholder = words['page.search_table'];
  input.setAttribute('aria-label', words['page.search_table'] + ': ' + name);
  save.setAttribute('aria-label', words['page.save_csv'] + ': ' + name);
  [input, shownText, save].forEach(function (part) { tools.appendChild(part); });
  grid.appendChild(element('caption', 'unseen', name));
  grid.appendChild(element('thead'));
  grid.appendChild(body);
  scroll.appendChild(grid);
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', name);
  wider.hidden = table.columns.length <= COLUMNS_AT_FIRST;
  var filter = filterBox(state, name, function () { refresh(); announce(shownText.textContent); });
  [tools, filter, scroll, more, wider].forEach(function (part) { if (part) { panel.appendChild(part); } });
  panel.appendChild(element('p', 'quiet', tableNotes(table)));
  state.body = body;

  function refresh() {
    var rows = wantedRows(state), some = state.all ? rows : rows.slice(0, ROWS_AT_FIRST);
    body.textContent = '';
    some.forEach(function (row) { body.appendChild(tableRow(state, row)); });
    if (!rows.length) {
      var none = element('td', 'quiet', words['page.no_rows']);
      none.colSpan = state.columns.length;
      body.appendChild(element('tr')).appendChild(none);
    }
    shownText.textContent = say('page.rows_shown', { shown: inWords(some.length), all: inWords(table.all) });
    more.hidden = some.length === rows.length;
    more.textContent = say('page.show_all', { all: inWords(rows.length) });
  }
  input.addEventListener('input', function () { state.wanted = folded(input.value.trim()); refresh(); announce(shownText.textContent); });
  wider.addEventListener('click', function () { state.columns = table.columns; wider.hidden = true; fillHead(); refresh(); });
  more.addEventListener('click', function () { state.all = true; refresh(); });
  save.addEventListener('click', function () { saveFile(fileStem(name) + '.csv', 'text/csv', csvOf(state)); });
  state.reveal = function (row) {
    if (!state.elements[row] || !body.contains(state.elements[row])) {
      state.all = true; state.wanted = ''; input.value = ''; state.filters.length = 0;
      if (filter) { filter.forget(); }
      refresh();
    }
  };
  function fillHead() { grid.replaceChild(tableHead(state, refresh), grid.querySelector('thead')); }
  tables.push(state);
  fillHead();
  refresh();
  return panel;
}

function button(className, content) {
  var made = element('button', className, content);
  made.type = 'button';
  return made;
}

function tableNotes(table) {
  var notes = [table.limited, words['page.sort_hint']];
  if (Array.prototype.some.call(table.at[0], function (layer) { return layer >= 0; })) { notes.push(words['page.place_hint']); }
  if (table.columns.some(function (column) { return column.kind === 'rank'; })) { notes.push(words['page.rank_bands']); }
  return notes.filter(Boolean).join(' ');
}

// Filters by number: at least, at most, in the unit that the column reads in; several hold together.
function filterBox(state, name, refresh) {
  var numeric = state.table.columns.filter(function (column) { return column.keys; });
  if (!numeric.length) { return null; }
  var box = element('details', 'filters'), line = element('div', 'filter-line'), list = element('ul', 'chips');
  var which = element('select'), least = element('input'), most = element('input'), add = button('plain', words['page.filter_add']);
  box.appendChild(element('summary', '', words['page.filter']));
  numeric.forEach(function (column, i) {
    var unit = unitOf(column), option = element('option', '', unit ? column.label + ' (' + unit + ')' : column.label);
    option.value = String(i);
    which.appendChild(option);
  });
  which.setAttribute('aria-label', words['page.filter_column'] + ': ' + name);
  [[least, 'page.at_least'], [most, 'page.at_most']].forEach(function (one) {
    one[0].type = 'number';
    one[0].step = 'any';
    one[0].placeholder = words[one[1]];
    one[0].setAttribute('aria-label', words[one[1]] + ': ' + name);
    one[0].addEventListener('keydown', function (event) { if (event.key === 'Enter') { keep(); } });
  });
  function keep() {
    if (least.value === '' && most.value === '') { return; }
    var filter = { column: numeric[+which.value], least: least.value === '' ? -Infinity : +least.value, most: most.value === '' ? Infinity : +most.value };
    state.filters.push(filter);
    var words_ = filterWords(filter), chip = element('li'), off = button('chip', words_ + ' \u00d7');
    off.setAttribute('aria-label', say('page.filter_off', { what: words_ }));
    off.addEventListener('click', function () {
      state.filters.splice(state.filters.indexOf(filter), 1);
      chip.remove();
      refresh();
      which.focus();
    });
    chip.appendChild(off);
    list.appendChild(chip);
    least.value = most.value = '';
    refresh();
  }
  add.addEventListener('click', keep);
  [which, least, most, add].forEach(function (part) { line.appendChild(part); });
  box.appendChild(line);
  box.appendChild(list);
  box.forget = function () { list.textContent = ''; };
  return box;
}

function filterWords(filter) {
  var unit = unitOf(filter.column);
  function said(value) { return value.toLocaleString(data.locale) + (unit ? '\u00a0' + unit : ''); }
  var which = !isFinite(filter.least) ? 'page.filter_most' : !isFinite(filter.most) ? 'page.filter_least' : 'page.filter_both';
  return say(which, { column: filter.column.label, least: said(filter.least), most: said(filter.most) });
}

function tableHead(state, refresh) {
  var head = element('thead'), line = element('tr');
  state.columns.forEach(function (column) {
    var cell = element('th', column.keys ? 'numeric' : ''), heading = button('', column.label);
    cell.scope = 'col';
    if (column.help) { heading.title = column.help; }
    if (state.sort === column) { cell.setAttribute('aria-sort', state.down ? 'descending' : 'ascending'); }
    heading.addEventListener('click', function () {
      state.down = state.sort === column ? !state.down : Boolean(column.keys) && column.kind !== 'rank';
      state.sort = column;
      sortRows(state, column);
      line.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
      cell.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      refresh();
      announce(column.label + ': ' + words[state.down ? 'page.sorted_down' : 'page.sorted_up']);
    });
    cell.appendChild(heading);
    line.appendChild(cell);
  });
  head.appendChild(line);
  return head;
}

// All rows, numbers by value, out of reach beyond every number, missing last both ways; text by the alphabet.
function sortRows(state, column) {
  var sign = state.down ? -1 : 1, order = new Intl.Collator(data.locale, { numeric: true });
  function key(row) {
    var value = column.keys ? column.keys[row] : text(column.cells[row]);
    return value === 'inf' ? Infinity : value;
  }
  state.rows.sort(function (a, b) {
    var x = key(a), y = key(b), gone = (x === null || x === '') - (y === null || y === '');
    if (gone) { return gone; }
    if (x === y) { return a - b; }
    return sign * (typeof x === 'string' ? order.compare(x, y) : x < y ? -1 : 1);
  });
}

function linkOf(table, row) { return table.at[0][row] < 0 ? null : [table.at[0][row], table.at[1][row]]; }

function tableRow(state, row) {
  var line = element('tr'), link = linkOf(state.table, row);
  var named = state.table.columns.find(function (other) { return !other.keys; });
  state.columns.forEach(function (column) { line.appendChild(tableCell(column, row, column === named ? link : null)); });
  if (link) {
    line.className = 'linked';
    line.addEventListener('click', function (event) { followRow(link, event.target.tagName === 'BUTTON' && event.detail === 0); });
    if (link[0] === selection.layer && link[1] === selection.row) { line.setAttribute('aria-current', 'true'); }
  }
  state.elements[row] = line;
  return line;
}

function followRow(link, byKey) {
  goTo(link[0], link[1]);
  openCard(link[0], link[1], [], byKey);
  document.getElementById('map-region').scrollIntoView({ block: 'nearest' });
}

function tableCell(column, row, link) {
  var cell = element('td', column.keys ? 'numeric' : link ? 'place' : column.long ? 'prose' : ''), content = text(column.cells[row]);
  if (content.length > 60) { cell.title = content; }
  if (link) {
    var place = button('link bounded', content);
    place.title = say('page.show_on_map', { name: content });
    cell.appendChild(place);
    return cell;
  }
  if (column.kind === 'rank') { return rankCell(column, row, cell, content); }
  if (column.kind === 'bar' && typeof column.keys[row] === 'number') { cell.appendChild(cellBar(column, row)); }
  if (column.keys) { cell.appendChild(document.createTextNode(content)); } else { cell.appendChild(element('span', 'bounded', content)); }
  if (column.margins && text(column.margins[row])) { cell.appendChild(element('span', 'quiet', ' ' + text(column.margins[row]))); }
  return cell;
}

function cellBar(column, row) {
  var track = element('span', 'track small'), fillBar = element('span', 'fill'), value = Math.min(Math.max(column.keys[row], 0), 1);
  fillBar.style.width = 100 * value + '%';
  track.appendChild(fillBar);
  if (column.moe && typeof column.moe[row] === 'number') { track.appendChild(whisker(value, column.moe[row], 0, 1)); }
  track.setAttribute('aria-hidden', 'true');
  return track;
}

// A dot on a bar: the rank and the ranks it could have, where they were placed when the file was made.
function rankCell(column, row, cell, content) {
  var band = element('span', 'band'), bar = element('span', 'range'), dot = element('span', 'dot');
  var places = column.places && column.places[row];
  cell.className = 'rank';
  cell.appendChild(element('strong', '', content));
  if (!places) { return cell; }
  bar.style.left = places[0] / 10 + '%';
  bar.style.width = places[1] / 10 + '%';
  dot.style.left = places[2] / 10 + '%';
  band.setAttribute('aria-hidden', 'true');
  band.appendChild(bar);
  band.appendChild(dot);
  cell.appendChild(band);
  cell.appendChild(element('span', 'quiet', text(column.ends[row]))).setAttribute('aria-hidden', 'true');
  cell.appendChild(element('span', 'unseen', text(column.bands[row])));
  return cell;
}

// A place chosen on the map is marked in every table of an open finding that lists it.
function markRow(layerNumber, row) {
  tables.forEach(function (state) {
    state.body.querySelectorAll('[aria-current]').forEach(function (line) { line.removeAttribute('aria-current'); });
    if (layerNumber < 0 || !state.body.closest('.result') || state.body.closest('.result').hidden) { return; }
    var at = state.table.at[0].findIndex(function (layer, i) { return layer === layerNumber && state.table.at[1][i] === row; });
    if (at < 0) { return; }
    state.reveal(at);
    var line = state.elements[at], scroll = line.closest('.scroll');
    line.setAttribute('aria-current', 'true');
    scroll.scrollTop = Math.max(line.offsetTop - scroll.clientHeight / 2, 0);
  });
}

// --- CSV -------------------------------------------------------------------------------------------------------------

// All rows that the search and the filters leave, in their order, every column; numbers in the unit of the heading.
function csvOf(state) {
  var table = state.table, points = table.at[0].some(function (layer) { return layer >= 0 && data.layers[layer].points; });
  var heads = [words['page.csv_answer'], words['page.csv_table'], 'id'];
  table.columns.forEach(function (column) {
    var unit = column.keys ? unitOf(column) : '', head = unit ? column.label + ' (' + unit + ')' : column.label;
    heads.push(head);
    if (column.moe) { heads.push(head + ' \u00b1'); }
    if (column.ends) { heads.push(head + ': ' + words['page.csv_band']); }
  });
  if (points) { heads.push('longitude', 'latitude'); }
  var lines = [heads].concat(wantedRows(state).map(function (row) {
    var cells = [state.answer, table.title, text(table.ids[row])], link = linkOf(table, row);
    table.columns.forEach(function (column) {
      cells.push(csvNumber(column, column.keys && column.keys[row], text(column.cells[row])));
      if (column.moe) { cells.push(csvNumber(column, column.moe[row], '')); }
      if (column.ends) { cells.push(text(column.ends[row])); }
    });
    if (points) {
      var point = link && data.layers[link[0]].points && data.layers[link[0]].points[link[1]];
      [0, 1].forEach(function (axis) { cells.push(point ? { number: String(point[axis] / data.steps) } : ''); });
    }
    return cells;
  }));
  return '\ufeff' + lines.map(function (cells) { return cells.map(csvCell).join(','); }).join('\r\n') + '\r\n';
}

// A number as it is; why there is none, in words.
function csvNumber(column, value, words_) {
  if (typeof value !== 'number') { return words_; }
  return { number: String(+(value * scaleOf(column)).toPrecision(12)) };
}

// Text of others never runs in a spreadsheet: what begins like a formula gets a mark before it.
function csvCell(cell) {
  if (cell.number !== undefined) { return cell.number; }
  var safe = /^[\s\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(cell) ? "'" + cell : cell;
  return /[",\r\n\u0085\u2028\u2029\u000b\u000c]|^\s|\s$/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}
