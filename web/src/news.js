// News that could not be fetched, since the server was down for a moment or
// the network gone, are asked for again after a while.
export function retrying() {
  const first = 2000, longest = 60000; // milliseconds
  const failed = new Set();
  let wait = first, timer = 0;
  const later = (e) => {
    const name = newsOf(e);
    const refused = e.detail.xhr?.status >= 400 && e.detail.xhr.status < 500;
    if (!name || refused) return;
    failed.add(name);
    if (timer) return;
    timer = setTimeout(() => {
      timer = 0;
      const names = [...failed];
      failed.clear();
      names.forEach(announce);
    }, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, longest);
  };
  for (const end of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(end, later);
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful && newsOf(e)) wait = first; });
}

export const announce = (name) => document.body.dispatchEvent(new CustomEvent(name));

// newsOf is the name of the news by which a request was made, if it was.
export function newsOf(e) {
  const name = e.detail.requestConfig?.triggeringEvent?.type || "";
  return name.startsWith("live") ? name : "";
}
