// Everything in its order; then the page says that it stands.

// The map takes the focus on every click; its ring and crosshair are for those who came by keyboard.
function startKeys() {
  document.addEventListener('keydown', function () { document.body.classList.add('keys'); }, true);
  document.addEventListener('pointerdown', function () { document.body.classList.remove('keys'); }, true);
}

// The map fills the first screen below the heading, whatever the heading's length, and leaves a peek at the findings.
function startRoom() {
  function measure() {
    document.body.style.setProperty('--top', document.querySelector('.top').offsetHeight + 'px');
    map.invalidateSize({ animate: false, pan: false });
  }
  window.addEventListener('resize', measure);
  measure();
}

// Larger words for a room: everything on the page is sized by one number.
function startSize() {
  var larger = document.getElementById('larger');
  larger.addEventListener('click', function () {
    var on = larger.getAttribute('aria-pressed') !== 'true';
    larger.setAttribute('aria-pressed', String(on));
    document.documentElement.classList.toggle('large', on);
    window.dispatchEvent(new Event('resize'));
  });
}

// On a narrow screen the list of sources waits folded.
document.getElementById('sources').open = !window.matchMedia('(max-width: 820px)').matches;
startRoom();
startMap();
startLegend();
startMapLegend();
startCards();
startFind();
startFindings();
startCompare();
startPaper();
startKeys();
startSize();
startParts();
startLink();
if (!data.results.length) { afterLayers(); fillLayerList(); }
document.documentElement.dataset.ready = 'yes';
performance.mark('ecomap-ready');
buildAhead();
