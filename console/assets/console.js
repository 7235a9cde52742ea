// The little that pages do by script; all of them work without it.
(() => {
  "use strict";
  // What has just happened, or what is wrong, is read out first.
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();

  // A second click while a form is on its way sends nothing. The server would do it once in any case.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // What is downloaded leaves the page as it is, and may be asked for again.
    if (form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
  // A page that comes back from the browser's memory takes forms again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A part of a page that renews itself stays as it is where nothing is new, and while somebody is at it: nothing is folded, loses
  // the focus or what is marked, or becomes another button under the pointer.
  const said = (part) => part.outerHTML.replace(/name="form_key" value="[^"]*"/g, "");
  const isTaken = (part) => {
    const marked = getSelection();
    return part.querySelector("details[open], :focus, a:hover, button:hover") ||
      (!marked.isCollapsed && marked.containsNode(part, true));
  };
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    const anew = fragment.firstElementChild;
    if (isTaken(target) || (anew && said(anew) === said(target))) event.detail.shouldSwap = false;
  });

  // A page that asks by itself asks no more where it is refused: that would keep a session alive for nothing.
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.elt.id === "watch" && detail.xhr.status < 500) detail.elt.remove();
  });

  // Before printing, what is folded is unfolded: a printed page cannot be clicked.
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not(.reveal, [open])")) {
      details.open = true;
      details.dataset.printed = "yes";
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of document.querySelectorAll("details[data-printed]")) {
      details.open = false;
      delete details.dataset.printed;
    }
  });
})();
