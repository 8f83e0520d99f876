/* What pages do beyond HTML. Nothing here is needed to search or to read: a step fetches the page
   that a link or a form would have led to and puts a part of it in place, or shows more links. */
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

  /* One question of a kind at a time: a new one ends the one before. */
  const asking = new Map();
  const only = (kind) => {
    asking.get(kind)?.abort();
    const control = new AbortController();
    asking.set(kind, control);
    return control.signal;
  };

  /* The parts of another page, by id, in place of ours. */
  const ask = async (kind, url, { orGo = true } = {}) => {
    const signal = only(kind);
    root.classList.add("busy");
    try {
      const answer = await fetch(url, { signal });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      if (error.name !== "AbortError" && orGo) location.assign(url);
      return null;
    } finally {
      if (asking.get(kind).signal === signal) root.classList.remove("busy");
    }
  };
  /* Times are written in UTC; the reader's own are what pointing at them shows. */
  const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
  const localise = (part) => {
    for (const time of part.querySelectorAll("time[datetime]")) {
      if (time.textContent.endsWith("UTC")) time.title = `${local.format(new Date(time.dateTime))} your time`;
    }
  };
  const swap = (page, id) => {
    const ours = document.getElementById(id);
    const theirs = page.getElementById(id);
    if (theirs) localise(theirs);
    if (ours && theirs) ours.replaceWith(theirs);
    return Boolean(theirs);
  };
  const dress = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  };
  const made = (tag, attributes, ...content) => {
    const node = document.createElement(tag);
    dress(node, attributes);
    node.append(...content);
    return node;
  };
  const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const say = (text) => { document.getElementById("heard").textContent = text; };
  const address = (form) => {
    const url = new URL(form.action);
    url.hash = "";
    url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    return url;
  };
  const later = (wait, act) => {
    let timer;
    const soon = (...given) => { soon.not(); timer = setTimeout(act, wait, ...given); };
    soon.not = () => clearTimeout(timer);
    return soon;
  };

  /* The address follows what is shown, so that coming back finds the same. */
  const here = () => location.pathname + location.search;
  let shown = here();
  const move = (url, { step = false } = {}) => {
    history[step ? "pushState" : "replaceState"](null, "", url);
    shown = here();
  };
  addEventListener("popstate", () => { if (here() !== shown) location.reload(); });

  /* Search as you type. The first change of a visit is a step, which Back undoes; the letters after
     it are not. */
  let stepped = false;
  addEventListener("pageshow", () => { stepped = false; });
  const search = later(180, async (form) => {
    const url = address(form);
    const page = await ask("search", url);
    if (!page || !swap(page, "found")) return;
    document.title = page.title;
    if (url.pathname + url.search !== here()) {
      move(url, { step: !stepped });
      stepped = true;
    }
    say(document.querySelector("#found .tally")?.textContent ?? document.title);
  });

  /* Enter asks for what may be there already. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.live === undefined) return;
    search.not();
    only("search");
    const url = address(form);
    if (url.pathname + url.search !== here()) return;
    event.preventDefault();
    document.getElementById("content").focus({ preventScroll: true });
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

  /* Names and headlines as the reader types: the search box becomes a combobox (ARIA practices) of
     links. The focus stays in the box, so that nothing typed is lost. */
  const offer = (box) => {
    const live = box.form.dataset.live !== undefined;
    const list = made("div", { id: "offers", class: "offers", role: "listbox", "aria-label": "Suggestions", hidden: "" });
    box.form.append(list);
    dress(box, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "offers" });

    const chosen = () => list.querySelector("[aria-selected=true]");
    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      dress(box, { "aria-activedescendant": option?.id ?? "" });
    };
    const open = (whether) => {
      choose(null);
      list.hidden = !whether;
      dress(box, { "aria-expanded": whether });
    };
    const close = () => { only("offers"); open(false); };

    const option = (kind, href, text, note) => {
      const link = made("a", { class: kind, href, role: "option", tabindex: "-1", "aria-selected": "false" });
      link.append(made("span", {}, ...text), " ", made("span", { class: "meta" }, note));
      return link;
    };
    const path = (folder, id) => `/${folder}/${encodeURIComponent(id)}`;
    const show = ({ entities, headlines, did_you_mean: other }) => {
      if (document.activeElement !== box) return;
      list.replaceChildren(
        ...entities.map(({ entity_id: id, name, type, articles }) =>
          option("named", path("entities", id), [name], `${type} · ${counted(articles, "article")}`)),
        ...headlines.map(({ article_id: id, marked, source }) => {
          const page = new DOMParser().parseFromString(marked, "text/html");
          return option("titled", path("articles", id), page.body.childNodes, source);
        }),
        ...(other ? [option("other", `/?${new URLSearchParams({ q: other })}`, [other], "did you mean?")] : []),
      );
      [...list.children].forEach((each, number) => { each.id = `offer-${number}`; });
      const count = list.children.length;
      open(count > 0);
      if (count && !live) say(counted(count, "suggestion"));
    };
    const look = later(150, async () => {
      const q = box.value.trim().slice(0, 200);
      if (q.length < 2) return close();
      const signal = only("offers");
      try {
        // Beneath a list of results fewer do: they must not hide it.
        const answer = await fetch(`/v1/suggest?${new URLSearchParams({ q, limit: live ? 3 : 4 })}`, { signal });
        if (answer.ok) show(await answer.json());
        else open(false);
      } catch (error) {
        if (error.name !== "AbortError") open(false);
      }
    });

    const move = (by) => {
      const all = [...list.children];
      const at = all.indexOf(chosen());
      choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by]);
    };
    box.addEventListener("input", look);
    box.addEventListener("blur", close);
    box.form.addEventListener("submit", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", close);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const opened = !list.hidden;
      if (event.key === "ArrowDown" && !opened) look();
      else if (event.key === "ArrowDown") move(1);
      else if (event.key === "ArrowUp" && opened) move(-1);
      else if (event.key === "Enter" && chosen()) chosen().click();
      else if (event.key === "Escape" && opened) close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  };

  /* A switch is a link to the same page with one thing changed. */
  const turn = async (link) => {
    const page = await ask("switch", link.href);
    if (!page || !swap(page, link.dataset.swap)) return;
    move(link.href);
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
    localise(document);
    const appear = document.querySelector("[data-appearance-switch]");
    const label = () => {
      const other = appearance() === "dark" ? "light" : "dark";
      appear.textContent = other === "dark" ? "Dark" : "Light";
      appear.setAttribute("aria-label", appear.textContent + ": change the appearance");
      return other;
    };
    label();
    appear.hidden = false;
    appear.addEventListener("click", () => {
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

    const box = document.getElementById("q");
    if (box) offer(box);

    const followed = document.querySelector("[data-follow]");
    if (followed) follow(followed.id, Number(followed.dataset.follow));
  });
})();
