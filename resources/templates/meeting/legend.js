// The layer panel: a switch per layer under its heading, and a legend that is there while its layer is.
function startLegend() {
  var list = document.getElementById('layer-list'), groups = {};
  data.layers.forEach(function (layer, number) {
    var group = groups[layer.group];
    if (!group) {
      group = groups[layer.group] = element('fieldset');
      group.appendChild(element('legend', '', layer.group));
      list.appendChild(group);
    }
    group.appendChild(layerEntry(layer, number));
  });
  startToggle();
}

function layerEntry(layer, number) {
  var entry = element('div', 'layer'), label = element('label'), box = element('input');
  box.type = 'checkbox';
  box.checked = layer.shown;
  box.id = 'layer-' + number;
  box.dataset.layer = layer.id;
  label.htmlFor = box.id;
  label.appendChild(box);
  label.appendChild(element('span', 'name', layer.name));
  label.appendChild(element('span', 'count', (layer.geometry === 'point' ? layer.points : layer.shapes).length.toLocaleString('en-US')));
  entry.appendChild(label);
  var legend = legendOf(layer);
  legend.hidden = !layer.shown;
  entry.appendChild(legend);
  box.addEventListener('change', function () {
    show(layer, box.checked);
    legend.hidden = !box.checked;
  });
  layer.box = box;
  return entry;
}

function legendOf(layer) {
  var legend = element('ul', 'legend');
  legend.setAttribute('aria-label', layer.title);
  layer.legend.forEach(function (row) {
    var item = element('li');
    item.appendChild(swatch(layer, row.symbol < 0 ? layer.noData : layer.symbols[row.symbol]));
    item.appendChild(element('span', '', row.label));
    if (layer.legend.length > 1) { item.appendChild(element('span', 'count', row.count.toLocaleString('en-US'))); }
    legend.appendChild(item);
  });
  if (layer.boundary) { legend.appendChild(element('li', 'note', say('page.dashed', { boundary: layer.boundary }))); }
  if (layer.absent) { legend.appendChild(element('li', 'note', say('page.not_on_map', { count: layer.absent }))); }
  if (layer.zoom) {
    var hint = element('li', 'note', words['page.nearer']);
    legend.appendChild(hint);
    map.on('zoomend', function () { hint.hidden = map.getZoom() >= layer.zoom; });
    hint.hidden = map.getZoom() >= layer.zoom;
  }
  return legend;
}

// On a narrow screen the panel folds away; the map comes first there.
function startToggle() {
  var button = document.getElementById('layers-toggle'), list = document.getElementById('layer-list');
  var narrow = window.matchMedia('(max-width: 820px)');
  function set(open) {
    button.setAttribute('aria-expanded', String(open));
    list.hidden = !open;
  }
  button.addEventListener('click', function () { set(list.hidden); });
  narrow.addEventListener('change', function () { set(!narrow.matches); });
  set(!narrow.matches);
}
