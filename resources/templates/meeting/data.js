// The page's data: texts by number, arcs joined to rings, numbers that the page itself works out in words.
var words = data.words;

// What is read only when it is looked at comes as JSON within the JSON.
function unfold(object, key) {
  var folded = object[key], found = null;
  Object.defineProperty(object, key, { get: function () {
    if (!found) { found = JSON.parse(folded); folded = null; }
    return found;
  } });
}

data.results.forEach(function (result) { unfold(result, 'tables'); });
data.layers.forEach(function (layer) { unfold(layer.cards, 'rows'); });

function text(number) { return number < 0 ? '' : data.texts[number]; }

// A text of the page's own making, by number like any other.
var ownTexts = new Map();

function textNumber(content) {
  if (!ownTexts.has(content)) { ownTexts.set(content, data.texts.push(content) - 1); }
  return ownTexts.get(content);
}

function inWords(count) { return count.toLocaleString(data.locale); }

// A number in the unit that people read, as the tables write theirs; with a sign where it says how two differ.
function numberInWords(value, unit, digits, signed) {
  if (value === null || value === undefined) { return ''; }
  var recipe = data.numbers[unit] || data.numbers[''], fine = digits || recipe.digits, places = Math.max(fine, 0);
  if (signed && unit === 'share') { recipe = { scale: recipe.scale, digits: recipe.digits, around: words['page.points'] }; }  // 5 % less 4 % is one point
  var coarse = Math.pow(10, Math.max(-fine, 0)), shown = Math.round(value * recipe.scale / coarse * Math.pow(10, places)) / Math.pow(10, places) * coarse;
  if (!shown && value) { shown = value * recipe.scale; }
  var size = Math.abs(shown), sign = shown < 0 ? '\u2212' : signed && shown > 0 ? '+' : '';
  if (size && size < coarse * Math.pow(10, -places) / 2) {
    return recipe.around.replace('{n}', '<' + (coarse * Math.pow(10, -places)).toLocaleString(data.locale));
  }
  return recipe.around.replace('{n}', sign + size.toLocaleString(data.locale, { minimumFractionDigits: places, maximumFractionDigits: places }));
}

function say(key, blanks) {
  return words[key].replace(/\{(\w+)\}/g, function (_, name) { return blanks[name]; });
}

function element(tag, className, content) {
  var made = document.createElement(tag);
  if (className) { made.className = className; }
  if (content !== undefined) { made.textContent = content; }
  return made;
}

function announce(message) { document.getElementById('said').textContent = message; }

// Zigzag numbers of 7 bits a byte, steps from point to point, back to arcs of latitude and longitude.
function decodeArcs(encoded) {
  var bytes = atob(encoded), arcs = [], at = 0, x = 0, y = 0;
  function next() {
    var value = 0, scale = 1, byte;
    do {
      byte = bytes.charCodeAt(at++);
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  }
  function step() {
    var value = next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }
  while (at < bytes.length) {
    var count = next(), arc = new Array(count);
    for (var i = 0; i < count; i++) {
      x += step();
      y += step();
      arc[i] = L.latLng(y / data.steps, x / data.steps);
    }
    arcs.push(arc);
  }
  return arcs;
}

var arcs = decodeArcs(data.arcs);

function joinRing(numbers) {
  var ring = [];
  numbers.forEach(function (number) {
    var arc = number < 0 ? arcs[~number].slice().reverse() : arcs[number];
    for (var i = ring.length ? 1 : 0; i < arc.length; i++) { ring.push(arc[i]); }
  });
  return ring;
}

// A shape is joined once, whichever layers show it.
var joinedShapes = [];

function shapeOf(layer, row) {
  var number = layer.shapes[row];
  if (number < 0 || number === undefined) { return []; }
  joinedShapes[number] = joinedShapes[number] || data.shapes[number].map(function (rings) { return rings.map(joinRing); });
  return joinedShapes[number];
}

function symbolOf(layer, row) {
  var number = layer.classes[row];
  return number < 0 ? layer.noData : layer.symbols[number];
}
