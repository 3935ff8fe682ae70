// Names of the ground and of schools: the most important first, each at the first of its places that is free; the same places
// wherever the map is moved.
var NAME_TRIES = [];
[0, -0.25, 0.25, -0.5, 0.5].forEach(function (dx) {
  [0, -0.6, 0.6, -1.2, 1.2].forEach(function (dy) { NAME_TRIES.push([dx, dy]); });
});
NAME_TRIES.sort(function (a, b) { return 9 * a[0] * a[0] + a[1] * a[1] - 9 * b[0] * b[0] - b[1] * b[1] || a[0] - b[0] || a[1] - b[1]; });
var ALONG_TRIES = [0, 0.12, -0.12, 0.25, -0.25, 0.37, -0.37];
var NAME_FAMILY = getComputedStyle(document.body).fontFamily;
var namePen = document.createElement('canvas').getContext('2d'), nameWidths = {};

function nameFont(kind, px) {
  var look = ground.recipe.names[kind];
  return (look.slanted ? 'italic ' : '') + look.weight + ' ' + px + 'px ' + NAME_FAMILY;
}

function nameWide(line, font) {
  var key = font + line;
  if (!(key in nameWidths)) {
    namePen.font = font;
    nameWidths[key] = namePen.measureText(line).width;
  }
  return nameWidths[key];
}

function namePx(kind, scale) {
  return Math.round(ground.recipe.names[kind].px * grown(scale, ground.recipe.growth.names));
}

// A name that could be written: its lines, how, its tier, its places as [x, y, angle] in pixels of the zoom.
function spotWish(lines, kind, tier, at, radius, quiet, scale, beside) {
  var px = namePx(kind, scale), font = nameFont(kind, px), gap = px * 1.15;
  var wide = Math.max.apply(null, lines.map(function (line) { return nameWide(line, font); })), high = gap * lines.length;
  var shifts;
  if (beside) {
    shifts = [[beside + wide / 2, 0], [-beside - wide / 2, 0], [0, -beside - high / 2], [0, beside + high / 2]];
  } else {
    var room = Math.max(radius * scale, 0.6 * high, 0.3 * wide);
    shifts = NAME_TRIES.map(function (by) { return [by[0] * wide, by[1] * high]; })
      .filter(function (by) { return by[0] * by[0] + by[1] * by[1] <= room * room; });
  }
  return { lines: lines, kind: kind, font: font, gap: gap, tier: tier, wide: wide, high: high, quiet: quiet, apart: ground.recipe.apart,
    places: shifts.map(function (by) { return [at.x + by[0], at.y + by[1], 0]; }) };
}

function roadWishes(road, scale, zoom, region) {
  var sign = road[1] === ground.recipe.sign.kind, px = namePx(road[1], scale), font = nameFont(road[1], px);
  var wide = nameWide(road[0], font), high = px * 1.15, made = [];
  var parts = road[4].map(function (line) { return line.map(function (at) { return map.project(at, zoom); }); });
  var lengths = parts.map(function (line) {
    return line.reduce(function (sum, at, i) { return i ? sum + at.distanceTo(line[i - 1]) : 0; }, 0);
  });
  var total = lengths.reduce(function (a, b) { return a + b; }, 0);
  if (total < (sign ? 44 : wide * 1.2)) { return made; }
  if (sign) {
    wide = Math.max(wide + 2 * ground.recipe.sign.room[0], high);
    high += 2 * ground.recipe.sign.room[1];
  }
  var stretches = Math.pow(2, Math.floor(Math.log2(Math.max(total / (sign ? 260 : 420), 1))));
  for (var number = 0; number < stretches; number++) {
    var places = ALONG_TRIES.map(function (by) {
      return standAlong(parts, lengths, (number + 0.5 + by) / stretches * total, sign ? 0 : wide);
    }).filter(function (at) { return at && region.contains(L.point(at[0], at[1])); });
    if (places.length) {
      made.push({ lines: [road[0]], kind: road[1], font: font, gap: high, wide: wide, high: high, quiet: 0, places: places, sign: sign,
        tier: !sign || number === Math.floor(stretches / 2) ? road[2] : road[2] + 1.95, apart: sign ? ground.recipe.sign.apart : 210 });
    }
  }
  return made;
}

// The place so far along a road, with its angle; none where the road bends too much for a name of a width.
function standAlong(parts, lengths, away, wide) {
  var number = 0;
  while (number < parts.length - 1 && away > lengths[number]) { away -= lengths[number++]; }
  if (!wide) {
    var at = pointAlong(parts[number], away);
    return [at.x, at.y, 0];
  }
  if (away < wide / 2 || away + wide / 2 > lengths[number]) { return null; }
  var start = pointAlong(parts[number], away - wide / 2), end = pointAlong(parts[number], away + wide / 2);
  if (start.distanceTo(end) < 0.985 * wide) { return null; }
  var angle = Math.atan2(end.y - start.y, end.x - start.x);
  if (angle > Math.PI / 2) { angle -= Math.PI; }
  if (angle <= -Math.PI / 2) { angle += Math.PI; }
  return [(start.x + end.x) / 2, (start.y + end.y) / 2, angle];
}

function pointAlong(line, away) {
  for (var i = 1; i < line.length; i++) {
    var step = line[i].distanceTo(line[i - 1]);
    if (away <= step || i === line.length - 1) {
      var share = step ? Math.min(Math.max(away / step, 0), 1) : 0;
      return L.point(line[i - 1].x + (line[i].x - line[i - 1].x) * share, line[i - 1].y + (line[i].y - line[i - 1].y) * share);
    }
    away -= step;
  }
  return line[0];
}

// The room of a name at a place; of a slanted one in pieces that follow it.
function nameBoxes(wish, at) {
  var half = wish.wide / 2 + 2.5, tall = wish.high / 2 + 0.5, angle = at[2];
  if (!angle) { return [[at[0] - half, at[1] - tall, at[0] + half, at[1] + tall]]; }
  var pieces = Math.max(Math.ceil(half / tall), 1), step = 2 * half / pieces, made = [];
  var across = Math.abs(Math.sin(angle)), along = Math.abs(Math.cos(angle));
  var x = step / 2 * along + tall * across, y = step / 2 * across + tall * along;
  for (var i = 0; i < pieces; i++) {
    var away = -half + (i + 0.5) * step, cx = at[0] + away * Math.cos(angle), cy = at[1] + away * Math.sin(angle);
    made.push([cx - x, cy - y, cx + x, cy + y]);
  }
  return made;
}

// Which names stand where, found by squares of the plane.
function NameBoard() { this.squares = {}; this.marks = 0; }
NameBoard.prototype.each = function (boxes, act) {
  var squares = this.squares, size = 64;
  boxes.forEach(function (box) {
    for (var x = Math.floor(box[0] / size); x <= Math.floor(box[2] / size); x++) {
      for (var y = Math.floor(box[1] / size); y <= Math.floor(box[3] / size); y++) {
        act(squares[x + ':' + y] = squares[x + ':' + y] || [], box);
      }
    }
  });
};
NameBoard.prototype.inWay = function (boxes) {
  var found = [];
  this.each(boxes, function (square, box) {
    square.forEach(function (entry) {
      var other = entry.box;
      if (found.indexOf(entry.owner) < 0 && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) { found.push(entry.owner); }
    });
  });
  return found;
};
NameBoard.prototype.stand = function (boxes, owner) {
  this.each(boxes, function (square, box) { square.push({ box: box, owner: owner }); });
};
NameBoard.prototype.leave = function (boxes, owner) {
  this.each(boxes, function (square) {
    for (var i = square.length - 1; i >= 0; i--) { if (square[i].owner === owner) { square.splice(i, 1); } }
  });
};

function placeNames(wishes) {
  var board = new NameBoard(), groups = {};
  wishes.sort(function (a, b) { return a.tier - b.tier || a.order - b.order; });
  function apart(wish, at) {
    return (groups[wish.group] || []).every(function (other) {
      return other === wish || Math.hypot(other.at[0] - at[0], other.at[1] - at[1]) >= wish.apart;
    });
  }
  function stand(wish, at) {
    wish.at = at;
    board.stand(nameBoxes(wish, at), wish);
    (groups[wish.group] = groups[wish.group] || []).push(wish);
  }
  function leave(wish) {
    board.leave(nameBoxes(wish, wish.at), wish);
    groups[wish.group].splice(groups[wish.group].indexOf(wish), 1);
    wish.at = null;
  }
  function settle(wish, clear) {
    return wish.places.some(function (at) {
      var boxes = nameBoxes(wish, at);
      if (board.inWay(boxes).length || !apart(wish, at) || (clear && meet(boxes, clear))) { return false; }
      stand(wish, at);
      return true;
    });
  }
  wishes.forEach(function (wish) {
    wish.group = wish.lines.join(' ').toLowerCase() + (wish.sign ? '#' : '');
    if (wish.sign) { makeWay(wish, wishes); }
  });
  wishes.forEach(function (wish) { settle(wish); });
  wishes.filter(function (wish) { return !wish.at; }).slice(0, 250).forEach(function (wish) {
    wish.places.some(function (at) {
      var boxes = nameBoxes(wish, at), others = board.inWay(boxes);
      if (others.length !== 1 || !apart(wish, at)) { return false; }
      var other = others[0], was = other.at;
      leave(other);
      if (settle(other, boxes)) { stand(wish, at); return true; }
      stand(other, was);
      return false;
    });
  });
  return wishes.filter(function (wish) { return wish.at; });
}

function meet(boxes, others) {
  return boxes.some(function (a) {
    return others.some(function (b) { return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]; });
  });
}

// Signs stand anywhere along their road: where they hide the least comes first.
function makeWay(sign, wishes) {
  sign.places = sign.places.map(function (at, i) {
    var box = nameBoxes(sign, at), cost = 0;
    wishes.forEach(function (wish) {
      if (!wish.sign && Math.abs(wish.places[0][0] - at[0]) < 200 && meet(box, nameBoxes(wish, wish.places[0]))) { cost += Math.pow(4, -wish.tier); }
    });
    return { at: at, cost: cost, i: i };
  }).sort(function (a, b) { return a.cost - b.cost || a.i - b.i; }).map(function (one) { return one.at; });
}

var standing = { key: '', names: [] };

// The names around what is seen, in pixels of the zoom; placed anew only for another zoom or another part of the map.
function namesAround() {
  if (!ground || !ground.named) { return []; }
  var zoom = map.getZoom(), scale = pixelsPerMetre(), cell = 1024, seen = map.getPixelBounds(), around = 160;
  var region = L.bounds(
    [(Math.floor((seen.min.x - around) / cell)) * cell, (Math.floor((seen.min.y - around) / cell)) * cell],
    [(Math.ceil((seen.max.x + around) / cell)) * cell, (Math.ceil((seen.max.y + around) / cell)) * cell]);
  var schools = scale >= ground.recipe.school.from ? shownLayers().filter(function (layer) { return layer.named; }) : [];
  var key = [zoom, region.min.x, region.min.y, region.max.x, region.max.y, ground.shown, schools.map(function (layer) { return layer.id; })].join();
  if (standing.key === key) { return standing.names; }
  var wishes = [];
  if (ground.shown) {
    ground.spots.forEach(function (spot) {
      var at = map.project(L.latLng(spot[5] / data.steps, spot[4] / data.steps), zoom);
      if (scale >= spot[3] && region.contains(at)) { wishes.push(spotWish(spot[0], spot[1], spot[2], at, spot[6], spot[7], scale, 0)); }
    });
    ground.roads.forEach(function (road) {
      if (scale >= road[3]) { wishes = wishes.concat(roadWishes(road, scale, zoom, region)); }
    });
  }
  schools.forEach(function (layer) {
    layer.named.forEach(function (row) {
      var point = layer.points[row], at = point && map.project(L.latLng(point[1] / data.steps, point[0] / data.steps), zoom);
      if (at && region.contains(at)) {
        var beside = symbolOf(layer, row).size / 2 * growth() + 4;
        wishes.push(spotWish(twoLines(text(layer.names[row])), ground.recipe.school.kind, 4, at, 0, 0, scale, beside));
      }
    });
  });
  wishes.forEach(function (wish, order) { wish.order = order; });
  standing = { key: key, names: placeNames(wishes) };
  return standing.names;
}

function twoLines(name) {
  var parts = name.split(/\s+/), best = [name];
  if (name.length < 12) { return best; }
  for (var i = 1, least = Infinity; i < parts.length; i++) {
    var way = [parts.slice(0, i).join(' '), parts.slice(i).join(' ')], long = Math.max(way[0].length, way[1].length);
    if (long < least) { least = long; best = way; }
  }
  return best;
}

function drawNames(pen, taken) {
  var origin = map.getPixelOrigin(), size = map.getSize(), corner = map.containerPointToLayerPoint([0, 0]);
  var seen = L.bounds(corner, corner.add(size)), clear = taken.concat(furnitureBoxes(corner));
  namesAround().forEach(function (name) {
    var x = name.at[0] - origin.x, y = name.at[1] - origin.y, boxes = nameBoxes(name, [x, y, name.at[2]]);
    var whole = boxes.every(function (box) { return seen.contains(L.bounds([box[0], box[1]], [box[2], box[3]])); });
    if (!whole && boxes.some(function (box) { return seen.intersects(L.bounds([box[0], box[1]], [box[2], box[3]])); })) { return; }
    if (meet(boxes, clear)) { return; }
    pen.save();
    pen.translate(x, y);
    pen.rotate(name.at[2]);
    writeName(pen, name);
    pen.restore();
  });
}

// What stands on the map: names keep clear of it.
function furnitureBoxes(corner) {
  var frame = document.getElementById('map-region').getBoundingClientRect();
  return Array.prototype.slice.call(document.querySelectorAll('.leaflet-bar, .leaflet-control-scale, #credit, #card')).map(function (one) {
    var box = one.getBoundingClientRect();
    return [box.left - frame.left + corner.x, box.top - frame.top + corner.y, box.right - frame.left + corner.x, box.bottom - frame.top + corner.y];
  }).filter(function (box) { return box[2] > box[0]; });
}

function writeName(pen, name) {
  var look = ground.recipe.names[name.kind], sign = ground.recipe.sign;
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  pen.font = name.font;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  if (name.sign) {
    tracePlate(pen, name.wide, name.high, 4);
    pen.fillStyle = sign.fill;
    pen.fill();
    pen.lineWidth = 1.1;
    pen.strokeStyle = sign.edge;
    pen.stroke();
  }
  name.lines.forEach(function (line, i) {
    var y = (i - (name.lines.length - 1) / 2) * name.gap * (name.lines.length > 1 ? 0.96 : 1);
    if (!name.sign) {
      pen.lineWidth = ground.recipe.halo;
      pen.strokeStyle = HALO;
      pen.strokeText(line, 0, y);
    }
    pen.fillStyle = name.quiet ? ground.recipe.quiet : look.ink;
    pen.fillText(line, 0, y);
  });
}

function tracePlate(pen, wide, high, bend) {
  var x = wide / 2, y = high / 2;
  pen.beginPath();
  pen.moveTo(-x + bend, -y);
  pen.arcTo(x, -y, x, y, bend);
  pen.arcTo(x, y, -x, y, bend);
  pen.arcTo(-x, y, -x, -y, bend);
  pen.arcTo(-x, -y, x, -y, bend);
  pen.closePath();
}
