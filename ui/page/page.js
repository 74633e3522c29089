// What the page's own HTML does: clicks that become acts, one player for all cards, the playlist's rows, the map.
() => {
  const kept = localStorage.getItem("linernotes-light");
  const dark = kept ? kept === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  document.body.classList.toggle("dark", dark);

  const desk = new Set(["work", "uncorrect", "undeclare", "forget", "sheet", "declare", "words", "listen", "join", "leave", "tagged"]); // acts of the tab for artists
  const act = (name, value) => {
    const work = document.querySelector("#ln-works .ln-here [data-value]")?.dataset.value; // the track that is seen
    window.__act = JSON.stringify({ act: name, value, work });
    document.querySelector(desk.has(name) ? "#ln-desk-bridge" : "#ln-bridge")?.click();
  };
  const say = (words) => {
    const told = Object.assign(document.createElement("div"), { className: "ln-said", textContent: words });
    told.setAttribute("role", "status");
    document.body.append(told);
    setTimeout(() => told.remove(), 2200);
  };
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); say("Copied"); } catch { prompt("Copy this:", text); }
  };
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; }; // a change is an event
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

  window.lnSave = (gift) => {
    if (!gift) return;
    const { name, text, base64, url } = JSON.parse(gift);
    const bytes = base64 ? Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)) : text;
    const link = document.createElement("a");
    link.href = url ? `${url}?once=${JSON.parse(gift).once}` : URL.createObjectURL(new Blob([bytes], { type: base64 ? "image/png" : "text/plain" }));
    link.download = name;
    link.click();
    if (!url) setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  };

  // -- the player: one <audio> for the page, shown at its foot, and in the card of the track that plays
  const audio = new Audio();
  audio.preload = "metadata";
  const deck = document.createElement("div");
  deck.id = "ln-deck";
  deck.setAttribute("role", "region");
  deck.setAttribute("aria-label", "Player");
  deck.innerHTML = '<button type="button" class="ln-play" aria-label="Pause"></button><div class="ln-names"><b></b><span></span></div><input type="range" min="0" max="1000" value="0" aria-label="Position"><span class="ln-time"></span>';
  deck.append(audio);
  document.body.append(deck);
  const [toggle, bar, time] = [deck.querySelector(".ln-play"), deck.querySelector("input"), deck.querySelector(".ln-time")];
  let playing = null; // the address of what is in the player
  const length = () => (isFinite(audio.duration) && audio.duration) || 0;

  const marked = () => {
    for (const player of document.querySelectorAll(".ln-player")) {
      const here = player.dataset.url === playing;
      const on = here && !audio.paused;
      player.closest(".ln-card")?.classList.toggle("ln-playing", here);
      player.querySelector(".ln-play").setAttribute("aria-label", `${on ? "Pause" : "Play"} ${player.dataset.title}`);
      if (!here) continue;
      const at = `${length() ? (100 * audio.currentTime) / length() : 0}%`;
      const wave = player.querySelector(".ln-wave");
      wave?.style.setProperty("--p", at);
      wave?.setAttribute("aria-valuenow", Math.round(audio.currentTime));
      player.closest(".ln-lanes")?.querySelector(".ln-strip").style.setProperty("--p", at);
    }
    deck.classList.toggle("ln-up", playing !== null);
    toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    if (length()) bar.value = (1000 * audio.currentTime) / length();
    write(time, `${clock(audio.currentTime)} / ${clock(length())}`);
  };
  const load = (player) => {
    if (playing === player.dataset.url) return;
    playing = player.dataset.url;
    audio.src = playing;
    deck.querySelector("b").textContent = player.dataset.title;
    deck.querySelector(".ln-names span").textContent = player.dataset.by;
  };
  const play = () => audio.play().catch(() => say("This track cannot be played here."));
  const seek = (player, seconds) => { load(player); audio.currentTime = seconds; play(); };
  for (const event of ["timeupdate", "play", "pause", "loadedmetadata", "ended"]) audio.addEventListener(event, marked);
  toggle.addEventListener("click", () => (audio.paused ? play() : audio.pause()));
  bar.addEventListener("input", () => { if (length()) audio.currentTime = (bar.value / 1000) * length(); });
  // Gradio's line of thoughts is a button that holds a button; one of them is enough for a keyboard
  const single = () => { for (const inner of document.querySelectorAll("#ln-chat .title[role=button] button:not([tabindex='-1'])")) inner.tabIndex = -1; };
  new MutationObserver(() => { marked(); lit(); single(); }).observe(document.body, { childList: true, subtree: true });

  // -- the lanes of one's own track: read out under the pointer, zoomed, played from where they are clicked
  const moment = (strip, event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * Number(strip.closest(".ln-lanes").dataset.length);
  };
  const readOut = (lanes, at) => {
    const told = (lanes.told ??= JSON.parse(lanes.dataset.told));
    const span = (name) => told[name].find(([from, to]) => from <= at && at < to)?.[2];
    const tempo = told.tempo.findLast(([time]) => time <= at)?.[1];
    const energy = told.energy[Math.floor(at)];
    const loud = told.loudness[Math.floor(at)];
    const words = [clock(at), span("section"), span("chord"), span("key"), tempo && `${tempo} BPM`, energy !== undefined && `energy ${energy}`, loud !== undefined && `${loud} LUFS`, span("voice")];
    write(lanes.querySelector(".ln-readout"), words.filter(Boolean).join(" · "));
  };
  document.addEventListener("pointermove", (event) => {
    const strip = event.target.closest?.(".ln-strip");
    if (strip) readOut(strip.closest(".ln-lanes"), moment(strip, event));
  });
  document.addEventListener("input", (event) => {
    const zoom = event.target.closest(".ln-zoom input");
    if (!zoom) return;
    const scroll = zoom.closest(".ln-lanes").querySelector(".ln-scroll");
    const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / scroll.scrollWidth;
    scroll.firstElementChild.style.width = `${100 * zoom.value}%`;
    scroll.scrollLeft = middle * scroll.scrollWidth - scroll.clientWidth / 2;
  });

  // -- on a phone, what a tab holds lies below the screen
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("#ln-views [role=tab]");
    if (tab && innerWidth <= 820) setTimeout(() => document.querySelector("#ln-views").scrollIntoView({ block: "start" }), 150);
  });

  // -- the map: what was found last lights up
  let found = "", first = null;
  const lit = () => {
    const ids = [...document.querySelectorAll(".ln-card")].map((card) => card.dataset.track);
    const dots = document.querySelectorAll(".ln-dot");
    const now = `${ids.join()}|${dots.length}`;
    if (now === found && dots[0] === first) return; // a map drawn anew has new dots
    [found, first] = [now, dots[0]];
    for (const dot of dots) dot.classList.toggle("ln-lit", ids.includes(dot.dataset.dot));
  };
  const choose = (dot) => {
    for (const other of document.querySelectorAll(".ln-chosen")) other.classList.remove("ln-chosen");
    dot.classList.add("ln-chosen");
    const told = document.querySelector(".ln-map-told");
    const more = Object.assign(document.createElement("button"), { type: "button", className: "ln-act", textContent: "More around here" });
    more.dataset.act = "near";
    more.dataset.value = dot.dataset.dot;
    told.replaceChildren(dot.getAttribute("aria-label"), more);
  };

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const player = on(".ln-card")?.querySelector(".ln-player") ?? (on(".ln-claims") && document.querySelector(".ln-lanes .ln-player"));
    if (on("#ln-light")) {
      const now = document.body.classList.toggle("dark") ? "dark" : "light";
      localStorage.setItem("linernotes-light", now);
    } else if (on(".ln-card .ln-play")) {
      const same = playing === player.dataset.url;
      load(player);
      if (same && !audio.paused) audio.pause(); else play();
    } else if (on("[data-seek]") && player) {
      seek(player, Number(on("[data-seek]").dataset.seek));
    } else if (on(".ln-strip")) {
      seek(player, moment(on(".ln-strip"), event));
    } else if (on(".ln-wave")) {
      const box = on(".ln-wave").getBoundingClientRect();
      seek(player, ((event.clientX - box.left) / box.width) * Number(player.dataset.length));
    } else if (on("[data-copy]")) {
      copy(on("[data-copy]").dataset.copy);
    } else if (on("[data-copy-link]")) {
      copy(`${location.origin}${location.pathname}?list=${on("[data-copy-link]").dataset.copyLink}`);
    } else if (on("[data-rename]")) {
      const { rename, title } = on("[data-rename]").dataset;
      const given = prompt("Title of the conversation", title);
      if (given) act("rename", `${rename} ${given}`);
    } else if (on("[data-dot]")) {
      choose(on("[data-dot]"));
    } else if (on("[data-act]")) {
      const { act: name, value } = on("[data-act]").dataset;
      if (name === "drop" && !confirm("Delete this conversation?")) return;
      if (name === "forget" && !confirm("Remove this track, its sound and what was said about it?")) return;
      if (name === "leave" && !confirm("Withdraw this track? It is removed from the catalogue with all that was made from it there.")) return;
      if (name === "leave" || name === "listen") waiting(on("[data-act]"));
      act(name, name === "give" ? `${value} ${new URL(".", location.href).href}` : value);
      if (name === "tray") say("In your playlist");
    }
  });

  // -- forms of one's own track: their fields become one act
  const waiting = (button) => { button.disabled = true; button.textContent += " …"; };
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-form]");
    if (!form) return;
    event.preventDefault();
    waiting(form.querySelector(".ln-go"));
    act(form.dataset.form, JSON.stringify(Object.fromEntries(new FormData(form))));
  });

  // -- keys: the waveform, dots, rows of the playlist, and "/" for the box
  const moved = (row, before) => {
    before ? before.before(row) : row.parentElement.append(row);
    act("order", JSON.stringify([...document.querySelectorAll("[data-row]")].map((r) => r.dataset.row)));
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "/" && !target.closest("input, textarea, [contenteditable]")) {
      event.preventDefault();
      document.querySelector("#ln-box textarea")?.focus();
    } else if (target.matches(".ln-wave") && ["ArrowLeft", "ArrowRight", "Enter", " "].includes(event.key)) {
      event.preventDefault();
      const player = target.closest(".ln-player");
      const here = playing === player.dataset.url ? audio.currentTime : 0;
      seek(player, Math.max(0, here + { ArrowLeft: -5, ArrowRight: 5 }[event.key] || here));
    } else if (target.matches(".ln-dot") && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      choose(target);
    } else if (target.matches("[data-row]") && event.key === "ArrowUp" && target.previousElementSibling) {
      event.preventDefault();
      moved(target, target.previousElementSibling);
    } else if (target.matches("[data-row]") && event.key === "ArrowDown" && target.nextElementSibling) {
      event.preventDefault();
      moved(target, target.nextElementSibling.nextElementSibling);
    }
  });

  // -- a conversation's menu closes as menus do
  const shut = (but) => { for (const menu of document.querySelectorAll(".ln-menu[open]")) if (menu !== but) menu.open = false; };
  document.addEventListener("click", (event) => shut(event.target.closest(".ln-menu")));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(null); });

  // -- the playlist: dragged rows, its name; conversations: the search over titles
  let dragged = null;
  document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("[data-row]"); });
  document.addEventListener("dragover", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (!dragged || !row) return;
    event.preventDefault();
    for (const other of document.querySelectorAll(".ln-over")) other.classList.remove("ln-over");
    row.classList.add("ln-over");
  });
  document.addEventListener("drop", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    const down = dragged.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING; // takes the place of the row it is let go on
    moved(dragged, down ? row.nextElementSibling : row);
    dragged = null;
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".ln-tray-name")) act("name", event.target.value);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches(".ln-find")) return;
    const wanted = event.target.value.toLowerCase();
    for (const row of document.querySelectorAll(".ln-threads li")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });

  // -- on a phone the tracks stand under the talk: while they are out of sight, a button leads to them
  const down = Object.assign(document.createElement("button"), { id: "ln-down", type: "button", textContent: "Tracks ↓", hidden: true });
  down.addEventListener("click", () => document.querySelector("#ln-views")?.scrollIntoView({ behavior: "smooth" }));
  document.body.append(down);
  const below = () => {
    const top = document.querySelector("#ln-views")?.getBoundingClientRect().top ?? 0;
    const none = !document.querySelector("#ln-chat .bot.message") || !document.querySelector("#ln-views .ln-card");
    const hidden = none || !matchMedia("(max-width: 820px)").matches || top < innerHeight - 120;
    if (down.hidden !== hidden) down.hidden = hidden;
  };
  document.addEventListener("scroll", below, { passive: true, capture: true });
  addEventListener("resize", below);
  // -- a new answer is read from its question on, and not from its end, until the reader moves
  let asked = 0, held = false;
  const read = () => {
    const log = document.querySelector("#ln-chat [role=log]");
    const questions = log?.querySelectorAll('[data-testid="user"]') ?? [];
    if (questions.length !== asked) { asked = questions.length; held = asked > 0; }
    if (held) log.scrollTop += questions[asked - 1].getBoundingClientRect().top - log.getBoundingClientRect().top - 16;
  };
  for (const move of ["wheel", "touchmove", "keydown", "pointerdown"])
    document.addEventListener(move, (event) => { if (event.target.closest?.("#ln-chat")) held = false; }, { passive: true, capture: true });
  let due = false; // once a frame, however much changes
  const later = () => { if (!due) requestAnimationFrame(() => { due = false; below(); read(); }); due = true; };
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true });
}
