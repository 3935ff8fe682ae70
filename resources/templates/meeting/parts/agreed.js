// What was agreed: flags over the places it is for, a line on top of the page, and what stands on the card of a place.
(function () {
  var places = [], items = [];

  // A flag on its pole: filled while something is open, white with a tick once all is done, with a bar where it was dropped.
  function flag(pen, x, y, state, many) {
    var wide = many > 1 ? 20 : 16, high = 12, top = y - 26;
    pen.save();
    pen.lineJoin = 'round';
    [['#ffffff', 5], ['#26323f', 2]].forEach(function (line) {
      pen.strokeStyle = line[0];
      pen.lineWidth = line[1];
      pen.beginPath(); pen.moveTo(x, y); pen.lineTo(x, top); pen.stroke();
      pen.strokeRect(x, top, wide, high);
    });
    pen.fillStyle = state === 'open' ? '#26323f' : '#ffffff';
    pen.fillRect(x, top, wide, high);
    pen.strokeStyle = pen.fillStyle = state === 'open' ? '#ffffff' : '#26323f';
    pen.lineWidth = 2;
    if (many > 1) {
      pen.font = '600 11px system-ui, sans-serif';
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.fillText(String(many), x + wide / 2, top + high / 2 + 0.5);
    } else if (state !== 'open') {
      pen.beginPath();
      if (state === 'done') { pen.moveTo(x + 4, top + 6); pen.lineTo(x + 7, top + 9); pen.lineTo(x + 12, top + 3); } else { pen.moveTo(x + 4, top + 6); pen.lineTo(x + 12, top + 6); }
      pen.stroke();
    }
    pen.restore();
  }

  function paintFlags(section) {
    section.querySelectorAll('[data-flag]').forEach(function (canvas) {
      var pen = canvas.getContext('2d');
      pen.setTransform(2, 0, 0, 2, 0, 0);
      flag(pen, 6, 26, canvas.dataset.flag, 1);
    });
  }

  // One flag for a place, whatever the number; it stands for what is open there, else for what is done.
  function gather() {
    var byPlace = {};
    items.forEach(function (item) {
      if (!item.at) { return; }
      var key = item.layer + '\n' + item.feature;
      (byPlace[key] = byPlace[key] || { layer: item.layer, feature: item.feature, at: item.at, items: [] }).items.push(item);
    });
    places = Object.keys(byPlace).map(function (key) {
      var place = byPlace[key];
      place.state = ['open', 'done', 'dropped'].find(function (state) { return place.items.some(function (item) { return item.state === state; }); });
      place.many = place.items.filter(function (item) { return item.state === place.state; }).length;
      return place;
    });
  }

  function spotOf(place) { return L.latLng(place.at[1] / 1e6, place.at[0] / 1e6); }

  function pointOf(place) { return map.latLngToLayerPoint(spotOf(place)); }

  function goTo(place) {
    var found = placeOf(place.layer, place.feature);
    if (found) { openCard(found[0], found[1], [], true); } else { document.getElementById('agreed').focus(); }
  }

  addPart('agreed', {
    start: function (given) {
      given.groups.forEach(function (group) { items = items.concat(group.items); });
      gather();
      var head = document.querySelector('.heading'), line = element('p', 'agreed-head'), link = element('a', '', given.head);
      link.href = '#agreed';
      line.appendChild(link);
      head.appendChild(line);
      document.querySelectorAll('[data-agreed]').forEach(function (button) {
        var item = items.find(function (one) { return one.id === button.dataset.agreed; });
        button.title = words['agreed.show'];
        button.addEventListener('click', function () {
          map.setView(spotOf(item), Math.max(map.getZoom(), 12), { animate: false });
          goTo(item);
          document.getElementById('map-region').scrollIntoView({ block: 'nearest' });
        });
      });
      paintFlags(document.getElementById('agreed'));
    },
    paper: function (place) {  // above the findings, as on the screen, with what is settled unfolded
      var copy = document.getElementById('agreed').cloneNode(true);
      ['id', 'tabindex', 'aria-labelledby'].forEach(function (name) { copy.removeAttribute(name); });
      copy.querySelectorAll('[id]').forEach(function (part) { part.removeAttribute('id'); });
      copy.querySelectorAll('details').forEach(function (part) { part.open = true; });
      paintFlags(copy);
      place.insertBefore(copy, place.children[1] || null);
    },
    card: function (_target, layerNumber, row) {
      var id = placeId(layerNumber, row);
      var here = items.filter(function (item) { return item.layer === id.layer && item.feature === id.id; });
      if (!here.length) { return; }
      var part = element('section', 'agreed-here'), list = element('ul'), rows = document.getElementById('card-rows');
      rows.insertBefore(part, rows.firstChild);  // above the numbers: it is what the meeting said of this place
      part.appendChild(element('h3', '', words['agreed.here']));
      here.forEach(function (item) {
        var line = list.appendChild(element('li', '', item.what));
        line.appendChild(element('span', 'quiet', [item.by, item.who, item.stands].join(' · ')));
      });
      part.appendChild(list);
    },
    draw: function (pen) {
      places.forEach(function (place) { var at = pointOf(place); flag(pen, at.x, at.y, place.state, place.many); });
    },
    hit: function (point) {
      return places.slice().reverse().find(function (place) {
        var at = pointOf(place);
        return point.x >= at.x - 3 && point.x <= at.x + 22 && point.y >= at.y - 29 && point.y <= at.y - 11;
      });
    },
    open: goTo
  });
})();
