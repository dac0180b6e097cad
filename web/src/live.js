// Live updates: the server says what changed, and fragments that listen with
// hx-trigger="live from:body" or "live:handoff:<id> from:body" fetch themselves
// anew. Nothing is open while nobody looks; afterwards "live" and "live:again"
// say that something may have been missed.
const first = 1000, longest = 60000; // milliseconds

export function live() {
  const url = document.body.dataset.live;
  if (!url || !window.EventSource) return;
  let source = null, wait = first, timer = 0, missed = false;

  const close = () => {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    source = new EventSource(url);
    source.addEventListener("open", () => {
      wait = first;
      if (missed) { // something may have happened meanwhile
        tell({});
        say("live:again");
      }
      missed = false;
    });
    source.addEventListener("change", (e) => tell(JSON.parse(e.data)));
    source.addEventListener("error", () => {
      close();
      missed = true;
      timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, longest);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      missed = true;
    } else open();
  });
  window.addEventListener("online", open);
  window.addEventListener("pagehide", close);
  open();
}

const say = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));

function tell(change) {
  if (change.mine !== false) say("live", change);
  if (change.handoff) say("live:handoff:" + change.handoff, change);
  if (change.unread !== undefined) unread(change.unread);
}

function unread(n) {
  for (const c of document.querySelectorAll("[data-unread]")) {
    c.textContent = n > 99 ? "99+" : String(n);
    c.hidden = n === 0;
  }
}
