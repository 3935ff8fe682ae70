// The ground: water and parks under the data, roads and the coast above its fills; the recipe comes with the data.
var ground = data.ground, groundParts = { areas: [], lines: [] };
var EARTH = 156543.03392804097; // metres per pixel at the equator, zoom 0

function pixelsPerMetre() {
  return Math.pow(2, map.getZoom()) / (EARTH * Math.cos(map.getCenter().lat * Math.PI / 180));
}

// How much larger something is at a scale than at that of a whole town; the rule is [scale of the town, power, least, most].
function grown(scale, rule) {
  return Math.min(Math.max(Math.pow(scale / rule[0], rule[1]), rule[2]), rule[3]);
}

function buildGround() {
  if (!ground) { return; }
  var own = decodeArcs(ground.arcs), looks = {};
  function joined(numbers) {
    var line = [];
    numbers.forEach(function (number) {
      var arc = number < 0 ? own[~number].slice().reverse() : own[number];
      for (var i = line.length ? 1 : 0; i < arc.length; i++) { line.push(arc[i]); }
    });
    return line;
  }
  ground.recipe.lines.forEach(function (look, place) { looks[look.kind] = { look: look, place: place }; });
  ground.areas.forEach(function (one) {
    var shape = one[1].map(function (rings) { return rings.map(joined); });
    groundParts.areas.push({ kind: one[0], path: groundPath(shape, true) });
  });
  ground.lines.forEach(function (one) {
    groundParts.lines.push({ look: looks[one[0]].look, place: looks[one[0]].place, from: ground.recipe.from[one[1] - 1],
      path: groundPath(one[2].map(joined), false) });
  });
  groundParts.lines.sort(function (a, b) { return a.place - b.place; });
  ground.roads.forEach(function (road) { road[4] = road[4].map(joined); });
}

function groundPath(shape, filled) {
  var options = { interactive: false, renderer: painter, fill: filled, stroke: !filled, weight: 6, smoothFactor: 1, symbol: { fill: '', line: '' } };
  return filled ? L.polygon(shape, options) : L.polyline(shape, options);
}

function showGround(shown) {
  ground.shown = shown;
  groundParts.areas.concat(groundParts.lines).forEach(function (part) {
    if (shown) { map.addLayer(part.path); } else { map.removeLayer(part.path); }
  });
  if (map._loaded) { placeLabels(); painter.paintNow(); }
}

function paintGroundPart(part, symbol, bounds) {
  var path = part.path;
  path.options.symbol = symbol;
  if (path._map && (!bounds || (path._pxBounds && path._pxBounds.intersects(bounds)))) { path._updatePath(); }
}

function drawGroundAreas(bounds) {
  if (!ground || !ground.shown) { return; }
  Object.keys(ground.recipe.areas).forEach(function (kind) {
    groundParts.areas.forEach(function (part) {
      if (part.kind === kind) { paintGroundPart(part, { fill: ground.recipe.areas[kind], opacity: 1, line: '' }, bounds); }
    });
  });
}

// Casings of all roads first, so that where roads meet they join.
function drawGroundLines(bounds) {
  if (!ground || !ground.shown) { return; }
  var scale = pixelsPerMetre(), wider = grown(scale, ground.recipe.growth.lines);
  var drawn = groundParts.lines.filter(function (part) { return scale >= part.from; });
  drawn.forEach(function (part) {
    var look = part.look;
    if (look.casing) {
      paintGroundPart(part, { fill: '', line: ground.recipe.casing, width: look.width * wider + 2 * look.casing, strength: look.casing_strength }, bounds);
    }
  });
  drawn.forEach(function (part) {
    var look = part.look;
    paintGroundPart(part, { fill: '', line: look.ink, width: look.width * wider, strength: look.strength, dash: look.dash }, bounds);
  });
}

// Whether the fills of a layer hide what lies under them.
function hides(layer) {
  return layer.geometry === 'polygon' && layer.symbols.concat([layer.noData]).some(function (symbol) {
    return symbol.hatch ? layer.classes.indexOf(-1) >= 0 : symbol.fill && symbol.opacity >= 0.5 && symbol !== layer.noData;
  });
}
