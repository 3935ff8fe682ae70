// Everything in its order; then the page says that it stands.
function startPrint() {
  var frame = map.getContainer(), kept = null;
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
  frame.addEventListener('focus', function () { document.body.classList.add('map-focus'); });
  frame.addEventListener('blur', function () { document.body.classList.remove('map-focus'); });
}

startMap();
startLegend();
startCards();
startFind();
startResults();
startPrint();
document.documentElement.dataset.ready = 'yes';
performance.mark('ecomap-ready');
