// The map: one canvas that draws the visible layers in their order, and finds what lies under a point.
var Painter = L.Canvas.extend({
  _draw: function () {
    var bounds = this._redrawBounds, pen = this._ctx;
    pen.save();
    if (bounds) {
      var size = bounds.getSize();
      pen.beginPath();
      pen.rect(bounds.min.x, bounds.min.y, size.x, size.y);
      pen.clip();
    }
    this._drawing = true;
    if (comparing()) {
      [true, false].forEach(function (left) {
        pen.save();
        pen.beginPath();
        pen.rect.apply(pen, swipeBox(left));
        pen.clip();
        drawLayers(layersOfSide(left), bounds);
        pen.restore();
      });
    } else {
      drawLayers(shownLayers(), bounds);
    }
    if (selection.path && selection.path._map) { selection.path._updatePath(); }
    askParts('draw', pen);
    drawLabels(pen);
    this._drawing = false;
    pen.restore();
  },
  _fillStroke: function (pen, path) { paintArea(pen, path.options.symbol); },
  paintNow: function () {
    if (this._redrawRequest) { L.Util.cancelAnimFrame(this._redrawRequest); this._redrawRequest = null; }
    this._redrawBounds = null;
    this._redraw();
  }
});

function drawLayers(layers, bounds) {
  var shown = layers.slice().reverse().filter(function (layer) { return map.getZoom() >= layer.zoom; });
  var hiding = shown.map(hides).lastIndexOf(true);
  drawGroundAreas(bounds);
  if (hiding < 0) { drawGroundLines(bounds); }
  shown.forEach(function (layer, number) {
    if (number === hiding + 1 && number) { drawGroundLines(bounds); }
    var room = layer.geometry === 'point' ? roomFor(inkOf(layer)) : 1;
    layer.paths.forEach(function (path) {
      if (path) { path.options.room = room; }
      if (path && path._map && (!bounds || (path._pxBounds && path._pxBounds.intersects(bounds)))) { path._updatePath(); }
    });
  });
  if (hiding >= 0 && hiding === shown.length - 1) { drawGroundLines(bounds); }
}

var Place = L.CircleMarker.extend({
  _updatePath: function () {
    var renderer = this._renderer;
    if (!renderer._drawing || this._empty()) { return; }
    var size = this.options.symbol.size / 2 * growth() * this.options.room * this.options.share;
    drawPoint(renderer._ctx, this.options.symbol, this._point.x, this._point.y, Math.max(size, 1.6));
  }
});

var painter = new Painter({ padding: 0.3, tolerance: 4 });
var selection = { path: null, layer: -1, row: -1 };
var homeZoom = 10;
map.options.renderer = painter;

function growth() { return Math.min(Math.max(0.8 + 0.14 * (map.getZoom() - homeZoom), 0.72), 1.9); }

// How many full symbols the points of a layer are as much ink as.
function inkOf(layer) {
  return layer.sizes ? layer.sizes.reduce(function (sum, share) { return sum + share * share; }, 0) : layer.points.length;
}

// Many points are drawn small while the whole map is seen, and in full size two zooms further in.
function roomFor(count) {
  var near = Math.min(Math.max((map.getZoom() - homeZoom) / 2, 0), 1);
  var small = Math.min(Math.max(Math.sqrt(120 / Math.max(count, 1)), 0.5), 1);
  return small + (1 - small) * near;
}

function shownLayers() { return data.layers.filter(function (layer) { return layer.shown; }); }

function pathOf(layer, row, symbol) {
  var options = { symbol: symbol, interactive: false, renderer: painter, weight: Math.max(symbol.width, 1),
    stroke: true, fill: layer.geometry === 'polygon', smoothFactor: 1 };
  if (layer.geometry === 'point') {
    var point = layer.points[row];
    options.share = layer.sizes ? layer.sizes[row] : 1;
    options.radius = symbol.size / 2 * options.share;
    options.room = 1;
    return point && new Place(L.latLng(point[1] / data.steps, point[0] / data.steps), options);
  }
  var shape = shapeOf(layer, row);
  if (!shape.length) { return null; }
  if (layer.geometry === 'line') {
    return L.polyline(shape.map(function (rings) { return rings[0]; }), options);
  }
  return L.polygon(shape, options);
}

function build(layer) {
  if (!layer.paths.length) {
    layer.opens = layer.cards.rows.map(function (line) { return line.length > 1 || layer.answers.length > 0; });
    layer.paths = layer.classes.map(function (_, row) { return pathOf(layer, row, symbolOf(layer, row)); });
  }
}

// The shapes of layers that wait are joined while nothing else is to be done, one layer at a time.
function buildAhead() {
  var idle = window.requestIdleCallback || function (work) { setTimeout(work, 50); };
  var waiting = data.layers.find(function (layer) { return !layer.paths.length && layer.classes.length; });
  if (!waiting) { return; }
  idle(function () { build(waiting); buildAhead(); });
}

function show(layer, shown) {
  setShown(layer, shown);
  afterLayers();
}

// Without painting: several layers change at once when a finding is opened.
function setShown(layer, shown) {
  layer.shown = shown;
  var wanted = shown || layer.beside;
  if (wanted === layer.drawn) { return; }
  layer.drawn = wanted;
  if (wanted) { build(layer); }
  layer.paths.forEach(function (path) {
    if (!path) { return; }
    if (wanted) { map.addLayer(path); } else { map.removeLayer(path); }
  });
}

function afterLayers() {
  if (map._loaded) { placeLabels(); painter.paintNow(); }
  showMapLegend();
}

// Every visible place at a point of the map's frame that has something to say: points first, then the smallest area.
function placesAt(framePoint) {
  var point = map.containerPointToLayerPoint(framePoint), found = [];
  (comparing() ? layersOfSide(framePoint.x <= map.getSize().x * swipe.share) : shownLayers()).forEach(function (layer) {
    if (map.getZoom() < layer.zoom) { return; }
    layer.paths.forEach(function (path, row) {
      if (path && layer.opens[row] && path._pxBounds && path._pxBounds.contains(point) && path._containsPoint(point)) {
        var size = layer.geometry === 'point' ? { x: 0, y: 0 } : path._pxBounds.getSize();
        found.push({ layer: data.layers.indexOf(layer), row: row, size: size.x * size.y });
      }
    });
  });
  return found.sort(function (a, b) { return a.size - b.size || a.layer - b.layer; });
}

function select(layerNumber, row) {
  if (selection.path) { map.removeLayer(selection.path); }
  selection = { path: null, layer: layerNumber, row: row };
  if (layerNumber < 0) { painter.paintNow(); return; }
  var layer = data.layers[layerNumber], base = symbolOf(layer, row);
  var point = layer.geometry === 'point';
  var mark = { fill: point ? base.fill : '', opacity: 1, line: INK, width: point ? 2.5 : 3.5, dash: false,
    hatch: false, shape: base.shape, size: base.size + 7, glyph: base.glyph };
  selection.path = pathOf(layer, row, mark);
  if (selection.path) { map.addLayer(selection.path); }
  painter.paintNow();
}

// Bring a place into the part of the map that its card leaves free.
function goTo(layerNumber, row) {
  var layer = data.layers[layerNumber], path = pathOf(layer, row, symbolOf(layer, row));
  if (!path) { return; }
  var point = layer.geometry === 'point';
  fitBeside(point ? path.getLatLng().toBounds(400) : path.getBounds(), homeZoom + (point ? 2.5 : 3.5));
}

function fitBeside(box, maxZoom) {
  var size = map.getSize(), narrow = size.x < 700;
  map.fitBounds(box, { maxZoom: maxZoom, animate: false, paddingTopLeft: [narrow ? 30 : besideLegend() + 18, 30],
    paddingBottomRight: narrow ? [30, size.y * 0.62] : [Math.min(440, size.x * 0.4), 50] });
}

// Names on the map: the largest places first, none over another.
var labels = [];

function placeLabels() {
  var taken = [], pen = painter._ctx;
  labels = [];
  if (!pen) { return; }
  shownLayers().forEach(function (layer) {
    if (!layer.labels || map.getZoom() < layer.zoom) { return; }
    layer.labels.forEach(function (label) {
      var at = map.latLngToLayerPoint(L.latLng(label[3] / data.steps, label[2] / data.steps));
      pen.font = LABEL_FONT;
      var words_ = bounded(text(label[1]));
      var wide = pen.measureText(words_).width / 2 + 6, high = 11;
      if (layer.geometry === 'point') { at = at.add([wide + symbolOf(layer, label[0]).size / 2 * growth(), 0]); }
      var box = L.bounds(at.subtract([wide, high]), at.add([wide, high]));
      if (taken.some(function (other) { return other.intersects(box); })) { return; }
      taken.push(box);
      labels.push({ text: words_, at: at, box: [box.min.x, box.min.y, box.max.x, box.max.y] });
    });
  });
}

// A name on the map is no longer than a line can hold.
function bounded(name) { return name.length > 42 ? name.slice(0, 40).trim() + '\u2026' : name; }

var LABEL_FONT = '600 14px system-ui, sans-serif';

function drawLabels(pen) {
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  pen.font = LABEL_FONT;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  labels.forEach(function (label) {
    pen.lineWidth = 4;
    pen.strokeStyle = 'rgba(255,255,255,.92)';
    pen.strokeText(label.text, label.at.x, label.at.y);
    pen.fillStyle = INK;
    pen.fillText(label.text, label.at.x, label.at.y);
  });
  drawNames(pen, labels.map(function (label) { return label.box; }));
}

// What the legend takes on the left of a map that is wide enough for both.
function besideLegend() {
  var open = mapLegend ? mapLegend.open : !window.matchMedia('(max-width: 820px)').matches;
  var wide = window.matchMedia('(max-width: 1100px)').matches ? 245 : 300;  // the legend's width in page.css, and room beside it
  return open && map.getSize().x > 1.8 * wide ? wide : 12;
}

function wholeMap() {
  map.fitBounds(data.bounds, { animate: false, paddingTopLeft: [besideLegend(), 12], paddingBottomRight: [12, 48] });
  map.homeView = { centre: map.getCenter(), zoom: map.getZoom() };
}

function startMap() {
  buildGround();
  map.addLayer(painter);
  wholeMap();
  homeZoom = map.getZoom();
  map.setMinZoom(homeZoom - 1);
  map.setMaxBounds(L.latLngBounds(data.bounds).pad(0.6));
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) { map.options.zoomAnimation = false; }
  L.control.zoom({ position: 'topleft', zoomInTitle: words['page.zoom_in'], zoomOutTitle: words['page.zoom_out'] }).addTo(map);
  var Home = L.Control.extend({
    options: { position: 'topleft' },
    onAdd: function () {
      var bar = element('div', 'leaflet-bar'), button = element('button', 'home', '⤢');
      button.type = 'button';
      button.title = words['page.whole_map'];
      button.setAttribute('aria-label', words['page.whole_map']);
      L.DomEvent.disableClickPropagation(bar);
      button.addEventListener('click', wholeMap);
      bar.appendChild(button);
      return bar;
    }
  });
  new Home().addTo(map);
  L.control.scale({ position: 'bottomleft', maxWidth: 130 }).addTo(map);
  document.getElementById('credit').textContent = data.credit;
  data.layers.forEach(function (layer) {
    layer.paths = [];
    layer.shown = layer.beside = layer.drawn = false;
  });
  if (ground && ground.shown) { showGround(true); }
  if (!data.results.length) { data.layers.forEach(function (layer) { if (layer.visible) { setShown(layer, true); } }); }
  map.on('zoomend moveend viewreset', placeLabels);
  map.on('zoomend', function () { painter.paintNow(); });
  placeLabels();
  painter.paintNow();
}
