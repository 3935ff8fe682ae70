// The answers: key figures, bars, and tables that can be searched, sorted and followed to the map.
var ROWS_AT_FIRST = 25, COLUMNS_AT_FIRST = 9, ANSWERS_AT_A_GLANCE = 3;
var tables = [];

function startResults() {
  var place = document.getElementById('results'), methods = document.getElementById('method-list');
  if (data.results.length > ANSWERS_AT_A_GLANCE) { place.appendChild(contents()); }
  data.results.forEach(function (result, number) {
    place.appendChild(resultBlock(result, number));
    methodNotes(methods, result);
  });
  document.getElementById('method').hidden = !methods.childNodes.length;
  place.hidden = !data.results.length;
}

// Many answers are listed on top, each a way to it.
function contents() {
  var place = element('nav', 'result contents'), heading = element('h2', '', words['page.results']), list = element('ol');
  heading.id = 'contents-title';
  place.setAttribute('aria-labelledby', heading.id);
  place.appendChild(heading);
  data.results.forEach(function (result, number) {
    var line = element('li'), link = element('a', '', result.title);
    link.href = '#result-' + number;
    line.appendChild(link);
    list.appendChild(line);
  });
  place.appendChild(list);
  return place;
}

// What an answer says about its making stands under its title where there are several.
function methodNotes(place, result) {
  if (!result.notes.length) { return; }
  if (data.results.length > 1) {
    var line = element('li', 'of', result.title);
    place = line.appendChild(element('ul'));
    document.getElementById('method-list').appendChild(line);
  }
  result.notes.forEach(function (note) { place.appendChild(element('li', '', note)); });
}

function resultBlock(result, number) {
  var block = element('section', 'result'), heading = element('h2', '', result.title);
  heading.id = 'result-' + number;
  block.setAttribute('aria-labelledby', heading.id);
  block.appendChild(heading);
  if (result.sentence) { block.appendChild(element('p', 'sentence', result.sentence)); }
  var summary = element('div', 'summary');
  if (result.figures.length) { summary.appendChild(figures(result.figures)); }
  if (result.bars.length) { summary.appendChild(bars(result)); }
  if (summary.childNodes.length) { block.appendChild(summary); }
  if (result.tables.length) { block.appendChild(tableTabs(result, number)); }
  return block;
}

// The first three are the answer; the others stand smaller beside them.
function figures(list) {
  var place = element('dl', 'figures');
  list.forEach(function (figure, i) {
    var tile = element('div', i < 3 ? 'figure' : 'figure lesser'), value = element('dd', 'value', figure.value);
    if (figure.margin) { value.appendChild(element('span', 'quiet', ' ' + figure.margin)); }
    tile.appendChild(element('dt', '', figure.label));
    tile.appendChild(value);
    if (figure.range) { tile.appendChild(element('dd', 'quiet', figure.range)); }
    if (figure.note) { tile.appendChild(element('dd', 'quiet', figure.note)); }
    place.appendChild(tile);
  });
  return place;
}

function bars(result) {
  var place = element('figure', 'bars'), list = element('ul');
  place.appendChild(element('figcaption', '', result.barsTitle));
  var most = Math.max.apply(null, result.bars.map(function (bar) { return (bar.share || 0) + (bar.moe || 0); }));
  result.bars.forEach(function (bar) {
    var line = element('li'), track = element('span', 'track'), fillBar = element('span', 'fill');
    line.appendChild(element('span', 'label', bar.label));
    fillBar.style.width = 100 * (bar.share || 0) / (most || 1) + '%';
    track.appendChild(fillBar);
    if (bar.moe) { track.appendChild(whisker(bar.share, bar.moe, most)); }
    track.setAttribute('aria-hidden', 'true');
    line.appendChild(track);
    line.appendChild(element('span', 'number', bar.text));
    list.appendChild(line);
  });
  place.appendChild(list);
  if (result.bars.some(function (bar) { return bar.moe; })) {
    place.appendChild(element('p', 'quiet', words['page.bars_margins']));
  }
  return place;
}

function whisker(value, margin, most) {
  var mark = element('span', 'whisker'), low = Math.max(value - margin, 0), high = Math.min(value + margin, most);
  mark.style.left = 100 * low / most + '%';
  mark.style.width = 100 * (high - low) / most + '%';
  return mark;
}

// One tab per table; a single table has no tabs.
function tableTabs(result, number) {
  var place = element('div', 'tables'), bar = element('div', 'tabs'), panels = [];
  bar.setAttribute('role', 'tablist');
  result.tables.forEach(function (table, i) {
    var tab = element('button', 'tab', table.title), panel = tablePanel(table);
    tab.type = 'button';
    tab.id = 'tab-' + number + '-' + i;
    tab.setAttribute('role', 'tab');
    panel.id = 'table-' + number + '-' + i;
    tab.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', function () { choose(i); });
    tab.addEventListener('keydown', function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { choose((i + step + panels.length) % panels.length); bar.childNodes[(i + step + panels.length) % panels.length].focus(); }
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

function tablePanel(table) {
  var panel = element('div', 'table-panel'), tools = element('div', 'tools'), input = element('input');
  var scroll = element('div', 'scroll'), grid = element('table'), body = element('tbody'), more = element('button', 'plain');
  var wider = element('button', 'plain');
  var shownText = element('span', 'quiet'), state = { table: table, wanted: '', sort: -1, down: false, all: false };
  input.type = 'search';
  input.placeholder = words['page.search_table'];
  input.setAttribute('aria-label', words['page.search_table'] + ': ' + table.title);
  tools.appendChild(input);
  tools.appendChild(shownText);
  grid.appendChild(element('caption', 'unseen', table.title));
  grid.appendChild(element('thead'));
  grid.appendChild(body);
  scroll.appendChild(grid);
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', table.title);
  more.type = 'button';
  wider.type = 'button';
  wider.textContent = say('page.show_columns', { all: table.columns.length });
  wider.hidden = table.columns.length <= COLUMNS_AT_FIRST;
  [tools, scroll, more, wider].forEach(function (part) { panel.appendChild(part); });
  panel.appendChild(element('p', 'quiet', tableNotes(table)));
  state.rows = table.columns[0].cells.map(function (_, row) { return row; });
  state.keys = state.rows.map(function (row) {
    return folded(table.columns.map(function (column) { return text(column.cells[row]); }).join(' '));
  });
  state.body = body;
  state.elements = {};
  state.columns = table.columns.slice(0, COLUMNS_AT_FIRST);

  function refresh() {
    var rows = state.rows.filter(function (row) { return state.keys[row].indexOf(state.wanted) >= 0; });
    var some = state.all ? rows : rows.slice(0, ROWS_AT_FIRST);
    body.textContent = '';
    some.forEach(function (row) { body.appendChild(tableRow(state, row)); });
    if (!rows.length) {
      var none = element('td', 'quiet', words['page.no_rows']);
      none.colSpan = state.columns.length;
      body.appendChild(element('tr')).appendChild(none);
    }
    shownText.textContent = say('page.rows_shown', { shown: some.length.toLocaleString('en-US'), all: state.rows.length.toLocaleString('en-US') });
    more.hidden = some.length === rows.length;
    more.textContent = say('page.show_all', { all: rows.length.toLocaleString('en-US') });
  }
  input.addEventListener('input', function () { state.wanted = folded(input.value.trim()); refresh(); announce(shownText.textContent); });
  wider.addEventListener('click', function () { state.columns = table.columns; wider.hidden = true; fillHead(); refresh(); });
  more.addEventListener('click', function () { state.all = true; refresh(); });
  state.reveal = function (row) {
    if (!state.elements[row] || !body.contains(state.elements[row])) { state.all = true; state.wanted = ''; input.value = ''; refresh(); }
  };
  state.showAll = function () { state.all = true; refresh(); };
  function fillHead() { grid.replaceChild(tableHead(state, refresh), grid.querySelector('thead')); }
  tables.push(state);
  fillHead();
  refresh();
  return panel;
}

function tableNotes(table) {
  var notes = [table.limited, words['page.sort_hint']];
  if (table.columns.some(function (column) { return column.kind === 'rank'; })) { notes.push(words['page.rank_bands']); }
  return notes.filter(Boolean).join(' ');
}

function tableHead(state, refresh) {
  var head = element('thead'), line = element('tr');
  state.columns.forEach(function (column, number) {
    var cell = element('th', column.keys ? 'numeric' : ''), button = element('button', '', column.label);
    cell.scope = 'col';
    button.type = 'button';
    if (column.help) { button.title = column.help; }
    button.addEventListener('click', function () {
      state.down = state.sort === number ? !state.down : Boolean(column.keys) && column.kind !== 'rank';
      state.sort = number;
      sortRows(state, column);
      line.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
      cell.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      refresh();
      announce(column.label + ': ' + words[state.down ? 'page.sorted_down' : 'page.sorted_up']);
    });
    cell.appendChild(button);
    line.appendChild(cell);
  });
  head.appendChild(line);
  return head;
}

// Numbers by value, out of reach beyond every number, missing last both ways; text by the alphabet.
function sortRows(state, column) {
  var sign = state.down ? -1 : 1;
  function key(row) {
    var value = column.keys ? column.keys[row] : text(column.cells[row]);
    return value === 'inf' ? Infinity : value;
  }
  state.rows.sort(function (a, b) {
    var x = key(a), y = key(b), gone = (x === null || x === '') - (y === null || y === '');
    if (gone) { return gone; }
    if (x === y) { return a - b; }
    return sign * (typeof x === 'string' ? x.localeCompare(y, data.language, { numeric: true }) : x < y ? -1 : 1);
  });
}

function tableRow(state, row) {
  var line = element('tr'), link = state.table.links[row];
  state.columns.forEach(function (column, number) {
    var first = number === state.table.columns.findIndex(function (other) { return !other.keys; });
    line.appendChild(tableCell(state, column, row, first ? link : null));
  });
  if (link) {
    line.className = 'linked';
    line.addEventListener('click', function (event) { followLink(link, event.target.tagName === 'BUTTON' && event.detail === 0); });
    if (link[0] === selection.layer && link[1] === selection.row) { line.setAttribute('aria-current', 'true'); }
  }
  state.elements[row] = line;
  return line;
}

function followLink(link, byKey) {
  goTo(link[0], link[1]);
  openCard(link[0], link[1], [], byKey);
  document.getElementById('map-region').scrollIntoView({ block: 'nearest' });
}

function tableCell(state, column, row, link) {
  var cell = element('td', column.keys ? 'numeric' : link ? 'place' : column.long ? 'prose' : ''), content = text(column.cells[row]);
  if (link) {
    var button = element('button', 'link', content);
    button.type = 'button';
    button.title = say('page.show_on_map', { name: content });
    cell.appendChild(button);
    return cell;
  }
  if (column.kind === 'rank') { return rankCell(column, row, cell, content); }
  if (column.kind === 'bar' && typeof column.keys[row] === 'number') { cell.appendChild(cellBar(column, row)); }
  cell.appendChild(document.createTextNode(content));
  if (column.margins && text(column.margins[row])) { cell.appendChild(element('span', 'quiet', ' ' + text(column.margins[row]))); }
  return cell;
}

function cellBar(column, row) {
  var track = element('span', 'track small'), fillBar = element('span', 'fill'), value = Math.min(Math.max(column.keys[row], 0), 1);
  fillBar.style.width = 100 * value + '%';
  track.appendChild(fillBar);
  if (column.moe && typeof column.moe[row] === 'number') { track.appendChild(whisker(value, column.moe[row], 1)); }
  track.setAttribute('aria-hidden', 'true');
  return track;
}

// A dot on a bar: the rank and the ranks it could have, where they were placed when the file was made.
function rankCell(column, row, cell, content) {
  var band = element('span', 'band'), bar = element('span', 'range'), dot = element('span', 'dot');
  var places = column.places[row];
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

// A place chosen on the map is marked in every table that lists it.
function markRow(layerNumber, row) {
  tables.forEach(function (state) {
    state.body.querySelectorAll('[aria-current]').forEach(function (line) { line.removeAttribute('aria-current'); });
    if (layerNumber < 0) { return; }
    var at = state.table.links.findIndex(function (link) { return link && link[0] === layerNumber && link[1] === row; });
    if (at < 0) { return; }
    state.reveal(at);
    var line = state.elements[at], scroll = line.closest('.scroll');
    line.setAttribute('aria-current', 'true');
    scroll.scrollTop = Math.max(line.offsetTop - scroll.clientHeight / 2, 0);
  });
}
