// The card of a place: by click, by Enter in the middle of the map, from the search and from a table.
var cardOpener = null;

function openCard(layerNumber, row, others, byKey) {
  var layer = data.layers[layerNumber], line = layer.cards.rows[row], card = document.getElementById('card');
  cardOpener = byKey ? document.activeElement : null;
  document.getElementById('card-title').textContent = text(layer.names[row]);
  document.getElementById('card-subtitle').textContent = text(line[0]);
  var rows = document.getElementById('card-rows');
  rows.textContent = '';
  var list = rows.appendChild(element('dl'));
  for (var i = 1; i < line.length; i += 3) {
    if (line[i] < 0) {  // the name of an answer, or "About this place"; what is not on the map is folded
      list = cardPart(rows, list, text(-1 - line[i]), line[i + 1]);
      continue;
    }
    var pair = element('div', text(line[i + 1]).length > 44 ? 'prose' : '');
    pair.appendChild(element('dt', '', text(line[i])));
    var value = element('dd', '', text(line[i + 1]));
    if (text(line[i + 2])) { value.appendChild(element('span', 'quiet', ' ' + text(line[i + 2]))); }
    pair.appendChild(value);
    list.appendChild(pair);
  }
  fill('card-cautions', layer.cards.cautions.join(' '));
  fill('card-source', layer.cards.source);
  alsoHere(others || []);
  var more = document.getElementById('card-parts');
  more.textContent = '';
  askParts('card', more, layerNumber, row);
  card.hidden = false;
  card.scrollTop = 0;
  select(layerNumber, row);
  markRow(layerNumber, row);
  if (byKey) { document.getElementById('card-title').focus(); }
  announce(text(layer.names[row]));
}

function cardPart(rows, list, heading, shown) {
  if (!list.firstChild) { rows.removeChild(list); }
  var part = element(shown ? 'section' : 'details');
  part.appendChild(element(shown ? 'h3' : 'summary', '', heading));
  rows.appendChild(part);
  return part.appendChild(element('dl'));
}

function fill(id, content) {
  var target = document.getElementById(id);
  target.textContent = content;
  target.hidden = !content;
}

function alsoHere(others) {
  var place = document.getElementById('card-also');
  place.textContent = '';
  if (!others.length) { return; }
  place.appendChild(element('h3', '', words['page.also_here']));
  others.slice(0, 8).forEach(function (other) {
    var layer = data.layers[other.layer], button = element('button', 'link', text(layer.names[other.row]));
    button.type = 'button';
    button.appendChild(element('span', 'quiet', layer.name));
    button.addEventListener('click', function () { openCard(other.layer, other.row, [], true); });
    place.appendChild(button);
  });
}

function closeCard() {
  var card = document.getElementById('card');
  if (card.hidden) { return; }
  card.hidden = true;
  select(-1, -1);
  markRow(-1, -1);
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
