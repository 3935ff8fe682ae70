// The page on paper: the open finding or all of them, each with its map in its frame, its legend, and as many rows as were asked for.
var paper = { asked: { all: false, rows: 25 }, kept: null };
var FRAME = [760, 560], COLUMNS_ON_PAPER = 8;

function startPaper() {
  var box = document.getElementById('print-box');
  document.getElementById('print').addEventListener('click', function () { box.showModal(); });
  document.getElementById('print-close').addEventListener('click', function () { box.close(); });
  document.getElementById('print-go').addEventListener('click', function () {
    paper.asked = { all: document.getElementById('print-all').checked, rows: +document.getElementById('print-rows').value };
    box.close();
    window.print();
  });
  document.getElementById('print-which').hidden = data.results.length < 2;
  window.addEventListener('beforeprint', makePaper);
  window.addEventListener('afterprint', clearPaper);
}

function makePaper() {
  if (paper.kept) { return; }
  var place = document.getElementById('paper');
  paper.kept = { centre: map.getCenter(), zoom: map.getZoom(), shown: data.layers.map(function (layer) { return layer.shown; }),
    beside: data.layers.map(function (layer) { return layer.beside; }), finding: told.finding, against: told.against, atHome: atHome() };
  place.textContent = '';
  place.appendChild(element('h1', 'paper-title', document.title));
  document.body.classList.add('on-paper');
  var retina = L.Browser.retina;
  L.Browser.retina = true;
  map.invalidateSize({ animate: false, pan: false });
  var list = !data.results.length ? [-1] : paper.asked.all ? data.results.map(function (_, number) { return number; }) : [told.finding];
  list.forEach(function (number) { place.appendChild(paperFinding(number, list.length)); });
  askParts('paper', place);
  L.Browser.retina = retina;
  document.body.classList.remove('on-paper');
  restoreMap();
  document.body.classList.add('printing');
}

function clearPaper() {
  paper.kept = null;
  document.getElementById('paper').textContent = '';
  document.body.classList.remove('printing');
  map.invalidateSize({ animate: false, pan: false });
  painter.paintNow();
}

function restoreMap() {
  var kept = paper.kept;
  told.finding = kept.finding;
  told.against = kept.against;
  data.layers.forEach(function (layer, number) { layer.beside = kept.beside[number]; setShown(layer, kept.shown[number]); });
  map.invalidateSize({ animate: false, pan: false });
  map.setView(kept.centre, kept.zoom, { animate: false });
  afterLayers();
}

function paperFinding(number, many) {
  var part = element('section', 'paper-finding'), result = data.results[number], open = !result || number === paper.kept.finding;
  if (result) {
    part.dataset.answer = result.id;
    if (many > 1) { part.appendChild(element('p', 'quiet', say('page.finding_place', { number: number + 1, all: data.results.length }))); }
    part.appendChild(element('h2', '', result.title));
    part.appendChild(element('p', 'sentence', result.sentence));
  }
  part.appendChild(paperMap(number, open));
  if (!result) { return part; }
  fillSummary(part, result, []);
  if (result.figures.length) { part.appendChild(figureTiles(result.figures, 'figure')); }
  if (open && paper.kept.against >= 0) { part.appendChild(element('p', 'quiet', data.results[paper.kept.against].title)); }
  result.tables.forEach(function (table) { part.appendChild(paperTable(result, table)); });
  part.appendChild(remarks(result, true));
  return part;
}

// The map of a finding painted once more into the frame of the paper: where the reader had moved it, or the whole.
function paperMap(number, open) {
  var place = element('figure', 'paper-map'), kept = paper.kept;
  told.finding = Math.max(number, 0);
  told.against = open ? kept.against : -1;
  var own = number < 0 ? null : data.results[number].shown;
  data.layers.forEach(function (layer, i) {
    layer.beside = open && kept.beside[i];
    setShown(layer, open ? kept.shown[i] : own.indexOf(i) >= 0);
  });
  if (open && !kept.atHome) {
    map.setView(kept.centre, kept.zoom, { animate: false });
  } else {
    map.fitBounds(data.bounds, { animate: false, padding: [6, 6] });
  }
  afterLayers();
  place.appendChild(pictureOfMap(number));
  var keys = element('figcaption', 'paper-keys');
  fillKeys(keys, data.layers.filter(function (layer) { return layer.shown || layer.beside; }));
  keys.appendChild(element('p', 'note', data.credit));
  place.appendChild(keys);
  return place;
}

function pictureOfMap(number) {
  var size = map.getSize(), ratio = 2, picture = element('canvas'), pen = picture.getContext('2d');
  picture.width = size.x * ratio;
  picture.height = size.y * ratio;
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', number < 0 ? words['page.map'] : words['page.map'] + ': ' + data.results[number].title);
  pen.fillStyle = '#e3e8ec';
  pen.fillRect(0, 0, picture.width, picture.height);
  var corner = map.containerPointToLayerPoint([0, 0]).subtract(painter._bounds.min);
  pen.drawImage(painter._container, corner.x * ratio, corner.y * ratio, picture.width, picture.height, 0, 0, picture.width, picture.height);
  drawScale(pen, ratio, size);
  if (told.against >= 0) {
    pen.fillStyle = INK;
    pen.fillRect(size.x * swipe.share * ratio - 2, 0, 4, picture.height);
  }
  return picture;
}

function drawScale(pen, ratio, size) {
  var line = document.querySelector('.leaflet-control-scale-line' + (data.metric ? '' : ':last-child'));
  if (!line) { return; }
  var wide = parseFloat(line.style.width) * ratio, x = 14 * ratio, y = (size.y - 14) * ratio;
  pen.fillStyle = 'rgba(255,255,255,.85)';
  pen.fillRect(x - 8, y - 26 * ratio, wide + 16, 32 * ratio);
  pen.strokeStyle = pen.fillStyle = INK;
  pen.lineWidth = 1.5 * ratio;
  pen.beginPath();
  pen.moveTo(x, y - 5 * ratio); pen.lineTo(x, y); pen.lineTo(x + wide, y); pen.lineTo(x + wide, y - 5 * ratio);
  pen.stroke();
  pen.font = 12 * ratio + 'px sans-serif';
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  pen.fillText(line.textContent, x, y - 8 * ratio);
}

// A table as it stands on the screen, searched, filtered and sorted, with as many rows as were asked for; what is not printed is said.
function paperTable(result, table) {
  var state = tables.find(function (one) { return one.table === table; }) || tableState(table, result.title);
  var rows = wantedRows(state), some = paper.asked.rows ? rows.slice(0, paper.asked.rows) : rows;
  var part = element('div', 'paper-table'), grid = element('table'), head = element('thead'), line = element('tr'), body = element('tbody');
  var columns = table.columns.slice(0, COLUMNS_ON_PAPER), rest = table.columns.slice(COLUMNS_ON_PAPER);
  grid.appendChild(element('caption', '', result.title + ' \u00b7 ' + table.title));
  columns.forEach(function (column) {
    var cell = element('th', column.keys ? 'numeric' : '', column.label);
    cell.scope = 'col';
    line.appendChild(cell);
  });
  head.appendChild(line);
  grid.appendChild(head);
  grid.appendChild(body);
  some.forEach(function (row) {
    var tr = element('tr');
    columns.forEach(function (column) { tr.appendChild(tableCell(column, row, null)); });
    body.appendChild(tr);
  });
  part.appendChild(grid);
  var notes = [say('page.rows_printed', { shown: inWords(some.length), all: inWords(table.all) }), table.limited];
  state.filters.forEach(function (filter) { notes.push(filterWords(filter) + '.'); });
  if (rest.length) { notes.push(say('page.columns_not_printed', { names: rest.map(function (column) { return column.label; }).join('; ') })); }
  part.appendChild(element('p', 'quiet', notes.filter(Boolean).join(' ')));
  return part;
}
