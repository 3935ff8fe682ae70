// The page's data: texts by number, arcs joined to rings.
var given = document.getElementById('page-data');
var data = JSON.parse(given.dataset.size ? unpack(given.textContent, +given.dataset.size) : given.textContent);
var words = data.words;

function text(number) { return data.texts[number]; }

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

function joinShape(parts) {
  return parts.map(function (rings) { return rings.map(joinRing); });
}

function symbolOf(layer, row) {
  var number = layer.classes[row];
  return number < 0 ? layer.noData : layer.symbols[number];
}
