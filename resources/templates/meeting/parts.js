// What other parts of the page may do here: each calls addPart(name, hooks) when it is read; every hook is optional.
//   start(given)            once, when map, findings and search stand; given is what the part's data gave
//   card(place, layer, row) when the card of a place is open; what is put into place stands at the card's foot
//   answer(place, result)   when a finding is opened (a number of data.results); place stands under its tables
//   draw(pen)               over the map's data and under its names; map.latLngToLayerPoint gives the pixels
//   hit(point)              what of the part lies under a point (in the pixels of draw), or nothing; asked before the layers
//   open(what)              what hit gave was chosen
//   paper(place)            when the page is made ready for print; what is put into place is printed after the findings
var parts = {};

function addPart(name, hooks) { parts[name] = hooks; }

function askParts(hook) {
  var given = Array.prototype.slice.call(arguments, 1);
  return Object.keys(parts).map(function (name) {
    return parts[name][hook] ? parts[name][hook].apply(parts[name], given) : undefined;
  });
}

function startParts() {
  Object.keys(parts).forEach(function (name) {
    if (parts[name].start) { parts[name].start(data.parts[name]); }
  });
}

// The id of a place in its layer, and the way back: what a part keeps of a place holds good in a page made later.
function placeId(layerNumber, row) {
  var layer = data.layers[layerNumber];
  return { layer: layer.id, id: text(layer.ids[row]) };
}

function placeOf(layerId, id) {
  var number = data.layers.findIndex(function (layer) { return layer.id === layerId; });
  if (number < 0) { return null; }
  var layer = data.layers[number];
  layer.byId = layer.byId || new Map(layer.ids.map(function (key, row) { return [text(key), row]; }));
  return layer.byId.has(id) ? [number, layer.byId.get(id)] : null;
}

// What of a part lies under a point of the map's frame: the part and its thing, or nothing.
function partAt(framePoint) {
  var point = map.containerPointToLayerPoint(framePoint), found = null;
  Object.keys(parts).some(function (name) {
    var what = parts[name].hit ? parts[name].hit(point) : undefined;
    if (what !== undefined && what !== null) { found = { part: parts[name], what: what }; }
    return found;
  });
  return found;
}
