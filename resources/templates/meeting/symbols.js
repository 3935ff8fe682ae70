// How a symbol is drawn: the same lines for the map's canvas and the legend's swatches.
var HALO = '#ffffff', INK = '#26323f';

// The recipe of the hatch comes with the data.
function hatch(context) {
  var tile = document.createElement('canvas'), size = data.hatch.size;
  tile.width = tile.height = size;
  var pen = tile.getContext('2d');
  pen.strokeStyle = data.hatch.ink;
  pen.lineWidth = data.hatch.width;
  pen.beginPath();
  for (var shift = -size; shift <= size; shift += size) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

// Lines that fall to the right, for ground that is read over what lies below it; the recipe comes with the data.
function falling(context, ink) {
  var tile = document.createElement('canvas'), size = data.pattern.size;
  tile.width = tile.height = size;
  var pen = tile.getContext('2d');
  pen.strokeStyle = ink;
  pen.lineWidth = data.pattern.width;
  pen.beginPath();
  for (var shift = -size; shift <= size; shift += size) {
    pen.moveTo(shift, 0);
    pen.lineTo(shift + size, size);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

function tracePoint(pen, shape, x, y, r) {
  pen.beginPath();
  if (shape === 'diamond') {
    r *= 1.2;
    pen.moveTo(x, y - r); pen.lineTo(x + r, y); pen.lineTo(x, y + r); pen.lineTo(x - r, y); pen.closePath();
  } else if (shape === 'square') {
    var side = r * 0.92, bend = Math.min(side * 0.5, 2.5);
    pen.moveTo(x - side + bend, y - side);
    pen.arcTo(x + side, y - side, x + side, y + side, bend);
    pen.arcTo(x + side, y + side, x - side, y + side, bend);
    pen.arcTo(x - side, y + side, x - side, y - side, bend);
    pen.arcTo(x - side, y - side, x + side, y - side, bend);
    pen.closePath();
  } else if (shape === 'triangle') {
    pen.moveTo(x, y - r * 1.15); pen.lineTo(x + r, y + r * 0.8); pen.lineTo(x - r, y + r * 0.8); pen.closePath();
  } else if (shape === 'plus' || shape === 'cross') {
    var turn = shape === 'cross' ? Math.PI / 4 : 0, arm = r * 0.36;
    var corners = [[-arm, -r], [arm, -r], [arm, -arm], [r, -arm], [r, arm], [arm, arm],
      [arm, r], [-arm, r], [-arm, arm], [-r, arm], [-r, -arm], [-arm, -arm]];
    corners.forEach(function (corner, i) {
      var cx = x + corner[0] * Math.cos(turn) - corner[1] * Math.sin(turn);
      var cy = y + corner[0] * Math.sin(turn) + corner[1] * Math.cos(turn);
      if (i) { pen.lineTo(cx, cy); } else { pen.moveTo(cx, cy); }
    });
    pen.closePath();
  } else {
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }
}

function drawPoint(pen, symbol, x, y, r) {
  tracePoint(pen, symbol.shape, x, y, r + Math.min(0.5 + r * 0.2, 1.5));
  pen.globalAlpha = 0.9;
  pen.fillStyle = HALO;
  pen.fill();
  tracePoint(pen, symbol.shape, x, y, r);
  if (symbol.fill) {
    pen.globalAlpha = symbol.opacity;
    pen.fillStyle = symbol.fill;
    pen.fill();
  }
  pen.globalAlpha = 1;
  if (symbol.line) {
    pen.setLineDash([]);
    pen.lineWidth = Math.min(symbol.width, r * 0.6);
    pen.strokeStyle = symbol.line;
    pen.stroke();
  }
  if (symbol.glyph && r >= 4) {
    pen.fillStyle = symbol.fill ? HALO : INK;
    pen.font = '700 ' + Math.round(r * 1.5) + 'px sans-serif';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(symbol.glyph, x, y + 0.5);
  }
}

// A box (legend) or the current path (map) filled and outlined as an area.
function paintArea(pen, symbol) {
  if (symbol.fill) {
    pen.globalAlpha = symbol.opacity;
    pen.fillStyle = symbol.fill;
    pen.fill('evenodd');
  }
  if (symbol.hatch) {
    pen.globalAlpha = 1;
    pen.fillStyle = hatch(pen);
    pen.fill('evenodd');
  }
  if (symbol.pattern) {
    pen.globalAlpha = data.pattern.strength;
    pen.fillStyle = falling(pen, symbol.fill);
    pen.fill('evenodd');
  }
  if (symbol.casing) {
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    pen.lineWidth = symbol.casing;
    pen.lineJoin = 'round';
    pen.strokeStyle = HALO;
    pen.stroke();
  }
  if (symbol.line && symbol.width) {
    pen.globalAlpha = symbol.strength === undefined ? 1 : symbol.strength;
    pen.setLineDash(symbol.dash ? [5, 4] : []);
    pen.lineWidth = symbol.width;
    pen.lineJoin = 'round';
    pen.strokeStyle = symbol.line;
    pen.stroke();
  }
}

function swatch(layer, symbol) {
  var canvas = element('canvas', 'swatch'), ratio = 2, wide = 26, high = 18;
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  canvas.setAttribute('aria-hidden', 'true');
  var pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  if (layer.geometry === 'point') {
    drawPoint(pen, symbol, wide / 2, high / 2, Math.min(Math.max(symbol.size / 2, 3), 7));
    return canvas;
  }
  pen.beginPath();
  if (layer.geometry === 'line') {
    pen.moveTo(2, high / 2); pen.lineTo(wide - 2, high / 2);
  } else {
    pen.rect(2.5, 2.5, wide - 5, high - 5);
  }
  paintArea(pen, symbol);
  if (symbol.fill && (!symbol.line || symbol.line.toLowerCase() === '#ffffff')) {
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    pen.lineWidth = 1;
    pen.strokeStyle = '#b7c0c9';
    pen.stroke();
  }
  return canvas;
}
