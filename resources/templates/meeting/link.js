// A link to what is seen: which finding, beside which other, which place, which part of the map. It stands behind the # of the address.
var linking = { quiet: true };

function linkWords(view) {
  return Object.keys(view).map(function (key) { return key + '=' + encodeURIComponent(view[key]).replace(/%2C/g, ',').replace(/%2F/g, '/'); }).join('&');
}

function currentView() {
  var view = {}, centre = map.getCenter();
  if (data.results.length) { view.finding = data.results[told.finding].id; }
  if (told.against >= 0) { view.beside = data.results[told.against].id; }
  if (told.place) {
    var place = placeId(told.place[0], told.place[1]);
    view.place = place.layer + '/' + place.id;
  }
  if (!atHome()) { view.map = [centre.lat.toFixed(4), centre.lng.toFixed(4), map.getZoom()].join(','); }
  return view;
}

function atHome() {
  return map.homeView && map.getCenter().equals(map.homeView.centre) && map.getZoom() === map.homeView.zoom;
}

function tellLink() {
  if (linking.quiet) { return; }
  var address = '#' + linkWords(currentView());
  document.getElementById('view-link').href = address;
  if (address === window.location.hash || (window.location.hash === '' && address === linking.first)) { return; }
  try { window.history.replaceState(null, '', address); } catch (problem) { /* a viewer that keeps the address to itself */ }
}

// What an address asks for; anything it names that is not here is passed over.
function readLink() {
  var found = {};
  window.location.hash.slice(1).split('&').forEach(function (part) {
    var at = part.indexOf('=');
    if (at < 1) { return; }
    try { found[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)); } catch (problem) { /* cut short on its way */ }
  });
  return found;
}

function numberOfFinding(id) { return data.results.findIndex(function (result) { return result.id === id; }); }

function followAddress() {
  var view = readLink(), finding = numberOfFinding(view.finding), beside = numberOfFinding(view.beside);
  linking.quiet = true;
  if (data.results.length) {
    told.against = beside >= 0 && beside !== Math.max(finding, 0) ? beside : -1;
    openFinding(Math.max(finding, 0));
  }
  var at = (view.map || '').split(',').map(Number);
  if (at.length === 3 && at.every(isFinite)) { map.setView([at[0], at[1]], at[2], { animate: false }); }
  var cut = (view.place || '').indexOf('/'), place = cut > 0 ? placeOf(view.place.slice(0, cut), view.place.slice(cut + 1)) : null;
  if (place) {
    if (!view.map) { goTo(place[0], place[1]); }
    openCard(place[0], place[1], [], false);
  }
  linking.quiet = false;
  tellLink();
}

function startLink() {
  followAddress();
  linking.first = '#' + linkWords(currentView());
  window.addEventListener('hashchange', followAddress);
  map.on('moveend', tellLink);
}
