(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const form = $('filter'), q = $('q'), tag = $('tag'), shown = $('shown');
  const buttons = [...form.querySelectorAll('button')];
  const all = [...document.querySelectorAll('.sc')].map((el) => ({
    el, state: el.dataset.state, tags: el.dataset.tags.split(' '), card: el.tagName === 'ARTICLE',
    text: (el.textContent + ' ' + el.dataset.tags + ' ' +
      (el.closest('.feature') || el).querySelector('summary, .small').textContent).toLowerCase(),
  }));
  const features = [...document.querySelectorAll('.feature')];
  const unfolded = new Set();

  const apply = () => {
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = buttons.filter((b) => b.getAttribute('aria-pressed') === 'true').map((b) => b.dataset.state);
    const active = words.length + states.length > 0 || tag.value !== '';
    let n = 0, total = 0;
    for (const s of all) {
      const fits = (!states.length || states.includes(s.state)) && (!tag.value || s.tags.includes(tag.value)) &&
        words.every((w) => s.text.includes(w));
      s.el.hidden = !fits;
      if (s.card) continue;
      total++;
      if (fits) n++;
    }
    for (const group of document.querySelectorAll('.group')) group.hidden = !group.querySelector('.sc:not([hidden])');
    for (const f of features) {
      f.hidden = !f.querySelector('.sc:not([hidden])');
      if (active && !f.hidden && !f.open) { f.open = true; unfolded.add(f); }
      if (!active && unfolded.delete(f)) f.open = false;
    }
    shown.textContent = active ? n + ' of ' + total + ' scenarios shown' : '';
    const state = new URLSearchParams();
    if (q.value) state.set('q', q.value);
    if (tag.value) state.set('tag', tag.value);
    if (states.length) state.set('state', states.join(','));
    const hash = state.toString();
    if (hash || location.hash.includes('=')) history.replaceState(null, '', '#' + hash);
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.includes('=')) {
      const state = new URLSearchParams(hash);
      q.value = state.get('q') || '';
      tag.value = state.get('tag') || '';
      const states = (state.get('state') || '').split(',');
      for (const b of buttons) b.setAttribute('aria-pressed', String(states.includes(b.dataset.state)));
      apply();
      return;
    }
    const target = $(decodeURIComponent(hash));
    if (!target) return;
    target.hidden = false;
    for (let el = target; el; el = el.parentElement) {
      el.hidden = false;
      if (el.tagName === 'DETAILS') el.open = true;
    }
    target.scrollIntoView();
  };

  for (const b of buttons) {
    b.addEventListener('click', () => {
      b.setAttribute('aria-pressed', String(b.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  }
  q.addEventListener('input', apply);
  tag.addEventListener('change', apply);
  form.addEventListener('submit', (e) => e.preventDefault());
  document.addEventListener('keydown', (e) => {
    if (e.key === '/' && !e.ctrlKey && !e.metaKey && !/INPUT|SELECT/.test(document.activeElement.tagName)) {
      e.preventDefault();
      q.focus();
    }
  });
  window.addEventListener('hashchange', follow);
  form.hidden = false;
  follow();
})();
