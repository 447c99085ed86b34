// What a page cannot do alone: show what arrives. Everything else works without this file.
const main = document.querySelector("main");
const feed = document.querySelector("[data-feed]");
const state = document.getElementById("live-state");
const pause = document.getElementById("live-pause");
const announce = document.getElementById("announce");

const longestFeed = 60;
const refreshEvery = 1500;
const announceEvery = 4000;

let source = null;
let paused = false;
let wasLost = false;
let refreshing = false;
let refreshTimer = 0;
let announceTimer = 0;
let unsaid = null;

function show(name, text) {
  state.dataset.state = name;
  state.textContent = text;
}

function ago(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const length = seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
    : seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
  return milliseconds < 0 ? `in ${length}` : seconds < 10 ? "now" : `${length} ago`;
}

function tellTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const text = ago(Date.now() - Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}

// Heard at most every few seconds, however much arrives.
function say(text) {
  unsaid = text;
  if (announceTimer) return;
  announceTimer = setTimeout(() => {
    announce.textContent = unsaid;
    announceTimer = 0;
  }, announceEvery);
}

// The server has escaped it, and the page's policy lets nothing in it run.
function arrive(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const item of template.content.children) item.classList.add("is-new");
  feed.prepend(template.content);
  while (feed.children.length > longestFeed && !feed.lastElementChild.contains(document.activeElement)) feed.lastElementChild.remove();
}

function scheduleRefresh() {
  if (!refreshTimer) refreshTimer = setTimeout(refresh, refreshEvery);
}

// Asks for the page again and takes over the parts that may have changed, but nothing that somebody is in.
async function refresh() {
  refreshTimer = 0;
  if (refreshing || paused || document.hidden) return;
  refreshing = true;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (response.status === 401) location.reload();
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-refresh]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || part.contains(document.activeElement) || hasSelection(part)) continue;
      const open = [...part.querySelectorAll("details")].map((details) => details.open);
      const before = part.innerHTML;
      if (before === fresh.innerHTML) continue;
      part.replaceChildren(...fresh.childNodes);
      part.querySelectorAll("details").forEach((details, i) => { details.open = open[i] ?? false; });
    }
    tellTimes();
  } catch {
    // The server is gone for now; the stream says so.
  } finally {
    refreshing = false;
  }
}

function hasSelection(part) {
  const selection = document.getSelection();
  return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
}

function connect() {
  if (source || paused || document.hidden) return;
  source = new EventSource(main.dataset.stream);
  source.onopen = () => {
    show("live", "live");
    // What was missed meanwhile is on the page.
    if (wasLost) scheduleRefresh();
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
    show("lost", "reconnecting");
    if (source.readyState === EventSource.CLOSED) {
      disconnect();
      setTimeout(connect, 5000);
    }
  };
  source.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (feed) arrive(news.html);
    say(news.say);
    scheduleRefresh();
  };
}

function disconnect() {
  source?.close();
  source = null;
}

function togglePause() {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  if (paused) {
    disconnect();
    show("waiting", "paused");
  } else {
    wasLost = true;
    connect();
  }
}

setInterval(tellTimes, 15000);

if (main?.dataset.stream) {
  document.querySelector(".live").hidden = false;
  pause.addEventListener("click", togglePause);
  // A browser keeps few connections to a server: a page that nobody sees needs none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      disconnect();
      wasLost = true;
    } else {
      connect();
    }
  });
  connect();
}
