// Finding a place by name; accents and case do not matter.
var FIND_MOST = 8;

function folded(name) { return name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase(); }

function startFind() {
  var input = document.getElementById('find-input'), list = document.getElementById('find-list');
  var places = null, active = -1;

  function everyPlace() {
    if (places) { return places; }
    places = [];
    data.layers.forEach(function (layer, number) {
      layer.names.forEach(function (name, row) {
        places.push({ layer: number, row: row, key: folded(text(name)) });
      });
    });
    (ground ? ground.spots : []).forEach(function (spot) {
      places.push({ spot: spot, key: folded(spot[0].join(' ')) });
    });
    return places;
  }

  function nameOf(place) { return place.spot ? place.spot[0].join(' ') : text(data.layers[place.layer].names[place.row]); }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function made(place) { return place.spot ? 0 : data.layers[place.layer].made; }

  function mark(number) {
    var items = list.querySelectorAll('[role=option]');
    if (!items.length) { return; }
    active = (number + items.length) % items.length;
    items.forEach(function (item, i) { item.setAttribute('aria-selected', String(i === active)); });
    input.setAttribute('aria-activedescendant', items[active].id);
  }

  function choose(place) {
    close();
    input.value = nameOf(place);
    if (place.spot) {
      var room = Math.max(place.spot[6] * 2, 800);
      map.fitBounds(L.latLng(place.spot[5] / data.steps, place.spot[4] / data.steps).toBounds(room * 2), { maxZoom: homeZoom + 3.5, animate: false });
      return;
    }
    goTo(place.layer, place.row);
    openCard(place.layer, place.row, [], true);
  }

  function search() {
    var wanted = folded(input.value.trim());
    list.textContent = '';
    if (!wanted) { close(); return; }
    var hits = everyPlace().filter(function (place) { return place.key.indexOf(wanted) >= 0; });
    hits.sort(function (a, b) { // names that begin so first; a place itself before what a result says of it
      return (a.key.indexOf(wanted) > 0) - (b.key.indexOf(wanted) > 0) || made(a) - made(b);
    });
    hits.slice(0, FIND_MOST).forEach(function (place, i) {
      var item = element('li', '', nameOf(place));
      item.id = 'find-' + i;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', 'false');
      item.appendChild(element('span', 'quiet', place.spot ? ground.name : data.layers[place.layer].name));
      item.addEventListener('mousedown', function (event) { event.preventDefault(); choose(place); });
      item.place = place;
      list.appendChild(item);
    });
    var rest = hits.length - FIND_MOST;
    var note = !hits.length ? words['page.find_none'] : rest > 0 ? say('page.find_more', { count: rest.toLocaleString('en-US') }) : '';
    if (note) {
      var line = element('li', 'note', note);
      line.setAttribute('role', 'presentation');
      list.appendChild(line);
      announce(note);
    }
    list.hidden = false;
    active = -1;
    input.setAttribute('aria-expanded', 'true');
  }

  input.addEventListener('input', search);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', function (event) {
    if (event.key === 'ArrowDown') { event.preventDefault(); mark(active + 1); }
    if (event.key === 'ArrowUp') { event.preventDefault(); mark(active - 1); }
    if (event.key === 'Escape') { close(); }
    if (event.key === 'Enter') {
      var items = list.querySelectorAll('[role=option]');
      if (items.length && !list.hidden) { event.preventDefault(); choose(items[Math.max(active, 0)].place); }
    }
  });
}
