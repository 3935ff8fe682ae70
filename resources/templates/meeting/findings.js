// The findings, one at a time in the planner's order: what was found, its layers on the map, its bars and tables below.
var told = { finding: 0, against: -1, place: null, blocks: [] };

function comparing() { return told.against >= 0; }

function isOpen(number) { return number === told.finding || number === told.against; }

function startFindings() {
  var place = document.getElementById('finding');
  place.hidden = !data.results.length;
  document.getElementById('results').hidden = !data.results.length;
  if (!data.results.length) { return; }
  step('finding-before', -1);
  step('finding-after', 1);
  fillContents();
}

function step(id, by) {
  document.getElementById(id).addEventListener('click', function () { openFinding(told.finding + by); });
}

// Every finding is a link of its own: it can be sent, kept, and opened.
function fillContents() {
  var list = document.getElementById('finding-list');
  document.getElementById('finding-all').hidden = data.results.length < 2;
  document.getElementById('finding-steps').hidden = data.results.length < 2;
  document.getElementById('finding-all').firstElementChild.textContent = say('page.all_findings', { count: data.results.length });
  data.results.forEach(function (result, number) {
    var line = element('li'), link = element('a', '', result.title);
    link.href = '#' + linkWords({ finding: result.id });
    link.addEventListener('click', function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      openFinding(number, true);
    });
    line.appendChild(link);
    list.appendChild(line);
  });
}

function openFinding(number, focus) {
  if (number < 0 || number >= data.results.length) { return; }
  var result = data.results[number];
  told.finding = number;
  if (told.against === number) { told.against = -1; }
  document.getElementById('finding-place').textContent = say('page.finding_place', { number: number + 1, all: data.results.length });
  document.getElementById('finding-title').textContent = result.title;
  document.getElementById('finding-title').title = result.title;
  document.getElementById('finding-sentence').textContent = result.sentence;
  document.getElementById('finding').dataset.answer = result.id;
  document.getElementById('finding-before').disabled = number === 0;
  document.getElementById('finding-after').disabled = number === data.results.length - 1;
  document.querySelectorAll('#finding-list a').forEach(function (link, i) {
    if (i === number) { link.setAttribute('aria-current', 'true'); } else { link.removeAttribute('aria-current'); }
  });
  var figures = document.getElementById('finding-figures');
  figures.textContent = '';
  if (result.figures.length) { figures.appendChild(figureTiles(result.figures.slice(0, FIGURES_ABOVE), 'figure')); }
  showBlock(number);
  showLayersOf();
  refreshCard();
  fillCompare();
  if (focus) {
    document.getElementById('finding-title').focus();
    document.getElementById('finding').scrollIntoView({ block: 'nearest' });
  }
  announce(result.title);
  tellLink();
}

// The layers that stand on the map with a finding; beside them those of the finding it is compared with.
function showLayersOf() {
  var own = data.results.length ? data.results[told.finding].shown : [];
  var beside = told.against >= 0 ? data.results[told.against].shown : [];
  data.layers.forEach(function (layer, number) {
    layer.beside = beside.indexOf(number) >= 0;
    setShown(layer, own.indexOf(number) >= 0);
  });
  afterLayers();
  fillLayerList();
}

function showBlock(number) {
  var place = document.getElementById('results');
  told.blocks.forEach(function (block) { if (block) { block.hidden = true; } });
  if (!told.blocks[number]) {
    told.blocks[number] = findingBlock(data.results[number], number);
    place.appendChild(told.blocks[number]);
    askParts('answer', told.blocks[number].querySelector('.answer-parts'), number);
  }
  told.blocks[number].hidden = false;
}

function findingBlock(result, number) {
  var block = element('section', 'result'), heading = element('h2', '', say('page.details_of', { answer: result.title }));
  heading.id = 'result-' + number;
  block.dataset.answer = result.id;
  block.setAttribute('aria-labelledby', heading.id);
  block.appendChild(heading);
  fillSummary(block, result, result.figures.slice(FIGURES_ABOVE));
  if (result.tables.length) { block.appendChild(tableTabs(result, number)); }
  block.appendChild(element('div', 'answer-parts'));
  block.appendChild(remarks(result));
  return block;
}

function fillSummary(block, result, list) {
  var summary = element('div', 'summary');
  if (result.bars.length) { summary.appendChild(bars(result)); }
  if (list.length) { summary.appendChild(figureTiles(list, 'figure lesser')); }
  if (summary.childNodes.length) { block.appendChild(summary); }
}

// What is to be kept in mind with an answer; one level down how it was worked out and how it was asked; on paper all of it.
function remarks(result, unfolded) {
  var place = element('div', 'remarks');
  if (result.cautions.length) { place.appendChild(remarkList('page.cautions', result.cautions, 'cautions', true)); }
  if (result.notes.length) { place.appendChild(remarkList('page.method', result.notes, '', unfolded)); }
  if (result.settings.length) {
    var asked = result.settings.map(function (one) { return one[0] + ': ' + one[1]; });
    place.appendChild(remarkList('page.asked', (result.question ? [result.question] : []).concat(asked), '', unfolded));
  }
  return place;
}

function remarkList(title, lines, className, unfolded) {
  var part = element(unfolded ? 'section' : 'details'), list = element('ul', className);
  part.appendChild(element(unfolded ? 'h3' : 'summary', '', words[title]));
  lines.forEach(function (line) { list.appendChild(element('li', '', line)); });
  part.appendChild(list);
  return part;
}

function figureTiles(list, className) {
  var place = element('dl', 'figures');
  list.forEach(function (figure) {
    var tile = element('div', className), value = element('dd', 'value', figure.value);
    if (figure.margin) { value.appendChild(element('span', 'quiet', ' ' + figure.margin)); }
    tile.appendChild(element('dt', '', figure.label));
    tile.appendChild(value);
    if (figure.range) { tile.appendChild(element('dd', 'quiet', figure.range)); }
    if (figure.note) { tile.appendChild(element('dd', 'quiet', figure.note)); }
    place.appendChild(tile);
  });
  return place;
}

function bars(result) {
  var place = element('figure', 'bars'), list = element('ul');
  place.appendChild(element('figcaption', '', result.barsTitle));
  var most = Math.max.apply(null, [0].concat(result.bars.map(function (bar) { return (bar.share || 0) + (bar.moe || 0); })));
  // Differences can lie below zero: then the line of zero stands where it is, and bars go to either side of it.
  var below = result.bars.some(function (bar) { return bar.share < 0; });
  var least = below ? Math.min.apply(null, result.bars.map(function (bar) { return (bar.share || 0) - (bar.moe || 0); })) : 0;
  var across = (most - least) || 1;
  result.bars.forEach(function (bar) {
    var line = element('li'), track = element('span', 'track'), fillBar = element('span', 'fill');
    line.appendChild(element('span', 'label', bar.label));
    fillBar.style.left = 100 * (Math.min(bar.share || 0, 0) - least) / across + '%';
    fillBar.style.right = 'auto';
    fillBar.style.width = 100 * Math.abs(bar.share || 0) / across + '%';
    track.appendChild(fillBar);
    if (below) {
      var zero = element('span', 'zero');
      zero.style.left = -100 * least / across + '%';
      track.appendChild(zero);
    }
    if (bar.moe) { track.appendChild(whisker(bar.share, bar.moe, least, most)); }
    track.setAttribute('aria-hidden', 'true');
    line.appendChild(track);
    line.appendChild(element('span', 'number', bar.text));
    list.appendChild(line);
  });
  place.appendChild(list);
  if (result.bars.some(function (bar) { return bar.moe; })) {
    place.appendChild(element('p', 'quiet', words['page.bars_margins']));
  }
  return place;
}

function whisker(value, margin, least, most) {
  var mark = element('span', 'whisker'), low = Math.max(value - margin, least), high = Math.min(value + margin, most);
  mark.style.left = 100 * (low - least) / (most - least) + '%';
  mark.style.width = 100 * (high - low) / (most - least) + '%';
  return mark;
}

var FIGURES_ABOVE = 3;
