// The layer panel: a switch per layer under its heading, and a legend that is there while its layer is.
// What is on the map with the open finding comes first, so that its legend is in sight.
function startLegend() {
  fillLayerList();
  startToggle();
}

function fillLayerList() {
  var list = document.getElementById('layer-list'), hidden = element('details', 'more'), before = list.querySelector('details.more');
  list.textContent = '';
  var resting = data.layers.filter(function (layer) { return !layer.shown; });
  fillGroups(list, data.layers.filter(function (layer) { return layer.shown; }));
  if (resting.length) {
    hidden.appendChild(element('summary', '', say('page.more_layers', { count: resting.length })));
    fillGroups(hidden, resting);
    hidden.open = before ? before.open : resting.length === data.layers.length;
    list.appendChild(hidden);
  }
  if (ground) { list.appendChild(groundEntry()); }
}

// The legend on the map itself: what is switched on, answers and numbers first, under the name of the answer. It folds to its title.
var mapLegend = null;

function startMapLegend() {
  var Key = L.Control.extend({
    options: { position: 'bottomleft' },
    onAdd: function () {
      mapLegend = element('details', 'map-legend');
      mapLegend.open = !window.matchMedia('(max-width: 820px)').matches;
      L.DomEvent.disableClickPropagation(mapLegend);
      L.DomEvent.disableScrollPropagation(mapLegend);
      return mapLegend;
    }
  });
  new Key().addTo(map);
  showMapLegend();
  map.on('moveend', tellAstray);
}

// Places outside the view, while it is the one that the page opens with; each place once.
function astray(shown) {
  if (!map.homeView || !map.getCenter().equals(map.homeView.centre) || map.getZoom() !== map.homeView.zoom) { return 0; }
  var box = map.getBounds(), found = {};
  shown.forEach(function (layer) {
    if (!layer.told || !layer.points) { return; }
    layer.points.forEach(function (point) {
      if (point && !box.contains([point[1] / data.steps, point[0] / data.steps])) { found[point[0] + ',' + point[1]] = true; }
    });
  });
  return Object.keys(found).length;
}

function tellAstray() {
  var line = mapLegend.querySelector('.astray'), count = map._loaded ? astray(shownLayers()) : 0;
  if (line) {
    line.textContent = count ? say('page.beyond', { count: count }) : '';
    line.hidden = !count;
  }
}

function showMapLegend() {
  if (!mapLegend) { return; }
  var shown = data.layers.filter(function (layer) { return layer.shown || layer.beside; });
  var first = shown.filter(function (layer) { return layer.about; });
  mapLegend.textContent = '';
  mapLegend.appendChild(element('summary', '', words['page.legend']));
  fillKeys(mapLegend, shown, MOST_KEYS);
  var sources = [];
  first.forEach(function (layer) {
    layer.sources.forEach(function (source) { if (sources.indexOf(source) < 0) { sources.push(source); } });
  });
  if (sources.length) { mapLegend.appendChild(element('p', 'note', words['page.sources'] + ': ' + sources.slice(0, 3).join(' · '))); }
  mapLegend.appendChild(element('p', 'note astray'));
  tellAstray();
  mapLegend.hidden = !shown.length;
}

// What colours and signs say, under the name of the answer that they are of; what is of no answer comes last. Where only so many
// lines are wanted at first, the keys beyond them wait under a line that opens.
var MOST_KEYS = 12, moreKeys = false;

function fillKeys(place, shown, most) {
  var answers = [];
  shown.forEach(function (layer) { if (layer.about && layer.answer && answers.indexOf(layer.answer) < 0) { answers.push(layer.answer); } });
  var open = data.results.length ? data.results[told.finding].title : '';
  answers.sort(function (x, y) { return (y === open) - (x === open); });
  var shownRows = 0, kept = 0, rest = element('details', 'more-keys');
  answers.concat(['']).forEach(function (answer) {
    var group = keysOf(answer), later = keysOf(answer), of = shown.filter(function (layer) { return (layer.about ? layer.answer : '') === answer; });
    of.filter(function (layer) { return layer.about; }).concat(of.filter(function (layer) { return !layer.about; })).forEach(function (layer) {
      var lines = keyRows(layer).length, now = !most || !shownRows || shownRows + lines <= most;
      fillKey(now ? group : later, layer);
      if (now) { shownRows += lines; } else { kept += lines; most = shownRows; }
    });
    if (group.querySelector('li')) { place.appendChild(group); }
    if (later.querySelector('li')) { rest.appendChild(later); }
  });
  if (!kept) { return; }
  rest.insertBefore(element('summary', '', say('page.more_keys', { n: inWords(kept) })), rest.firstChild);
  rest.open = moreKeys;
  rest.addEventListener('toggle', function () { moreKeys = rest.open; });
  place.appendChild(rest);
}

function keysOf(answer) {
  var group = element('div', 'keys-of');
  if (answer) { group.appendChild(element('h3', '', answer)); group.dataset.answer = answer; }
  return group;
}

function keyRows(layer) { return layer.legend.filter(function (row) { return row.count || layer.graded; }); }

function fillKey(place, layer) {
  var rows = keyRows(layer);
  if (!rows.length) { return; }
  var list = element('ul');
  if (!plainKey(layer)) { place.appendChild(element('p', '', layer.title)); }
  rows.forEach(function (row) {
    var item = element('li');
    item.appendChild(swatch(layer, row.symbol < 0 ? layer.noData : layer.symbols[row.symbol]));
    item.appendChild(element('span', '', row.label));
    list.appendChild(item);
  });
  list.setAttribute('aria-label', keyName(layer));
  place.appendChild(list);
}

function keyName(layer) { return layer.answer ? layer.answer + ' \u00b7 ' + layer.title : layer.title; }

// The ground and its names: a switch each, no legend; they explain themselves.
function groundEntry() {
  var group = element('fieldset');
  group.appendChild(element('legend', '', words['page.ground']));
  [['ground', ground.name, ground.shown, showGround], ['names', words['page.names'], ground.named, showNames]].forEach(function (one) {
    var entry = element('div', 'layer'), label = element('label'), box = element('input');
    box.type = 'checkbox';
    box.id = 'on-map-' + one[0];
    if (one[0] === 'ground') { box.dataset.layer = ground.id; }
    box.checked = one[2];
    label.htmlFor = box.id;
    label.appendChild(box);
    label.appendChild(element('span', 'name', one[1]));
    entry.appendChild(label);
    box.addEventListener('change', function () { one[3](box.checked); });
    group.appendChild(entry);
  });
  return group;
}

function showNames(shown) {
  ground.named = shown;
  painter.paintNow();
}

// A heading begins wherever another one's layers begin: the list has the order of the map, even where a heading stands twice.
function fillGroups(place, layers) {
  var group = null, above = null;
  layers.forEach(function (layer) {
    if (layer.group !== above) {
      above = layer.group;
      group = element('fieldset');
      group.appendChild(element('legend', '', layer.group));
      place.appendChild(group);
    }
    group.appendChild(layerEntry(layer, data.layers.indexOf(layer)));
  });
}

function layerEntry(layer, number) {
  var entry = element('div', 'layer'), label = element('label'), box = element('input');
  box.type = 'checkbox';
  box.checked = layer.shown;
  box.id = 'layer-' + number;
  box.dataset.layer = layer.id;
  label.htmlFor = box.id;
  var key = plainKey(layer) && swatch(layer, layer.symbols[layer.legend[0].symbol]);
  label.appendChild(box);
  if (key) { label.appendChild(key); }
  label.appendChild(element('span', 'name', layer.short));
  label.appendChild(element('span', 'count', inWords(layer.classes.length)));
  entry.appendChild(label);
  var legend = legendOf(layer);
  follow();
  entry.appendChild(legend);
  box.addEventListener('change', function () {
    show(layer, box.checked);
    follow();
  });
  function follow() {
    legend.hidden = !layer.shown || !legend.childNodes.length;
    if (key) { key.hidden = !layer.shown; }
  }
  return entry;
}

// One symbol that says no more than the layer's name needs no line of its own.
function plainKey(layer) {
  return layer.legend.length === 1 && layer.legend[0].symbol >= 0 && layer.legend[0].label.indexOf(layer.short) === 0;
}

function legendOf(layer) {
  var legend = element('ul', 'legend');
  legend.setAttribute('aria-label', keyName(layer));
  (plainKey(layer) ? [] : layer.legend).forEach(function (row) {
    var item = element('li');
    item.appendChild(swatch(layer, row.symbol < 0 ? layer.noData : layer.symbols[row.symbol]));
    item.appendChild(element('span', '', row.label));
    if (layer.legend.length > 1) { item.appendChild(element('span', 'count', inWords(row.count))); }
    legend.appendChild(item);
  });
  if (layer.boundary) { legend.appendChild(element('li', 'note', say('page.dashed', { boundary: layer.boundary }))); }
  if (layer.absent) { legend.appendChild(element('li', 'note', say('page.not_on_map', { count: layer.absent }))); }
  if (layer.zoom) {
    var hint = element('li', 'note', words['page.nearer']);
    legend.appendChild(hint);
    hint.dataset.zoom = layer.zoom;
    hint.hidden = map.getZoom() >= layer.zoom;
  }
  return legend;
}

// On a narrow screen the panel folds away; the map comes first there.
function startToggle() {
  map.on('zoomend', function () {
    document.querySelectorAll('#layer-list [data-zoom]').forEach(function (hint) { hint.hidden = map.getZoom() >= +hint.dataset.zoom; });
  });

  var button = document.getElementById('layers-toggle'), list = document.getElementById('layer-list');
  var narrow = window.matchMedia('(max-width: 820px)');
  function set(open) {
    button.setAttribute('aria-expanded', String(open));
    list.hidden = !open;
  }
  button.addEventListener('click', function () { set(list.hidden); });
  narrow.addEventListener('change', function () { set(!narrow.matches); });
  set(!narrow.matches);
}
