// The page's data where it had to be packed: a bare DEFLATE stream (RFC 1951) in base64. The browser's own way is taken where it has
// one; else the page does it itself.
function readData(use) {
  var given = document.getElementById('page-data'), size = +given.dataset.size;
  if (!size) { use(JSON.parse(given.textContent)); return; }
  function byHand() { use(JSON.parse(unpack(given.textContent, size))); }
  if (!window.DecompressionStream || !window.Response) { byHand(); return; }
  var bytes = bytesOf(given.textContent), unpacked = null;
  try {
    unpacked = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
  } catch (problem) { byHand(); return; }
  unpacked.then(function (found) { return JSON.parse(found); }, function () { return null; }).then(function (found) {
    if (found) { use(found); } else { byHand(); }
  });
}

function bytesOf(encoded) {
  if (Uint8Array.fromBase64) { return Uint8Array.fromBase64(encoded); }
  var signs = atob(encoded), bytes = new Uint8Array(signs.length);
  for (var n = 0; n < signs.length; n++) { bytes[n] = signs.charCodeAt(n); }
  return bytes;
}

function unpack(encoded, size) {
  var packed = atob(encoded), at = 0, bits = 0, held = 0, out = new Uint8Array(size), end = 0;
  var LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  var ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

  function fill(count) {
    while (held < count) {
      bits |= packed.charCodeAt(at++) << held; // past the end there is nothing, which counts as 0
      held += 8;
    }
  }
  function take(count) {
    fill(count);
    var value = bits & ((1 << count) - 1);
    bits >>>= count;
    held -= count;
    return value;
  }

  // Canonical codes by the length of each: what the next bits stand for, looked up at once.
  function codes(lengths) {
    var longest = Math.max.apply(null, lengths), table = new Uint16Array(1 << longest), code = 0;
    for (var length = 1; length <= longest; length++) {
      for (var symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) { continue; }
        for (var turned = 0, n = 0; n < length; n++) { turned |= (code >> n & 1) << (length - 1 - n); }
        for (; turned < table.length; turned += 1 << length) { table[turned] = symbol << 4 | length; }
        code++;
      }
      code <<= 1;
    }
    return { table: table, longest: longest };
  }
  function next(known) {
    fill(known.longest);
    var found = known.table[bits & (known.table.length - 1)];
    bits >>>= found & 15;
    held -= found & 15;
    return found >> 4;
  }

  function times(count, value) {
    var made = [];
    while (made.length < count) { made.push(value); }
    return made;
  }
  function usual() {
    return [codes(times(144, 8).concat(times(112, 9), times(24, 7), times(8, 8))), codes(times(30, 5))];
  }
  function own() {
    var texts = take(5) + 257, distances = take(5) + 1, count = take(4) + 4, first = times(19, 0), lengths = [];
    for (var n = 0; n < count; n++) { first[ORDER[n]] = take(3); }
    for (var known = codes(first); lengths.length < texts + distances;) {
      var symbol = next(known);
      if (symbol < 16) { lengths.push(symbol); }
      else if (symbol === 16) { lengths = lengths.concat(times(take(2) + 3, lengths[lengths.length - 1])); }
      else { lengths = lengths.concat(times(symbol === 17 ? take(3) + 3 : take(7) + 11, 0)); }
    }
    return [codes(lengths.slice(0, texts)), codes(lengths.slice(texts))];
  }
  function stored() {
    take(held & 7);
    var length = take(16);
    for (take(16); length > 0; length--) { out[end++] = take(8); }
  }
  function block(both) {
    for (var symbol = next(both[0]); symbol !== 256; symbol = next(both[0])) {
      if (symbol < 256) { out[end++] = symbol; continue; }
      var step = symbol - 257, extra = step < 8 || step === 28 ? 0 : (step >> 2) - 1, length = LENGTHS[step] + take(extra);
      var far = next(both[1]), more = far < 4 ? 0 : (far >> 1) - 1;
      var from = end - (far < 4 ? far + 1 : ((2 + (far & 1)) << more) + 1 + take(more));
      while (length--) { out[end++] = out[from++]; }
    }
  }

  for (var last = 0; !last;) {
    last = take(1);
    var kind = take(2);
    if (kind === 0) { stored(); } else { block(kind === 1 ? usual() : own()); }
  }
  return new TextDecoder().decode(out);
}
