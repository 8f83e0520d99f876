/* What pages do beyond HTML. Nothing here is needed to search or to read: every step fetches the
   page that a link or a form would have led to, and puts a part of it in place. */
(() => {
  "use strict";
  const root = document.documentElement;

  const recall = (name) => {
    try { return localStorage.getItem(`copydesk-${name}`); } catch { return null; }
  };
  const remember = (name, value) => {
    try {
      if (value) localStorage.setItem(`copydesk-${name}`, value);
      else localStorage.removeItem(`copydesk-${name}`);
    } catch { /* a private window: the choice lasts as long as the page */ }
  };

  /* Light or dark: this script stands in the head, so the choice holds before anything is painted. */
  const system = matchMedia("(prefers-color-scheme: dark)");
  const appearance = () => root.dataset.appearance ?? (system.matches ? "dark" : "light");
  const wear = (choice) => {
    if (choice) root.dataset.appearance = choice;
    else delete root.dataset.appearance;
  };
  wear(recall("appearance"));

  /* The parts of another page, by id, in place of ours. One question of a kind at a time. */
  const asking = new Map();
  const ask = async (kind, url, { orGo = true } = {}) => {
    asking.get(kind)?.abort();
    const control = new AbortController();
    asking.set(kind, control);
    root.classList.add("busy");
    try {
      const answer = await fetch(url, { signal: control.signal });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      if (error.name !== "AbortError" && orGo) location.assign(url);
      return null;
    } finally {
      if (asking.get(kind) === control) root.classList.remove("busy");
    }
  };
  const swap = (page, id) => {
    const ours = document.getElementById(id);
    const theirs = page.getElementById(id);
    if (ours && theirs) ours.replaceWith(theirs);
    return Boolean(theirs);
  };
  const say = (text) => { document.getElementById("heard").textContent = text; };
  const address = (form) => {
    const url = new URL(form.action);
    url.hash = "";
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    return url;
  };
  const later = (wait, act) => {
    let timer;
    return (...given) => { clearTimeout(timer); timer = setTimeout(act, wait, ...given); };
  };

  /* Search as you type. The address follows, so that coming back finds the same list. */
  const search = later(180, async (form) => {
    const url = address(form);
    const page = await ask("search", url);
    if (!page || !swap(page, "found")) return;
    document.title = page.title;
    history.replaceState(history.state, "", url);
    say(document.querySelector("#found .tally")?.textContent ?? document.title);
  });

  /* Search inside a facet. */
  const find = later(180, async (form) => {
    const page = await ask(form.dataset.find, address(form));
    if (page) swap(page, form.dataset.find);
  });

  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.dataset.live !== undefined && target.type === "search") search(form);
    else if (form?.dataset.find) find(form);
  });

  /* A switch is a link to the same page with one thing changed. */
  const turn = async (link) => {
    const page = await ask("switch", link.href);
    if (!page || !swap(page, link.dataset.swap)) return;
    history.replaceState(history.state, "", link.href);
    document.getElementById(link.id)?.focus({ preventScroll: true });
  };

  const plain = (event) =>
    event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (link && plain(event)) {
      event.preventDefault();
      turn(link);
    }
  });

  /* Keys: one letter each, and one switch to turn them off (WCAG 2.1.4). */
  const stories = () => [...document.querySelectorAll(".stories :is(h2, h3) a, .headline a")];
  const step = (by) => {
    const all = stories();
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const keys = {
    "/": () => document.getElementById("q")?.select(),
    j: () => step(1),
    k: () => step(-1),
    "?": () => document.getElementById("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || recall("keys") === "off") return;
    if (event.target.closest("input, textarea, select, dialog")) {
      if (event.key === "Escape" && event.target.id === "q") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  /* Pages that follow what happens, as long as somebody looks and nobody has stopped them. */
  const follow = (id, seconds) => {
    const control = document.querySelector("[data-follow-switch]");
    let following = true;
    control.hidden = false;
    control.addEventListener("click", () => {
      following = !following;
      control.textContent = following ? "Stop updating" : "Go on updating";
    });
    setInterval(async () => {
      if (!following || document.hidden) return;
      const page = await ask("follow", location.href, { orGo: false });
      if (page) swap(page, id);
    }, seconds * 1000);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const dress = document.querySelector("[data-appearance-switch]");
    const label = () => {
      const other = appearance() === "dark" ? "light" : "dark";
      dress.textContent = other === "dark" ? "Dark" : "Light";
      dress.setAttribute("aria-label", dress.textContent + ": change the appearance");
      return other;
    };
    label();
    dress.hidden = false;
    dress.addEventListener("click", () => {
      const choice = label();
      const own = choice !== (system.matches ? "dark" : "light");
      remember("appearance", own ? choice : "");
      wear(own ? choice : "");
      label();
    });
    system.addEventListener("change", label);

    const help = document.getElementById("keys");
    const turnKeys = help.querySelector("[data-keys-switch]");
    const tell = () => {
      turnKeys.textContent = recall("keys") === "off" ? "Turn the keys on" : "Turn the keys off";
    };
    tell();
    turnKeys.addEventListener("click", () => {
      remember("keys", recall("keys") === "off" ? "" : "off");
      tell();
    });
    const opener = document.querySelector("[data-keys-open]");
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());

    const followed = document.querySelector("[data-follow]");
    if (followed) follow(followed.id, Number(followed.dataset.follow));
  });
})();
