// Two findings beside each other: on the map on either side of a line that can be moved, and number by number in tables.
var swipe = { share: 0.5 };
var DIFFERENCES = 3;

function startCompare() {
  var place = document.getElementById('compare'), which = document.getElementById('compare-with'), line = document.getElementById('swipe');
  place.hidden = data.results.length < 2;
  which.addEventListener('change', function () { compareWith(which.value === '' ? -1 : +which.value); });
  line.addEventListener('input', function () { moveSwipe(+line.value / 100); });
  map.on('move', function () { if (comparing()) { painter.paintNow(); } });
  map.on('resize', placeSwipe);
}

// The list of what the open finding can be compared with: all others, those that were asked the same way first.
function fillCompare() {
  var which = document.getElementById('compare-with'), none = element('option', '', words['page.compare_none']);
  which.textContent = '';
  none.value = '';
  which.appendChild(none);
  data.results.forEach(function (result, number) {
    if (number === told.finding) { return; }
    var option = element('option', '', result.title);
    option.value = String(number);
    which.appendChild(option);
  });
  which.value = told.against >= 0 ? String(told.against) : '';
  showCompared();
}

function compareWith(number) {
  told.against = number;
  showLayersOf();
  refreshCard();
  showCompared();
  tellLink();
}

function showCompared() {
  var on = told.against >= 0, block = document.getElementById('differences');
  ['swipe', 'swipe-line', 'swipe-a', 'swipe-b'].forEach(function (id) { document.getElementById(id).hidden = !on; });
  block.textContent = '';
  block.hidden = !on;
  if (!on) { return; }
  var a = data.results[told.finding], b = data.results[told.against];
  document.getElementById('swipe-a').textContent = a.title;
  document.getElementById('swipe-b').textContent = b.title;
  document.getElementById('swipe').setAttribute('aria-label', say('page.swipe', { a: a.title, b: b.title }));
  placeSwipe();
  fillDifferences(block, a, b);
}

function moveSwipe(share) {
  swipe.share = share;
  placeSwipe();
  painter.paintNow();
}

function placeSwipe() {
  if (told.against < 0) { return; }
  document.getElementById('swipe-line').style.left = 100 * swipe.share + '%';
}

// The part of the map that shows one of the two, in the pixels of the canvas.
function swipeBox(left) {
  var size = map.getSize(), edge = size.x * swipe.share, far = 4 * (size.x + size.y);
  var a = map.containerPointToLayerPoint([left ? -far : edge, -far]), b = map.containerPointToLayerPoint([left ? edge : far, far]);
  return [a.x, a.y, b.x - a.x, b.y - a.y];
}

function layersOfSide(left) {
  return data.layers.filter(function (layer) { return left ? layer.shown : layer.beside; });
}

function fillDifferences(block, a, b) {
  var title = say('page.compare_title', { a: a.title, b: b.title }), heading = element('h2', '', title);
  block.appendChild(heading);
  block.appendChild(element('p', 'sentence', a.title + ': ' + a.sentence));
  block.appendChild(element('p', 'sentence', b.title + ': ' + b.sentence));
  var made = [figureDifferences(a, b)].concat(tableDifferences(a, b)).filter(Boolean);
  tables = tables.filter(function (state) { return document.contains(state.body); });
  if (!made.length) { block.appendChild(element('p', 'quiet', words['page.nothing_common'])); return; }
  made.forEach(function (table) {
    block.appendChild(element('h3', '', table.title));
    block.appendChild(tablePanel(table, title));
  });
}

function columnOf(name, label, cells, numbers, unit, digits) {
  var column = { name: name, label: label, help: '', kind: numbers ? 'number' : 'text', long: false, cells: cells };
  if (numbers) { column.keys = numbers; column.unit = unit; column.digits = digits; }
  return column;
}

function sided(answer, label) { return answer.title + ': ' + label; }

// The key figures that both have.
function figureDifferences(a, b) {
  var pairs = [];
  a.figures.forEach(function (figure) {
    var other = b.figures.find(function (one) { return one.name === figure.name && one.unit === figure.unit; });
    if (other) { pairs.push([figure, other]); }
  });
  if (!pairs.length) { return null; }
  function cells(make) { return pairs.map(function (pair) { return textNumber(make(pair)); }); }
  function said(figure) { return figure.value + (figure.margin ? ' ' + figure.margin : ''); }
  return { name: 'figures', title: words['page.key_figures'], limited: '', all: pairs.length,
    ids: cells(function (pair) { return pair[0].name; }), at: [pairs.map(function () { return -1; }), pairs.map(function () { return -1; })],
    columns: [columnOf('label', words['page.figure'], cells(function (pair) { return pair[0].label; })),
      columnOf('a', a.title, cells(function (pair) { return said(pair[0]); })),
      columnOf('b', b.title, cells(function (pair) { return said(pair[1]); })),
      columnOf('difference', words['page.difference'], cells(function (pair) {
        return differenceInWords(pair[0].number, pair[1].number, pair[0].unit, Math.min(pair[0].digits, pair[1].digits));
      }))] };
}

// B less A; where one of them has no number there is no difference.
function differenceOf(x, y) {
  return typeof x === 'number' && typeof y === 'number' ? y - x : null;
}

function differenceInWords(x, y, unit, digits) {
  var found = differenceOf(x, y);
  return found === null ? words['page.no_difference'] : numberInWords(found, unit, digits, true);
}

// Tables of both that speak of the same places and share a number: place, one, other, difference; the largest difference first.
function tableDifferences(a, b) {
  var found = [];
  a.tables.forEach(function (table) {
    var other = b.tables.find(function (one) { return one.name === table.name && commonColumns(table, one).length && shareRows(table, one); }) ||
      b.tables.find(function (one) { return commonColumns(table, one).length && shareRows(table, one); });
    if (other && !found.some(function (made) { return made.of === other; })) { found.push(tableDifference(a, table, b, other)); }
  });
  return found;
}

function commonColumns(table, other) {
  return table.columns.map(function (column) {
    var same = column.keys && other.columns.find(function (one) { return one.keys && one.name === column.name && one.unit === column.unit; });
    return same ? [column, same] : null;
  }).filter(Boolean).slice(0, DIFFERENCES);
}

function idsOf(table) {
  rowOfId(table, { id: '' }, '');
  return table.byId;
}

function shareRows(table, other) {
  var ids = idsOf(other);
  return table.ids.some(function (id) { return ids.has(text(id)); });
}

function tableDifference(a, table, b, other) {
  var pairs = commonColumns(table, other), ids = [], rows = [], second = idsOf(other), first = idsOf(table);
  table.ids.forEach(function (id, row) {
    var there = second.get(text(id));
    ids.push(id);
    rows.push([row, there === undefined ? -1 : there]);
  });
  other.ids.forEach(function (id, row) { if (!first.has(text(id))) { ids.push(id); rows.push([-1, row]); } });
  function nameCell(row) {
    var from = row[0] >= 0 ? table : other, at = row[0] >= 0 ? row[0] : row[1], named = from.columns.find(function (one) { return !one.keys; });
    return named ? named.cells[at] : from.ids[at];
  }
  function absent(of) { return of.all > of.ids.length ? words['page.not_in_file'] : words['page.not_in_answer']; }
  var columns = [columnOf('name', words['page.place'], rows.map(nameCell))];
  pairs.forEach(function (pair, i) {
    columns.push(columnOf('a' + i, sided(a, pair[0].label), rows.map(function (row) {
      return row[0] < 0 ? textNumber(absent(table)) : pair[0].cells[row[0]];
    }), rows.map(function (row) { return row[0] < 0 ? null : pair[0].keys[row[0]]; }), pair[0].unit, pair[0].digits));
    columns.push(columnOf('b' + i, sided(b, pair[1].label), rows.map(function (row) {
      return row[1] < 0 ? textNumber(absent(other)) : pair[1].cells[row[1]];
    }), rows.map(function (row) { return row[1] < 0 ? null : pair[1].keys[row[1]]; }), pair[1].unit, pair[1].digits));
    var numbers = rows.map(function (row) {
      return differenceOf(row[0] < 0 ? null : pair[0].keys[row[0]], row[1] < 0 ? null : pair[1].keys[row[1]]);
    });
    columns.push(columnOf('d' + i, words['page.difference'] + ': ' + pair[0].label, numbers.map(function (number) {
      return textNumber(number === null ? words['page.no_difference'] : numberInWords(number, pair[0].unit, pair[0].digits, true));
    }), numbers, pair[0].unit, pair[0].digits));
  });
  return inOrderOfDifference({ name: table.name, of: other, title: table.title, limited: words['page.difference_is'], all: ids.length, ids: ids,
    at: [rows.map(function (row) { return row[0] >= 0 ? table.at[0][row[0]] : other.at[0][row[1]]; }),
      rows.map(function (row) { return row[0] >= 0 ? table.at[1][row[0]] : other.at[1][row[1]]; })], columns: columns });
}

function inOrderOfDifference(table) {
  var first = table.columns[3].keys, order = table.ids.map(function (_, row) { return row; });
  function size(row) { return first[row] === null ? -1 : Math.abs(first[row]); }
  order.sort(function (x, y) { return size(y) - size(x) || x - y; });
  function sorted(list) { return order.map(function (row) { return list[row]; }); }
  table.ids = sorted(table.ids);
  table.at = table.at.map(sorted);
  table.columns.forEach(function (column) {
    column.cells = sorted(column.cells);
    if (column.keys) { column.keys = sorted(column.keys); }
  });
  return table;
}
