// Everything in its order; then the page says that it stands.
function startPrint() {
  var kept = null;
  function paper() {
    kept = { centre: map.getCenter(), zoom: map.getZoom() };
    document.body.classList.add('on-paper');
    tables.forEach(function (state) { if (state.rows.length <= 200) { state.showAll(); } });
    map.invalidateSize({ animate: false, pan: false });
    wholeMap();
    painter.paintNow();
  }
  function screen() {
    document.body.classList.remove('on-paper');
    map.invalidateSize({ animate: false, pan: false });
    if (kept) { map.setView(kept.centre, kept.zoom, { animate: false }); }
    kept = null;
    painter.paintNow();
  }
  window.addEventListener('beforeprint', paper);
  window.addEventListener('afterprint', screen);
  document.getElementById('print').addEventListener('click', function () { window.print(); });
}

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

startRoom();
startMap();
startLegend();
startMapLegend();
startCards();
startFind();
startResults();
startPrint();
startKeys();
startParts();
buildAhead();
document.documentElement.dataset.ready = 'yes';
performance.mark('ecomap-ready');
