// Live updates: the server says what changed, and fragments that listen with
// hx-trigger="live from:body" or "live:handoff:<id> from:body" fetch themselves
// anew. Nothing is open while nobody looks. Whoever opens says what it knows
// already, so that no change is lost in between; of much that was missed,
// "live" and "live:again" say no more than that.
const first = 1000, longest = 60000; // milliseconds

export function live() {
  const { live: url, seq } = document.body.dataset;
  if (!url || !window.EventSource) return;
  let source = null, wait = first, timer = 0, known = Number(seq) || 0;

  const close = () => {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  };
  const heard = (e) => {
    const change = JSON.parse(e.data);
    known = Math.max(known, change.seq || 0);
    return change;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    source = new EventSource(`${url}?after=${known}`);
    source.addEventListener("open", () => { wait = first; });
    source.addEventListener("change", (e) => tell(heard(e)));
    source.addEventListener("again", (e) => {
      tell(heard(e));
      say("live:again");
    });
    source.addEventListener("error", () => {
      close();
      timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, longest);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
  });
  window.addEventListener("online", open);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (e) => { if (e.persisted) open(); }); // shown again without loading it
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
