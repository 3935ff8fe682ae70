// Finding a place by its name, a code, its ZIP code, its city or neighbourhood, or the partner that runs it; accents and case do not matter.
var FIND_MOST = 8;

// Without accents and capitals; a space that holds a number to its unit is a space.
function folded(name) { return name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/\u00a0/g, ' ').toLowerCase(); }

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
    places = places.concat(everyGroup());
    (ground ? ground.spots : []).forEach(function (spot) {
      places.push({ spot: spot, key: folded(spot[0].join(' ')) });
    });
    return places;
  }

  // What several places share: a ZIP code, a city, a partner; a code belongs to one place.
  function everyGroup() {
    var groups = new Map();
    data.layers.forEach(function (layer, number) {
      layer.finds.forEach(function (find) {
        find.cells.forEach(function (cell, row) {
          if (cell < 0) { return; }
          var key = find.kind + '|' + text(cell), group = groups.get(key);
          if (!group) {
            group = { kind: find.kind, value: text(cell), key: folded(text(cell)), at: [] };
            groups.set(key, group);
          }
          if (!group.at.some(function (one) { return one.layer === number && one.row === row; })) { group.at.push({ layer: number, row: row }); }
        });
      });
    });
    return Array.from(groups.values());
  }

  function nameOf(place) { return place.at ? say('page.find_' + place.kind, { value: place.value }) : place.spot ? place.spot[0].join(' ') : text(data.layers[place.layer].names[place.row]); }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function made(place) { return place.spot ? 0 : place.at ? place.kind === 'code' ? 3 : 0 : data.layers[place.layer].made; }

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
    if (place.at) { chooseGroup(place); return; }
    reveal(place.layer);
    goTo(place.layer, place.row);
    openCard(place.layer, place.row, [], true);
  }

  function chooseGroup(group) {
    if (group.kind === 'code' || group.at.length === 1) {
      var one = group.at[0];
      reveal(one.layer);
      goTo(one.layer, one.row);
      openCard(one.layer, one.row, group.at.slice(1), true);
      return;
    }
    var box = L.latLngBounds([]);
    group.at.forEach(function (one) {
      var path = pathOf(data.layers[one.layer], one.row, symbolOf(data.layers[one.layer], one.row));
      if (path) { box.extend(path.getBounds ? path.getBounds() : path.getLatLng()); }
    });
    group.at.forEach(function (one) { reveal(one.layer); });
    if (box.isValid()) { fitBeside(box, homeZoom + 3.5); }
    openList(nameOf(group), countOf(group), group.at);
  }

  // A place that is looked for is on the map: its layer is switched on.
  function reveal(number) {
    var layer = data.layers[number];
    if (!layer.shown && !layer.answer) { show(layer, true); fillLayerList(); }
  }

  function countOf(group) { return say('page.find_places', { count: inWords(group.at.length) }); }

  function subtitleOf(group) {
    var one = group.at[0], layer = data.layers[one.layer];
    return group.at.length > 1 && group.kind !== 'code' ? countOf(group) : text(layer.names[one.row]);
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
      item.appendChild(element('span', 'quiet', place.spot ? ground.name : place.at ? subtitleOf(place) : data.layers[place.layer].name));
      item.addEventListener('mousedown', function (event) { event.preventDefault(); choose(place); });
      item.place = place;
      list.appendChild(item);
    });
    var rest = hits.length - FIND_MOST;
    var note = !hits.length ? words['page.find_none'] : rest > 0 ? say('page.find_more', { count: inWords(rest) }) : '';
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
