// On the page a number and its unit stand on one line; in files there is a space between them.
function inFiles(content) { return content.replace(/\u00a0/g, ' '); }

// A file the reader keeps: made in the page, saved by the browser, sent to nobody.
function saveFile(name, type, content) {
  var link = element('a'), address = URL.createObjectURL(new Blob([inFiles(content)], { type: type }));
  link.href = address;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  document.body.removeChild(link);
  setTimeout(function () { URL.revokeObjectURL(address); }, 60000);
}

// Words as the name of a file: letters and digits of any language, a hyphen between words.
function fileStem(name) {
  var found = name.toLowerCase().match(/[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu);
  return found ? found.join('-').slice(0, 80) : 'ecomap';
}
