// What pages do that the server draws: another address is fetched and put in place, forms are sent without a reload,
// and tables, dialogs and boxes answer to keyboard and mouse. All of it by listening at the top of the document, so that
// a page needs no code of its own; without this file every link and form works as the browser does it.
(() => {
  'use strict';
  const root = document.documentElement;
  const words = JSON.parse(document.querySelector('meta[name=lastmile-script]').content);
  const place = () => document.getElementById('page');
  const here = () => location.pathname + location.search;
  const path = (at) => at.split('?')[0];
  const focused = (element) => element === document.activeElement;

  // A page that answers a form sent without us is shown at the form's address; go on from where the form stands.
  const drawnAt = place()?.dataset.at;
  if (drawnAt && drawnAt !== here()) history.replaceState(null, '', drawnAt);
  let shown = place()?.firstChild ? here() : null;
  root.setAttribute('data-script', '');

  // ---- Going somewhere ----

  /** To another page of ours; `replace` for what is typed into a filter. The address changes with the page. */
  function go(to, replace = false) {
    const target = new URL(to, location.href);
    const at = target.pathname + target.search;
    const how = at === here() ? 'stay' : replace ? 'replace' : 'push';
    show(at, { how, hash: target.hash });
  }

  let turn = 0;
  let running = null;

  /**
   * Fetches the page at `at` and puts it in place. `how`: what becomes of the address. `typed`: what stands in a form that
   * wants an answer while typing; `quiet`: nobody asked for it. In both cases what is typed and open stays.
   */
  async function show(at, { how = 'stay', hash = '', typed, quiet, scroll } = {}) {
    const mine = ++turn;
    running?.abort();
    running = new AbortController();
    const keep = Boolean(typed || quiet);
    const slow = keep ? 0 : setTimeout(() => root.setAttribute('data-loading', ''), 150);
    const request = { signal: running.signal, headers: { 'x-drawn': typed ? 'live' : 'page' } };
    // A page that looks by itself does not keep its reader signed in.
    if (quiet) request.headers['x-quiet'] = '1';
    if (typed) Object.assign(request, { method: 'POST', body: typed });
    try {
      const answer = await fetch(at, request);
      const text = await answer.text();
      if (mine !== turn) return;
      const to = answer.headers.get('x-go');
      if (to) return void go(to, how !== 'push');
      // Signed out, a newer build, or no page at all, as a file: the browser does it.
      const leave = answer.status === 401 || !answer.headers.has('x-drawn') || answer.headers.get('x-build') !== words.build;
      if (leave && keep && answer.status !== 401) return;
      if (leave) return void location.assign(at);
      const before = shown;
      address(how, at + hash);
      put(text, at, keep);
      if (keep || how === 'replace') return;
      const mark = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
      if (mark) mark.scrollIntoView();
      else if (scroll !== undefined || how === 'push' || path(before ?? '') !== path(at)) scrollTo(0, scroll ?? 0);
    } catch (failure) {
      if (mine === turn && !keep && failure.name !== 'AbortError') offline(() => show(at, { how, hash, scroll }));
    } finally {
      clearTimeout(slow);
      if (mine === turn) root.removeAttribute('data-loading');
      if (mine === turn && keep) poll();
    }
  }

  function address(how, to) {
    if (how === 'push') {
      // Where he was, for the way back.
      history.replaceState({ scroll: scrollY }, '');
      history.pushState(null, '', to);
    } else if (how === 'replace') {
      history.replaceState(history.state, '', to);
    }
    if (how !== 'stay') dispatchEvent(new Event('lastmile:moved'));
  }

  function put(text, at, keep) {
    const into = place();
    if (!into) return;
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const moved = shown === null || path(shown) !== path(at);
    if (keep || !moved) {
      morph(into, fresh.body, keep);
    } else {
      into.replaceChildren(...fresh.body.childNodes);
      // Who reads by ear hears where he is now; who types can begin.
      (into.querySelector('[autofocus]') ?? document.getElementById('content'))?.focus({ preventScroll: true });
    }
    document.title = fresh.title;
    shown = at;
    trail();
    if (!keep) seeTab();
    poll();
    hear();
  }

  /** The open tab is seen, however many there are beside it. */
  function seeTab() {
    const open = place()?.querySelector('.tab-bar [aria-current]');
    const bar = open?.parentElement;
    if (bar) bar.scrollLeft += open.getBoundingClientRect().left - bar.getBoundingClientRect().left - (bar.clientWidth - open.offsetWidth) / 2;
  }

  /** The old page stays; above it stands what happened and how to try again. */
  function offline(retry) {
    const into = place();
    if (!into) return;
    into.querySelector(':scope > .page-offline')?.remove();
    const again = Object.assign(document.createElement('button'), { type: 'button', className: 'button button-secondary', textContent: words.retry });
    again.addEventListener('click', retry);
    const note = notice('bad', 'wifi-off', words.offline);
    note.classList.add('page-offline');
    note.setAttribute('role', 'alert');
    note.append(again);
    into.prepend(note);
    again.focus();
  }

  document.addEventListener('click', (event) => {
    const other = event.defaultPrevented || event.button !== 0 || event.metaKey || event.altKey || event.ctrlKey || event.shiftKey;
    const link = other ? null : event.target.closest?.('a[href]');
    if (!link || !place() || link.target || link.hasAttribute('download') || link.relList.contains('external')) return;
    const to = new URL(link.href, location.href);
    const within = to.hash && to.pathname + to.search === here();
    if (to.origin !== location.origin || within) return;
    event.preventDefault();
    if (link.getAttribute('aria-disabled') !== 'true') go(to.href);
  });

  addEventListener('popstate', ({ state }) => {
    dispatchEvent(new Event('lastmile:moved'));
    if (here() !== shown) show(here(), { scroll: state?.scroll ?? 0 });
  });

  // ---- Looking again at what changes by itself: data-poll="5", data-told="/…" ----

  let ticking = 0;
  function poll() {
    clearTimeout(ticking);
    const seconds = [...(place()?.querySelectorAll('[data-poll]') ?? [])].map((part) => Number(part.dataset.poll));
    // A page that is told what changes looks by itself only for what nobody tells.
    if (seconds.length) ticking = setTimeout(look, 1000 * Math.min(...seconds) * (told() ? 6 : 1));
  }

  function look() {
    clearTimeout(ticking);
    const busy = document.hidden || document.querySelector('form[data-busy], dialog[open]');
    if (busy) ticking = setTimeout(look, 1000);
    else show(shown ?? here(), { quiet: true });
  }

  /** The stream by which the server tells this page that something changed; none while nobody sees it. */
  let stream = null;
  let refused = 0;
  const told = () => stream?.readyState === EventSource.OPEN;
  function hear() {
    const wanted = document.hidden ? undefined : place()?.querySelector('[data-told]')?.dataset.told;
    if (stream && stream.url !== new URL(wanted ?? '', location.href).href) {
      stream.close();
      stream = null;
    }
    if (!wanted || stream || Date.now() < refused) return;
    stream = new EventSource(wanted);
    stream.addEventListener('changed', look);
    stream.addEventListener('error', ({ target }) => {
      // A stream that broke comes back by itself; one that was refused is asked for again later.
      if (target.readyState !== EventSource.CLOSED || target !== stream) return;
      stream = null;
      refused = Date.now() + 60_000;
      look();
    });
  }
  document.addEventListener('visibilitychange', () => {
    const gone = !stream;
    hear();
    if (gone && stream) look();
  });

  // ---- One page becomes another, and what is the same stays: focus, caret, what is typed and open ----

  const key = (node) => node.id || node.dataset?.key || node.name || '';
  const mark = (node) => (node.nodeType === 1 ? `${node.className?.split?.(' ')[0] ?? ''}` : '');
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b) && mark(a) === mark(b);

  function morph(from, to, keep) {
    let old = from.firstChild;
    for (const next of [...to.childNodes]) {
      let found = old;
      while (found && !alike(found, next)) found = found.nextSibling;
      if (!found) {
        from.insertBefore(next, old);
        continue;
      }
      if (found.contains(document.activeElement)) {
        // Moving it would take the focus away: what stands before it goes instead.
        while (old !== found) old = take(old);
      }
      if (found === old) old = old.nextSibling;
      else from.insertBefore(found, old);
      patch(found, next, keep);
    }
    while (old) old = take(old);
  }

  function take(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function patch(old, next, keep) {
    if (old.nodeType !== 1) {
      if (old.data !== next.data) old.data = next.data;
      return;
    }
    const stays = (name) => keep && (name === 'open' || (name === 'value' && old.type === 'hidden' && old.form?.hasAttribute('data-send')));
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !stays(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value && !stays(name)) old.setAttribute(name, value);
    morph(old, next, keep);
    if (keep || focused(old)) return;
    if (old.nodeName === 'INPUT') {
      if (old.type === 'checkbox' || old.type === 'radio') old.checked = old.defaultChecked;
      else if (old.type !== 'file') old.value = old.defaultValue;
    } else if (old.nodeName === 'TEXTAREA') {
      old.value = old.defaultValue;
    } else if (old.nodeName === 'SELECT') {
      const chosen = [...old.options].findIndex((option) => option.defaultSelected);
      old.selectedIndex = Math.max(chosen, 0);
    }
  }

  // ---- Forms ----

  const what = (form, name) => form.getAttribute(name) ?? '';
  const isPost = (form) => what(form, 'method').toLowerCase() === 'post';

  function entries(form, by) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    if (by?.name) body.append(by.name, by.value);
    return body;
  }

  /** A form that filters: its fields become the address. */
  function ask(form, by, replace) {
    const query = new URLSearchParams([...entries(form, by)].filter(([, value]) => value !== ''));
    const text = query.toString();
    go((what(form, 'action') || location.pathname) + (text ? `?${text}` : ''), replace);
  }

  async function send(form, by) {
    if (form.hasAttribute('data-busy')) return;
    form.setAttribute('data-busy', '');
    const buttons = [...form.querySelectorAll('button[type=submit]')];
    for (const button of buttons) button.classList.toggle('button-busy', button === by);
    const free = () => {
      form.removeAttribute('data-busy');
      for (const button of buttons) button.classList.remove('button-busy');
    };
    // What was under way would only bring the page of before.
    turn += 1;
    running?.abort();
    clearTimeout(ticking);
    try {
      const body = entries(form, by);
      const answer = await fetch(by?.getAttribute('formaction') ?? what(form, 'action'), { method: 'POST', body, headers: { 'x-drawn': 'form' } });
      const to = answer.headers.get('x-go');
      if (to) {
        toast('good', 'circle-check', form.dataset.done ?? words.saved);
        free();
        return go(to);
      }
      if (answer.status === 401) return location.reload();
      if (!answer.headers.has('x-drawn')) throw new Error(answer.status);
      const text = await answer.text();
      for (const dialog of form.querySelectorAll('dialog[open]')) dialog.close();
      free();
      put(text, here(), true);
      (document.querySelector('.error-summary:not([hidden])') ?? place()?.querySelector('[autofocus]'))?.focus();
    } catch (failure) {
      free();
      toast('bad', 'wifi-off', failure instanceof TypeError ? words.offline : words.failed);
      poll();
    }
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    // After the event has gone out: a closed dialog's button would not count.
    const dialog = event.submitter?.closest('dialog[open]');
    if (dialog) requestAnimationFrame(() => dialog.close());
    if (event.defaultPrevented || form.closest('[data-plain]')) return;
    if (form.hasAttribute('data-send')) {
      event.preventDefault();
      send(form, event.submitter);
    } else if (!isPost(form)) {
      event.preventDefault();
      ask(form, event.submitter);
    }
  });

  let typing = 0;
  document.addEventListener('input', ({ target }) => {
    const form = target.form;
    if (!form?.hasAttribute('data-live')) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      if (!form.isConnected || form.hasAttribute('data-busy')) return;
      if (!isPost(form)) return ask(form, null, true);
      const typed = entries(form);
      for (const secret of form.querySelectorAll('input[type=password]')) typed.delete(secret.name);
      typed.set('_action', what(form, 'action'));
      show(shown ?? here(), { typed });
    }, 300);
  });

  // ---- Messages ----

  function notice(tone, icon, text) {
    const note = document.createElement('div');
    note.className = `notice tone-${tone}`;
    note.innerHTML = `<svg class="icon" aria-hidden="true"><use href="/icons.svg#${icon}"></use></svg><div class="notice-words"></div>`;
    note.lastChild.textContent = text;
    return note;
  }

  function toast(tone, icon, text) {
    const region = document.querySelector('.toast-region');
    if (!region || !text) return;
    const note = notice(tone, icon, text);
    note.classList.add('toast-card');
    const close = Object.assign(document.createElement('button'), { type: 'button', className: 'icon-button', ariaLabel: region.dataset.closeWords });
    close.innerHTML = '<svg class="icon" aria-hidden="true"><use href="/icons.svg#x"></use></svg>';
    close.addEventListener('click', () => note.remove());
    note.append(close);
    region.append(note);
    if (tone !== 'bad') setTimeout(() => note.remove(), 7000);
  }

  // ---- Clicks and keys ----

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const asking = target.closest('button[data-ask]');
    const dialog = asking?.nextElementSibling;
    if (dialog?.showModal && asking.form?.checkValidity()) {
      event.preventDefault();
      dialog.showModal();
    }
    if (target.closest('[data-close]')) target.closest('dialog')?.close();
    if (target.closest('[data-print]')) print();
    // Plain text of a row opens it; links, buttons, boxes and text being selected keep their own meaning.
    const row = target.closest('tbody tr');
    if (!row || target.closest('a, button, input, select, label, summary, dialog') || getSelection()?.isCollapsed === false) return;
    row.querySelector('a.row-link')?.click();
  });

  document.addEventListener('change', ({ target }) => {
    if (!target.hasAttribute?.('data-select-all')) return;
    for (const box of target.closest('table').querySelectorAll('input[data-select-row]')) box.checked = target.checked;
  });

  // Up and down walk the links of rows; Home and End jump. Enter is the link's own.
  document.addEventListener('keydown', (event) => {
    const row = event.target.closest?.('tbody tr');
    if (!row || event.target.matches('input:not([data-select-row]), select, textarea')) return;
    const links = [...row.parentElement.querySelectorAll('a.row-link')];
    const at = links.findIndex((link) => row.contains(link));
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(at - 1, 0), Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || (event.target.type === 'checkbox' && !event.key.startsWith('Arrow')) || !links[to]) return;
    event.preventDefault();
    links[to].focus();
  });

  // ---- Charts: a line and a reading at the point that is meant ----

  const svg = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  function read(chart, index) {
    const { width, at, labels, series } = JSON.parse(chart.dataset.chart);
    const reading = chart.querySelector('.chart-reading');
    const on = index !== null && index in at;
    reading.classList.toggle('chart-reading-on', on);
    chart.dataset.point = on ? index : '';
    if (!on) return;
    const x = at[index];
    const [line, dots, words] = reading.children;
    line.setAttribute('x1', x);
    line.setAttribute('x2', x);
    dots.replaceChildren(...series.filter((one) => one.at[index] !== null).map((one) => svg('circle', { class: 'chart-dot', cx: x, cy: one.at[index], r: 4 })));
    words.setAttribute('x', x > width / 2 ? x - Number(words.getAttribute('width')) - 12 : x + 12);
    const when = Object.assign(document.createElement('p'), { className: 'chart-when', textContent: labels[index] });
    const values = series.map((one) => {
      const row = document.createElement('p');
      row.append(
        Object.assign(document.createElement('span'), { textContent: one.name }),
        Object.assign(document.createElement('strong'), { className: 'figure', textContent: one.shown[index] }),
      );
      return row;
    });
    words.firstChild.replaceChildren(when, ...values);
    chart.lastElementChild.textContent = [labels[index], ...series.map((one) => `${one.name} ${one.shown[index]}`)].join(', ');
  }

  const chartOf = (event) => event.target.closest?.('[data-chart]');

  document.addEventListener('pointermove', (event) => {
    const chart = chartOf(event);
    if (!chart) return;
    const { width, at } = JSON.parse(chart.dataset.chart);
    const bounds = chart.getBoundingClientRect();
    const x = ((event.clientX - bounds.left) * width) / bounds.width;
    const nearest = at.reduce((best, place, index) => (Math.abs(place - x) < Math.abs(at[best] - x) ? index : best), 0);
    if (chart.dataset.point !== String(nearest)) read(chart, nearest);
  });
  document.addEventListener('pointerout', (event) => {
    const chart = chartOf(event);
    if (chart && !chart.contains(event.relatedTarget)) read(chart, null);
  });
  document.addEventListener('keydown', (event) => {
    const chart = chartOf(event);
    if (!chart) return;
    const last = JSON.parse(chart.dataset.chart).at.length - 1;
    const now = chart.dataset.point ? Number(chart.dataset.point) : null;
    const next = { ArrowLeft: now === null ? last : Math.max(now - 1, 0), ArrowRight: now === null ? 0 : Math.min(now + 1, last), Escape: null }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    read(chart, next);
  });

  // ---- A trail of figures that are read again and again: data-trail="full dashed" ----

  const STEPS = 60;
  let walked = { at: null, points: [] };
  function trail() {
    const part = place()?.querySelector('[data-trail]');
    if (!part || walked.at !== here()) walked = { at: here(), points: [] };
    if (!part) return;
    walked.points = [...walked.points, part.dataset.trail.split(' ').map(Number)].slice(-STEPS);
    const { points } = walked;
    const most = Math.max(1, ...points.flat());
    const line = (_, series) => {
      const at = points.map((point, index) => `${STEPS - points.length + index + 1},${100 - (96 * point[series]) / most}`);
      return svg('polyline', { points: at.join(' '), class: series ? 'trail-line trail-dashed' : 'trail-line' });
    };
    part.querySelector('svg').replaceChildren(...points[0].map(line));
  }

  trail();
  seeTab();
  poll();
  hear();
})();
