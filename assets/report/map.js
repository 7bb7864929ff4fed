// The map of a report: pan, zoom, layers, and the fire through time. No library, nothing fetched.
(function () {
  'use strict';

  function numbers(text) { return text.split(' ').map(Number); }

  function setUp(map) {
    var svg = map.querySelector('svg');
    var full = numbers(map.dataset.full);
    var home = numbers(map.dataset.view);
    var view = home.slice();
    var steps = JSON.parse(map.dataset.steps);
    var bar = map.querySelector('.map-bar');
    var barWords = map.querySelector('.map-bar-words');

    function show() {
      svg.setAttribute('viewBox', view.join(' '));
      var width = svg.clientWidth || 900;
      var metres = view[2] / width;
      // Signs and names keep their size on the page.
      svg.style.setProperty('--k', metres);
      var room = metres * 160;
      var length = Math.pow(10, Math.floor(Math.log10(room)));
      if (length * 5 <= room) { length *= 5; } else if (length * 2 <= room) { length *= 2; }
      bar.style.width = (length / metres) + 'px';
      barWords.textContent = length >= 1000 ? (length / 1000) + ' ' + map.dataset.km : length + ' ' + map.dataset.m;
    }

    function keepIn() {
      view[0] = Math.min(Math.max(view[0], full[0]), full[0] + full[2] - view[2]);
      view[1] = Math.min(Math.max(view[1], full[1]), full[1] + full[3] - view[3]);
    }

    function zoom(factor, at) {
      var width = Math.min(full[2], Math.max(full[2] / 400, view[2] * factor));
      var height = width * full[3] / full[2];
      var x = at ? at[0] : 0.5;
      var y = at ? at[1] : 0.5;
      view = [view[0] + x * (view[2] - width), view[1] + y * (view[3] - height), width, height];
      keepIn();
      show();
    }

    function pan(dx, dy) {
      view[0] += dx * view[2];
      view[1] += dy * view[3];
      keepIn();
      show();
    }

    function place(event) {
      var box = svg.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    }

    svg.addEventListener('wheel', function (event) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, place(event));
    }, { passive: false });

    var held = null;
    svg.addEventListener('pointerdown', function (event) {
      held = place(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener('pointermove', function (event) {
      if (!held) { return; }
      var now = place(event);
      pan(held[0] - now[0], held[1] - now[1]);
      held = now;
    });
    ['pointerup', 'pointercancel'].forEach(function (name) {
      svg.addEventListener(name, function () { held = null; });
    });
    svg.addEventListener('keydown', function (event) {
      var moves = {
        ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1]
      };
      if (moves[event.key]) {
        pan(moves[event.key][0], moves[event.key][1]);
      } else if (event.key === '+' || event.key === '=') {
        zoom(0.8);
      } else if (event.key === '-') {
        zoom(1.25);
      } else {
        return;
      }
      event.preventDefault();
    });

    map.querySelectorAll('[data-for]').forEach(function (box) {
      box.addEventListener('change', function () {
        var layer = svg.querySelector('[data-layer="' + box.dataset.for + '"]');
        if (layer) { layer.style.display = box.checked ? '' : 'none'; }
      });
    });

    var range = map.querySelector('input[type=range]');
    var output = map.querySelector('output');
    var presence = map.querySelector('.map-presence');
    var edge = svg.querySelector('.edge');
    var timed = map.querySelectorAll('[data-from]');
    var rings = svg.querySelectorAll('[data-t]');

    function at(index) {
      var step = steps[index];
      if (!step) { return; }
      var largest = null;
      rings.forEach(function (ring) {
        var burnt = Number(ring.dataset.t) <= step.min + 1e-6;
        ring.style.display = burnt ? '' : 'none';
        if (burnt && (!largest || Number(ring.dataset.t) > Number(largest.dataset.t))) { largest = ring; }
      });
      if (edge) { edge.setAttribute('d', largest ? largest.getAttribute('d') : ''); }
      var last = index === steps.length - 1;
      timed.forEach(function (item) {
        var to = item.dataset.to;
        var there = Number(item.dataset.from) <= step.min + 1e-6 && (!to || Number(to) > step.min);
        // At the end all events stay on the map, so that it can be printed whole.
        item.style.display = there || (last && !to) ? '' : 'none';
      });
      if (presence) {
        presence.style.visibility = Array.prototype.some.call(presence.querySelectorAll('span'), function (unit) {
          return unit.style.display !== 'none';
        }) ? '' : 'hidden';
      }
      if (output) { output.textContent = step.words; }
    }

    var timer = null;
    function stop() {
      window.clearInterval(timer);
      timer = null;
    }
    if (range) {
      range.addEventListener('input', function () { stop(); at(Number(range.value)); });
    }
    map.querySelectorAll('[data-do]').forEach(function (button) {
      button.addEventListener('click', function () {
        var what = button.dataset.do;
        if (what === 'in') {
          zoom(0.7);
        } else if (what === 'out') {
          zoom(1 / 0.7);
        } else if (what === 'home') {
          view = home.slice();
          show();
        } else if (what === 'play') {
          if (timer) { stop(); return; }
          if (Number(range.value) >= steps.length - 1) { range.value = 0; }
          at(Number(range.value));
          timer = window.setInterval(function () {
            if (Number(range.value) >= steps.length - 1) { stop(); return; }
            range.value = Number(range.value) + 1;
            at(Number(range.value));
          }, 350);
        }
      });
    });

    window.addEventListener('resize', show);
    window.addEventListener('beforeprint', function () {
      stop();
      if (range) {
        range.value = steps.length - 1;
        at(steps.length - 1);
      }
    });
    show();
    at(steps.length - 1);
  }

  document.querySelectorAll('.map').forEach(setUp);
}());
