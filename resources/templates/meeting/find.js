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
    return places;
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function mark(number) {
    var items = list.querySelectorAll('[role=option]');
    if (!items.length) { return; }
    active = (number + items.length) % items.length;
    items.forEach(function (item, i) { item.setAttribute('aria-selected', String(i === active)); });
    input.setAttribute('aria-activedescendant', items[active].id);
  }

  function choose(place) {
    close();
    input.value = text(data.layers[place.layer].names[place.row]);
    goTo(place.layer, place.row);
    openCard(place.layer, place.row, [], true);
  }

  function search() {
    var wanted = folded(input.value.trim());
    list.textContent = '';
    if (!wanted) { close(); return; }
    var hits = everyPlace().filter(function (place) { return place.key.indexOf(wanted) >= 0; });
    hits.sort(function (a, b) { // names that begin so first; a place itself before what a result says of it
      return (a.key.indexOf(wanted) > 0) - (b.key.indexOf(wanted) > 0) || data.layers[a.layer].made - data.layers[b.layer].made;
    });
    hits.slice(0, FIND_MOST).forEach(function (place, i) {
      var layer = data.layers[place.layer], item = element('li', '', text(layer.names[place.row]));
      item.id = 'find-' + i;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', 'false');
      item.appendChild(element('span', 'quiet', layer.name));
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
