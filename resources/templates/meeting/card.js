// The card of a place: by click, by Enter in the middle of the map, from the search and from a table.
// What an answer says of a place is taken from its table, and stands under the answer's name; equal lines of two answers both stand.
var cardOpener = null;

// The row of a table that speaks of a place, by the place's id.
function rowOfId(table, layer, id) {
  table.byId = table.byId || new Map(table.ids.map(function (key, row) { return [text(key), row]; }));
  var found = table.byId.get(id);
  return found === undefined ? table.byId.get(layer.id + '/' + id) : found;
}

function resultById(id) { return data.results.find(function (result) { return result.id === id; }); }

function linesOfRow(table, columns, row, group) {
  return columns.map(function (place) {
    var column = table.columns[place], quiet = ['bands', 'margins', 'spreads'].map(function (name) {
      return column[name] ? text(column[name][row]) : '';
    });
    return { label: column.label, value: text(column.cells[row]), quiet: quiet.filter(Boolean).join(' · '), group: group };
  }).filter(function (line) { return line.value; });
}

// What one answer says of a place: lines, and whether its table was cut before it.
function linesOfAnswer(about, layer, row) {
  var result = resultById(about.answer), table = result && result.tables.find(function (one) { return one.name === about.table; });
  if (!table) { return { lines: [], cut: 0 }; }
  var id = text(layer.ids[row]), lines = [];
  if (about.schools) {
    about.bySchool = about.bySchool || areasBySchool(about, table);
    (about.bySchool.get(id) || []).forEach(function (of) {
      lines = lines.concat(linesOfRow(table, about.columns, of, about.schools[of][1]));
    });
    return { lines: lines, cut: 0 };
  }
  var at = rowOfId(table, layer, id);
  if (at !== undefined) { return { lines: linesOfRow(table, about.columns, at, ''), cut: 0 }; }
  return { lines: [], cut: table.all > table.ids.length ? table.ids.length : 0 };
}

function areasBySchool(about, table) {
  var found = new Map();
  table.ids.forEach(function (_, row) {
    about.schools[row][0].forEach(function (school) { found.set(school, (found.get(school) || []).concat([row])); });
  });
  return found;
}

// The parts of a card: the answers on the map, the place itself, and folded those that are not on the map.
function cardParts(layerNumber, row) {
  var layer = data.layers[layerNumber], line = layer.cards.rows[row], own = [], answers = [];
  for (var i = 1; i < line.length; i += 3) {
    own.push({ label: text(line[i]), value: text(line[i + 1]), quiet: text(line[i + 2]), group: '' });
  }
  data.results.forEach(function (result, number) {
    var found = { heading: result.title, answer: result.id, open: isOpen(number), lines: [], cut: 0 };
    layer.answers.forEach(function (about) {
      if (about.answer !== result.id) { return; }
      var said = linesOfAnswer(about, layer, row);
      found.lines = found.lines.concat(said.lines);
      found.cut = found.cut || said.cut;
    });
    found.lines = distinct(found.lines);
    if (found.lines.length || (found.cut && found.open)) { answers.push(found); }
  });
  var place = own.length ? [{ heading: answers.length ? words['page.about_place'] : '', answer: '', open: true, lines: own, cut: 0 }] : [];
  return answers.filter(function (part) { return part.open; }).concat(place, answers.filter(function (part) { return !part.open; }));
}

// Within one answer a line stands once.
function distinct(lines) {
  var seen = {};
  return lines.filter(function (line) {
    var key = JSON.stringify([line.group, line.label, line.value, line.quiet]), is = seen[key];
    seen[key] = true;
    return !is;
  });
}

function fillCard(place, parts) {
  place.textContent = '';
  parts.forEach(function (part) {
    var box = place.appendChild(element(part.open ? 'section' : 'details')), group = '';
    if (part.answer) { box.dataset.answer = part.answer; }
    if (part.heading) { box.appendChild(element(part.open ? 'h3' : 'summary', '', part.heading)); }
    if (part.cut) { box.appendChild(element('p', 'quiet', say('page.row_not_here', { count: inWords(part.cut) }))); }
    var list = box.appendChild(element('dl'));
    part.lines.forEach(function (line) {
      if (line.group !== group) {
        group = line.group;
        if (list.firstChild) { list = box.appendChild(element('dl')); }
        box.insertBefore(element('h4', '', group), list);
      }
      var pair = element('div', line.value.length > 44 ? 'prose' : ''), value = element('dd', '', line.value);
      pair.appendChild(element('dt', '', line.label));
      if (line.quiet) { value.appendChild(element('span', 'quiet', ' ' + line.quiet)); }
      pair.appendChild(value);
      list.appendChild(pair);
    });
    if (!list.firstChild) { list.remove(); }
  });
}

function openCard(layerNumber, row, others, byKey) {
  var layer = data.layers[layerNumber];
  startCard(text(layer.names[row]), text(layer.cards.rows[row][0]), byKey);
  fillCard(document.getElementById('card-rows'), cardParts(layerNumber, row));
  fill('card-cautions', layer.cards.cautions.join(' '));
  fill('card-source', layer.cards.source);
  placesList(words['page.also_here'], others || [], 8);
  var more = document.getElementById('card-parts');
  more.textContent = '';
  askParts('card', more, layerNumber, row);
  document.getElementById('card').scrollTop = 0;
  select(layerNumber, row);
  markRow(layerNumber, row);
  told.place = [layerNumber, row];
  tellLink();
}

function startCard(title, subtitle, byKey) {
  cardOpener = byKey ? document.activeElement : null;
  document.getElementById('card-title').textContent = title;
  document.getElementById('card-subtitle').textContent = subtitle;
  document.getElementById('card').hidden = false;
  if (byKey) { document.getElementById('card-title').focus(); }
  announce(title);
}

// What was looked for stands at several places: all of them, as a list.
function openList(title, subtitle, places) {
  startCard(title, subtitle, true);
  ['card-rows', 'card-parts'].forEach(function (id) { document.getElementById(id).textContent = ''; });
  ['card-cautions', 'card-source'].forEach(function (id) { fill(id, ''); });
  placesList('', places, 200);
  document.getElementById('card').scrollTop = 0;
  select(-1, -1);
  markRow(-1, -1);
}

function fill(id, content) {
  var target = document.getElementById(id);
  target.textContent = content;
  target.hidden = !content;
}

function placesList(heading, others, most) {
  var place = document.getElementById('card-also');
  place.textContent = '';
  if (!others.length) { return; }
  if (heading) { place.appendChild(element('h3', '', heading)); }
  others.slice(0, most).forEach(function (other) {
    var layer = data.layers[other.layer], button = element('button', 'link', text(layer.names[other.row]));
    button.type = 'button';
    button.appendChild(element('span', 'quiet', layer.name));
    button.addEventListener('click', function () { goTo(other.layer, other.row); openCard(other.layer, other.row, [], true); });
    place.appendChild(button);
  });
}

// The card says which answers are on the map; another finding changes that.
function refreshCard() {
  var card = document.getElementById('card');
  if (card.hidden || selection.layer < 0) { return; }
  fillCard(document.getElementById('card-rows'), cardParts(selection.layer, selection.row));
}

function closeCard() {
  var card = document.getElementById('card');
  if (card.hidden) { return; }
  card.hidden = true;
  select(-1, -1);
  markRow(-1, -1);
  told.place = null;
  tellLink();
  if (cardOpener && document.contains(cardOpener)) { cardOpener.focus(); }
  cardOpener = null;
}

function openAt(framePoint, byKey) {
  var own = partAt(framePoint), found = own ? [] : placesAt(framePoint);
  if (own) {
    own.part.open(own.what);
  } else if (found.length) {
    openCard(found[0].layer, found[0].row, found.slice(1), byKey);
  } else {
    closeCard();
    if (byKey) { announce(words['page.nothing_here']); }
  }
}

function startCards() {
  var frame = map.getContainer(), hover = document.getElementById('hover'), waiting = false;
  frame.setAttribute('role', 'application');
  frame.setAttribute('aria-label', document.title);
  frame.setAttribute('aria-describedby', 'map-help');
  map.on('click', function (event) { hover.hidden = true; openAt(event.containerPoint, false); });
  frame.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && event.target === frame) {
      event.preventDefault();
      openAt(map.getSize().divideBy(2), true);
    }
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') { closeCard(); } });
  document.getElementById('card-close').addEventListener('click', closeCard);
  map.on('mousemove', function (event) {
    if (waiting) { return; }
    waiting = true;
    L.Util.requestAnimFrame(function () {
      waiting = false;
      var found = placesAt(event.containerPoint)[0];
      hover.hidden = !found;
      frame.style.cursor = found ? 'pointer' : '';
      if (!found) { return; }
      hover.textContent = text(data.layers[found.layer].names[found.row]);
      hover.style.left = event.containerPoint.x + 14 + 'px';
      hover.style.top = event.containerPoint.y + 14 + 'px';
    });
  });
  map.on('mouseout', function () { hover.hidden = true; });
}
