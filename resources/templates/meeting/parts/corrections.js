// Notes and corrections of whoever reads the page: written in a form, kept by the browser where it does, saved as a small file
// or written into a mail. Nothing is sent, and whatever was typed is only ever shown as text.
var NOTE_KINDS = ['closed', 'moved', 'missing', 'wrong', 'idea'], NOTES_MOST = 500, MAIL_LONGEST = 1800;
var notes = { given: null, all: [], stored: false, open: null, pointing: null };

function noteWord(key) { return words['corrections.' + key]; }

function noteKey() { return 'ecomap-notes:' + notes.given.id; }

function byNote(id) { return document.getElementById(id); }

// --- kept by the browser -------------------------------------------------------------------------------------------

// What a browser keeps may have been written by anything: only what is such a note is taken.
function noteFrom(found) {
  if (!found || NOTE_KINDS.indexOf(found.kind) < 0) { return null; }
  var note = { kind: found.kind, about: {} };
  ['text', 'author', 'day', 'since', 'should'].forEach(function (key) { note[key] = typeof found[key] === 'string' ? found[key] : ''; });
  ['layer', 'feature', 'name', 'label', 'shown'].forEach(function (key) {
    note.about[key] = found.about && typeof found.about[key] === 'string' ? found.about[key] : '';
  });
  var place = found.place;
  note.place = Array.isArray(place) && place.length === 2 && place.every(Number.isFinite) && Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90 ? place : null;
  note.language = data.language;
  return note;
}

function readNotes() {
  try {
    var text = window.localStorage.getItem(noteKey());
    window.localStorage.setItem(noteKey(), text || '[]');
    notes.stored = true;
    var found = JSON.parse(text || '[]');
    notes.all = (Array.isArray(found) ? found : []).map(noteFrom).filter(Boolean).slice(0, NOTES_MOST);
  } catch (problem) {
    notes.all = notes.all || [];
  }
}

function keepNotes() {
  if (notes.stored) {
    try { window.localStorage.setItem(noteKey(), JSON.stringify(notes.all)); } catch (problem) { notes.stored = false; }
  }
  showNotes();
  painter.paintNow();
}

// --- the list ------------------------------------------------------------------------------------------------------

function noteTitle(note) {
  return noteWord('kind.' + note.kind) + ': ' + (note.about.name || noteWord('about_map'));
}

function noteButton(word, of, act) {
  var button = element('button', 'link', noteWord(word));
  button.type = 'button';
  button.setAttribute('aria-label', say('corrections.' + word + '_of', { name: of }));
  button.addEventListener('click', act);
  return button;
}

function showNotes() {
  var list = byNote('corrections-list'), some = notes.all.length > 0;
  list.textContent = '';
  notes.all.forEach(function (note, number) {
    var item = element('li'), title = noteTitle(note);
    item.appendChild(element('strong', '', title));
    if (note.about.label) { item.appendChild(element('p', 'quiet', note.about.label + ': ' + note.about.shown)); }
    if (note.should) { item.appendChild(element('p', '', say('corrections.should_say', { value: note.should }))); }
    if (note.text) { item.appendChild(element('p', '', note.text)); }
    var doing = item.appendChild(element('div'));
    doing.appendChild(noteButton('change', title, function () { changeNote(number); }));
    doing.appendChild(noteButton('remove', title, function () { removeNote(number); }));
    list.appendChild(item);
  });
  byNote('corrections-none').hidden = some;
  byNote('corrections-save').hidden = byNote('corrections-mail').hidden = byNote('corrections-how').hidden = !some;
  byNote('corrections-stored').hidden = !some && notes.stored;
  byNote('corrections-stored').textContent = noteWord(notes.stored ? 'stored' : 'not_stored');
  if (some) { readyMail(); }
}

function removeNote(number) {
  notes.all.splice(number, 1);
  keepNotes();
  announce(noteWord('removed'));
  byNote('corrections').focus();
}

function changeNote(number) {
  var note = notes.all[number], at = note.about.feature ? placeOf(note.about.layer, note.about.feature) : null;
  if (at) { goTo(at[0], at[1]); openCard(at[0], at[1], [], true); }
  openNote(JSON.parse(JSON.stringify(note)), number);
}

// --- out of the page -----------------------------------------------------------------------------------------------

function notesFile() {
  return inFiles(JSON.stringify({
    format: notes.given.format, version: notes.given.version,
    page: { id: notes.given.id, title: document.title.slice(0, notes.given.longestName), made_on: data.madeOn || '' }, corrections: notes.all
  }));
}

function todayHere() {
  var now = new Date();
  return now.getFullYear() + '-' + String(now.getMonth() + 1).padStart(2, '0') + '-' + String(now.getDate()).padStart(2, '0');
}

function saveNotes() {
  var called = fileStem(document.title) + '-' + todayHere() + notes.given.ending;
  saveFile(called, 'application/json', notesFile());
  announce(say('corrections.saved', { file: called }));
  byNote('corrections-how').textContent = say('corrections.saved', { file: called });
}

// A mail holds text only, and a long address is cut by some programs: what does not fit is attached by hand.
function readyMail() {
  var packed = btoa(unescape(encodeURIComponent(notesFile()))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  var told = notes.all.map(function (note) {
    return noteTitle(note) + [note.should && note.about.label + ': ' + note.should, note.text].filter(Boolean).map(function (one) { return '\r\n  ' + one; }).join('');
  }).join('\r\n');
  var block = noteWord('mail_block') + '\r\n\r\necomap-notes:v1:' + packed + ':end\r\n', hello = say('corrections.mail_hello', { title: document.title }) + '\r\n\r\n';
  var fits = [hello + told + '\r\n\r\n' + block, block].map(mailWith).find(function (address) { return address.length <= MAIL_LONGEST; });
  byNote('corrections-mail').href = fits || mailWith(noteWord('mail_attach'));
  byNote('corrections-how').textContent = noteWord(fits ? 'mail_whole' : 'mail_long');
}

function mailWith(text) {
  var subject = say('corrections.mail_subject', { title: document.title }).slice(0, 120);
  return 'mailto:?subject=' + encodeURIComponent(subject) + '&body=' + encodeURIComponent(text);
}

// --- the form ------------------------------------------------------------------------------------------------------

function emptyNote() {
  return { kind: '', text: '', author: '', day: '', since: '', language: data.language, should: '', place: null,
    about: { layer: '', feature: '', name: '', label: '', shown: '' } };
}

function noteOn(layerNumber, row) {
  var layer = data.layers[layerNumber], id = placeId(layerNumber, row), note = emptyNote(), path = layer.geometry === 'point' ? null : layer.paths[row];
  note.about.layer = id.layer;
  note.about.feature = id.id;
  note.about.name = text(layer.names[row]).slice(0, notes.given.longestName);
  if (layer.geometry === 'point' && layer.points[row]) {
    note.place = lonLat(L.latLng(layer.points[row][1] / data.steps, layer.points[row][0] / data.steps));
  } else if (path) {
    note.place = lonLat(path.getBounds().getCenter());
  }
  return note;
}

function lonLat(at) { return [+at.lng.toFixed(5), +at.lat.toFixed(5)]; }

// The lines of the card that is open, as they stand there: an answer's lines with the answer's name.
function cardLines() {
  var found = [[noteWord('name'), byNote('card-title').textContent]];
  document.querySelectorAll('#card-rows dl > div').forEach(function (line) {
    var part = line.closest('section, details'), heading = part && part.querySelector('h3, summary');
    var value = line.querySelector('dd').cloneNode(true), under = heading ? heading.textContent : '';
    value.querySelectorAll('.quiet').forEach(function (quiet) { quiet.remove(); });
    var label = line.querySelector('dt').textContent;
    found.push([under && under !== noteWord('about_place') ? under + ': ' + label : label, value.textContent.trim()]);
  });
  return found.map(function (pair) { return [pair[0].slice(0, notes.given.longestName), pair[1].slice(0, notes.given.longest)]; });
}

function fillLines(note) {
  var choice = byNote('note-line'), lines = note.about.feature && !byNote('card').hidden ? cardLines() : [];
  choice.textContent = '';
  choice.appendChild(new Option(noteWord('choose'), ''));
  if (note.about.label && !lines.some(function (line) { return line[0] === note.about.label; })) { lines.push([note.about.label, note.about.shown]); }
  lines.forEach(function (line, number) {
    var option = new Option(line[0] + ': ' + (line[1].length > 60 ? line[1].slice(0, 59) + '…' : line[1]), String(number));
    option.selected = line[0] === note.about.label;
    choice.appendChild(option);
  });
  notes.lines = lines;
  document.querySelectorAll('#note-form [data-for=wrong]').forEach(function (field) { field.dataset.of = lines.length ? '' : 'nothing'; });
}

function fillLists(note) {
  var choice = byNote('note-list');
  choice.textContent = '';
  choice.appendChild(new Option(noteWord('choose'), ''));
  data.layers.forEach(function (layer) {
    if (notes.given.lists.indexOf(layer.id) < 0) { return; }
    var option = new Option(layer.name, layer.id);
    option.selected = note.kind === 'missing' && note.about.layer === layer.id;
    choice.appendChild(option);
  });
  choice.appendChild(new Option(noteWord('other'), ''));
}

// Of a bare place of the map something is missing there, or it is an idea; a finding is wrong, or gives one.
function kindsOf(note) {
  return note.about.feature ? NOTE_KINDS : note.place || note.kind === 'missing' ? ['missing', 'idea'] : ['wrong', 'idea'];
}

function openNote(note, number) {
  notes.open = { note: note, number: number, back: document.activeElement };
  byNote('note-title').textContent = note.about.name && note.kind !== 'missing' ? say('corrections.about', { name: note.about.name }) : noteWord('about_map');
  var kinds = byNote('note-kinds');
  kinds.querySelectorAll('.kind').forEach(function (one) { one.remove(); });
  NOTE_KINDS.forEach(function (kind) {
    if (kindsOf(note).indexOf(kind) < 0) { return; }
    var label = element('label', 'kind'), box = element('input');
    box.type = 'radio';
    box.name = 'note-kind';
    box.value = kind;
    box.checked = note.kind === kind;
    box.addEventListener('change', showFields);
    label.appendChild(box);
    label.appendChild(element('span', '', noteWord('kind.' + kind)));
    kinds.appendChild(label);
  });
  fillLines(note);
  fillLists(note);
  byNote('note-since').value = note.since;
  byNote('note-should').value = note.should;
  byNote('note-called').value = note.kind === 'missing' ? note.about.name : '';
  byNote('note-words').value = note.text;
  byNote('note-author').value = note.author || (notes.all.length ? notes.all[notes.all.length - 1].author : '');
  byNote('note-problem').textContent = '';
  showFields();
  byNote('note').showModal();
  byNote('note-title').focus();
}

function chosenKind() {
  var box = document.querySelector('input[name=note-kind]:checked');
  return box ? box.value : '';
}

function showFields() {
  var kind = chosenKind(), note = notes.open.note, pointed = kind === 'moved' ? note.pointed : note.place;
  document.querySelectorAll('#note-form [data-for]').forEach(function (field) {
    field.hidden = field.dataset.for.split(' ').indexOf(kind) < 0 || field.dataset.of === 'nothing';
  });
  byNote('note-point').textContent = noteWord(pointed ? 'point_again' : 'point');
  byNote('note-pointed').textContent = pointed ? noteWord('pointed') : '';
}

// What the form says now, in the note; nothing of another kind than the one chosen stays.
function takeForm() {
  var note = notes.open.note, kind = chosenKind(), line = byNote('note-line').value;
  note.kind = kind;
  note.since = kind === 'closed' ? byNote('note-since').value : '';
  note.should = kind === 'wrong' ? byNote('note-should').value.trim() : '';
  var chosen = kind === 'wrong' && line !== '' ? notes.lines[+line] : ['', ''];
  note.about.label = chosen[0];
  note.about.shown = chosen[1];
  note.text = byNote('note-words').value.trim();
  note.author = byNote('note-author').value.trim();
  return note;
}

function noteProblem(note) {
  if (!note.kind) { return ['needs_kind', document.querySelector('input[name=note-kind]')]; }
  if (note.kind === 'wrong' && !note.text && !(note.about.label && note.should)) {
    return notes.lines.length ? ['needs_line', byNote('note-line')] : ['needs_words', byNote('note-words')];
  }
  if (note.kind === 'missing' && !note.text && !byNote('note-called').value.trim()) { return ['needs_name', byNote('note-called')]; }
  if (note.kind === 'idea' && !note.text) { return ['needs_words', byNote('note-words')]; }
  return null;
}

function keepNote(event) {
  event.preventDefault();
  var note = takeForm(), problem = noteProblem(note), number = notes.open.number;
  if (problem || (number < 0 && notes.all.length >= NOTES_MOST)) {
    byNote('note-problem').textContent = problem ? noteWord(problem[0]) : say('corrections.full', { count: NOTES_MOST });
    if (problem) { problem[1].focus(); }
    return;
  }
  if (note.kind === 'missing') {  // of a list, not of the place it was noticed at
    note.about.layer = byNote('note-list').value;
    note.about.feature = '';
    note.about.name = byNote('note-called').value.trim();
  }
  if (note.kind === 'moved') { note.place = note.pointed || null; }
  note.day = todayHere();
  note = noteFrom(note);
  if (number < 0) { notes.all.push(note); } else { notes.all[number] = note; }
  keepNotes();
  announce(noteWord('kept'));
  byNote('corrections-how').textContent = noteWord('kept');
  tellKept();
}

// Whoever wrote on a card stays there, with the way to the notes; else the notes come into sight.
function tellKept() {
  var place = byNote('card-parts'), told = place.querySelector('.note-kept');
  byNote('note').close();
  if (byNote('card').hidden) {
    byNote('corrections').scrollIntoView({ block: 'nearest' });
    byNote('corrections').focus({ preventScroll: true });
    return;
  }
  if (told) { told.remove(); }
  told = place.appendChild(element('p', 'note-kept', noteWord('kept') + ' '));
  var way = told.appendChild(element('a', '', noteWord('title')));
  way.href = '#corrections';
  told.scrollIntoView({ block: 'nearest' });
  way.focus({ preventScroll: true });
}

function closeNote() {
  byNote('note').close();
  if (notes.open.back && document.contains(notes.open.back)) { notes.open.back.focus(); }
  notes.open = null;
}

// --- pointing at the map -------------------------------------------------------------------------------------------

function point(then) {
  stopPointing();
  var line = element('p', 'point-here', noteWord('pointing') + ' '), stop = element('button', 'link', noteWord('cancel'));
  stop.type = 'button';
  stop.addEventListener('click', function () { pointed(null); });
  line.appendChild(stop);
  document.getElementById('map-region').appendChild(line);
  document.body.classList.add('pointing-now');
  notes.pointing = { then: then, line: line };
  announce(noteWord('pointing'));
  document.getElementById('map-region').scrollIntoView({ block: 'nearest' });
  map.getContainer().focus({ preventScroll: true });
}

function stopPointing() {
  if (!notes.pointing) { return; }
  notes.pointing.line.remove();
  document.body.classList.remove('pointing-now');
  notes.pointing = null;
}

function pointFromForm() {
  takeForm();
  var note = notes.open.note, number = notes.open.number, called = byNote('note-called').value, list = byNote('note-list').selectedIndex;
  byNote('note').close();
  point(function (at) {
    if (at && note.kind === 'moved') { note.pointed = lonLat(at); } else if (at) { note.place = lonLat(at); }
    openNote(note, number);
    byNote('note-called').value = called;
    byNote('note-list').selectedIndex = list;
    byNote('note-point').focus();
  });
}

function pointOnMap() {
  closeCard();
  point(function (at) {
    if (!at) { byNote('corrections-on-map').focus(); return; }
    var note = emptyNote();
    note.place = lonLat(at);
    openNote(note, -1);
  });
}

function pointed(at) {
  var then = notes.pointing.then;
  stopPointing();
  then(at);
}

// --- on the map ----------------------------------------------------------------------------------------------------

function notePlaces() {
  return notes.all.map(function (note) { return note.place && map.latLngToLayerPoint(L.latLng(note.place[1], note.place[0])); });
}

function drawNotes(pen) {
  pen.setLineDash([]);
  notePlaces().forEach(function (at) {
    if (!at) { return; }
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.moveTo(at.x, at.y);
    pen.lineTo(at.x - 6, at.y - 12);
    pen.lineTo(at.x - 12, at.y - 12);
    pen.lineTo(at.x - 12, at.y - 30);
    pen.lineTo(at.x + 14, at.y - 30);
    pen.lineTo(at.x + 14, at.y - 12);
    pen.lineTo(at.x + 4, at.y - 12);
    pen.closePath();
    pen.lineWidth = 4;
    pen.strokeStyle = '#fff';
    pen.stroke();
    pen.fillStyle = INK;
    pen.fill();
    pen.fillStyle = '#fff';
    [-26, -21.5, -17].forEach(function (line) { pen.fillRect(at.x - 7, at.y + line, 16, 2); });
  });
}

function noteAt(at) {
  if (notes.pointing) { return { pointed: map.layerPointToLatLng(at) }; }
  var number = -1;
  notePlaces().forEach(function (place, i) {
    if (place && Math.abs(at.x - place.x - 1) <= 15 && at.y >= place.y - 32 && at.y <= place.y - 8) { number = i; }
  });
  return number < 0 ? null : { number: number };
}

function openFound(what) {
  if (what.pointed) { pointed(what.pointed); } else { changeNote(what.number); }
}

// --- at the start --------------------------------------------------------------------------------------------------

function startNotes(given) {
  notes.given = given;
  readNotes();
  byNote('corrections-on-map').addEventListener('click', pointOnMap);
  byNote('corrections-save').addEventListener('click', saveNotes);
  byNote('note-form').addEventListener('submit', keepNote);
  byNote('note-cancel').addEventListener('click', closeNote);
  byNote('note').addEventListener('cancel', function (event) { event.preventDefault(); closeNote(); });
  byNote('note-point').addEventListener('click', pointFromForm);
  byNote('note').addEventListener('keydown', function (event) { if (event.key === 'Escape') { event.stopPropagation(); } });  // else the card goes, too
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape' || !notes.pointing) { return; }
    event.preventDefault();  // else the form that comes back is closed by the same key
    event.stopPropagation();
    pointed(null);
  }, true);
  window.addEventListener('beforeunload', function (event) { if (!notes.stored && notes.all.length) { event.preventDefault(); } });
  showNotes();
}

function noteOnAnswer(place, number) {
  var button = element('button', 'plain note-button', noteWord('on_answer'));
  button.type = 'button';
  button.addEventListener('click', function () {
    var note = emptyNote();
    note.about.name = data.results[number].title.slice(0, notes.given.longestName);
    closeCard();
    openNote(note, -1);
  });
  place.appendChild(button);
}

function noteOnCard(place, layerNumber, row) {
  var button = element('button', 'plain note-button', noteWord('on_card'));
  button.type = 'button';
  button.addEventListener('click', function () { openNote(noteOn(layerNumber, row), -1); });
  place.appendChild(button);
}

addPart('corrections', { start: startNotes, card: noteOnCard, answer: noteOnAnswer, draw: drawNotes, hit: noteAt, open: openFound });
